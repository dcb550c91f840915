import assert from "node:assert/strict";
import { addMilliseconds, addSeconds } from "../../src/platform/clock.ts";
import type { Sql } from "../../src/platform/sql.ts";
import type { ProviderErrorKind } from "../../src/providers/contract.ts";
import {
  admitCall,
  PROBE_SECONDS,
  readProviderStates,
  recordProviderFailure,
  recordProviderSuccess,
  releaseProbe,
} from "../../src/providers/state_store.ts";
import {
  insertProviderRequests,
  type ProviderRequestRow,
  pruneProviderRequests,
} from "../../src/providers/store.ts";
import { NOON } from "../support/clock.ts";
import { withDatabase } from "../support/database.ts";

function aCall(parts: Partial<ProviderRequestRow> = {}): ProviderRequestRow {
  return {
    provider: "ebay",
    operation: "search",
    method: "GET",
    url: "https://api.ebay.com/search?q=low",
    started_at: NOON,
    duration_ms: 12.6,
    status_code: 200,
    error: null,
    poll_id: null,
    user_id: null,
    ...parts,
  };
}

function fail(
  sql: Sql,
  seconds: number,
  parts: { kind?: ProviderErrorKind; retryAfterSeconds?: number; blocks?: boolean } = {},
) {
  return recordProviderFailure(sql, {
    provider: "ebay",
    now: addSeconds(NOON, seconds),
    kind: "unavailable",
    message: "Cannot search eBay: down",
    retryAfterSeconds: null,
    ...parts,
  });
}

async function stateOf(sql: Sql) {
  const [state] = await readProviderStates(sql);
  assert.ok(state);
  return state;
}

Deno.test("insertProviderRequests() writes all rows in one statement and cuts long addresses", () =>
  withDatabase(async (sql) => {
    const poll_id = crypto.randomUUID();
    await insertProviderRequests(sql, []);
    await insertProviderRequests(sql, [
      aCall({ url: `https://api.ebay.com/?q=${"x".repeat(3_000)}`, poll_id }),
      aCall({ status_code: null, error: "Cannot request api.ebay.com: cancelled" }),
    ]);
    const rows =
      await sql`select *, length(url) as url_length from provider_requests order by error nulls first`;
    assert.equal(rows.length, 2);
    assert.deepEqual(
      [rows[0]?.url_length, rows[0]?.poll_id, rows[0]?.duration_ms, rows[0]?.status_code],
      [2_000, poll_id, 13, 200],
    );
    assert.deepEqual([rows[1]?.status_code, rows[1]?.started_at], [null, NOON]);
  }));

Deno.test("recordProviderFailure() escalates with every failure after the block", () =>
  withDatabase(async (sql) => {
    assert.deepEqual(await fail(sql, 0), addSeconds(NOON, 30));
    assert.deepEqual(await fail(sql, 30), addSeconds(NOON, 30 + 60));
    assert.deepEqual(await fail(sql, 90), addSeconds(NOON, 90 + 300));
    const state = await stateOf(sql);
    assert.deepEqual([state.failures, state.last_error], [3, "Cannot search eBay: down"]);
    assert.deepEqual(state.last_error_at, addSeconds(NOON, 90));
  }));

Deno.test("recordProviderFailure() escalates once for 20 calls that fail together", () =>
  withDatabase(async (sql) => {
    await Promise.all(Array.from({ length: 20 }, () => fail(sql, 0)));
    const state = await stateOf(sql);
    assert.deepEqual([state.failures, state.blocked_until], [1, addSeconds(NOON, 30)]);
  }));

Deno.test("recordProviderFailure() never leaves the last level of a day", () =>
  withDatabase(async (sql) => {
    for (let day = 0; day < 12; day++) await fail(sql, day * 86_400);
    assert.deepEqual((await stateOf(sql)).blocked_until, addSeconds(NOON, 12 * 86_400));
  }));

Deno.test("recordProviderFailure() honours Retry-After, also of a later call inside the block", () =>
  withDatabase(async (sql) => {
    assert.deepEqual(await fail(sql, 0, { kind: "rate_limited", retryAfterSeconds: 5 }), addSeconds(NOON, 5));
    assert.deepEqual(
      await fail(sql, 1, { kind: "rate_limited", retryAfterSeconds: 600 }),
      addSeconds(NOON, 601),
    );
    assert.deepEqual(await fail(sql, 2), addSeconds(NOON, 601));
    assert.equal((await stateOf(sql)).failures, 1);
  }));

Deno.test("recordProviderFailure() does not block for a bad response", () =>
  withDatabase(async (sql) => {
    assert.equal(await fail(sql, 0, { kind: "bad_response" }), null);
    const state = await stateOf(sql);
    assert.deepEqual([state.failures, state.blocked_until, state.last_error_at], [0, null, NOON]);
  }));

Deno.test("recordProviderSuccess() steps down one level and lifts an expired block", () =>
  withDatabase(async (sql) => {
    await fail(sql, 0);
    await fail(sql, 30);
    await recordProviderSuccess(sql, { provider: "ebay", now: addSeconds(NOON, 90) });
    const state = await stateOf(sql);
    assert.deepEqual([state.failures, state.blocked_until], [1, null]);
    assert.deepEqual(state.last_success_at, addSeconds(NOON, 90));
  }));

Deno.test("recordProviderSuccess() of a call under way does not lift a block", () =>
  withDatabase(async (sql) => {
    await fail(sql, 0);
    await recordProviderSuccess(sql, { provider: "ebay", now: addSeconds(NOON, 29) });
    const state = await stateOf(sql);
    assert.deepEqual([state.failures, state.blocked_until], [1, addSeconds(NOON, 30)]);
  }));

Deno.test("recordProviderSuccess() writes a healthy provider at most every ten seconds", () =>
  withDatabase(async (sql) => {
    for (const seconds of [0, 9, 10, 11]) {
      await recordProviderSuccess(sql, { provider: "ebay", now: addSeconds(NOON, seconds) });
    }
    assert.deepEqual((await stateOf(sql)).last_success_at, addSeconds(NOON, 10));
  }));

const at = (milliseconds: number) => ({ provider: "ebay", now: addMilliseconds(NOON, milliseconds) });

Deno.test("admitCall() says until when a provider is left alone, and lets one of many through after that", () =>
  withDatabase(async (sql) => {
    assert.deepEqual(await admitCall(sql, at(0)), { kind: "open" }, "never asked");
    await fail(sql, 0);
    assert.deepEqual(await admitCall(sql, at(29_999)), { kind: "blocked", until: addSeconds(NOON, 30) });
    const admitted = await Promise.all(Array.from({ length: 20 }, () => admitCall(sql, at(30_000))));
    const waiting = { kind: "blocked", until: addSeconds(NOON, 32) };
    assert.deepEqual(admitted.filter(({ kind }) => kind === "blocked"), Array(19).fill(waiting));
    const probe = { kind: "probe", until: addSeconds(NOON, 30 + PROBE_SECONDS) } as const;
    assert.deepEqual(admitted.find(({ kind }) => kind !== "blocked"), probe);
    assert.deepEqual(await admitCall(sql, { provider: "discogs", now: NOON }), { kind: "open" });
    await recordProviderSuccess(sql, at(31_000));
    assert.deepEqual(await admitCall(sql, at(31_000)), { kind: "open" });
  }));

Deno.test("admitCall() lets the next through when a probe is given back, fails, or dies", () =>
  withDatabase(async (sql) => {
    await fail(sql, 0);
    const first = await admitCall(sql, at(30_000));
    assert.ok(first.kind === "probe");
    await releaseProbe(sql, { provider: "ebay", until: first.until });
    assert.equal((await admitCall(sql, at(30_500))).kind, "probe");
    // Not the releaser's own any more.
    await releaseProbe(sql, { provider: "ebay", until: first.until });
    assert.equal((await admitCall(sql, at(31_000))).kind, "blocked");
    await fail(sql, 32);
    assert.deepEqual(await admitCall(sql, at(33_000)), { kind: "blocked", until: addSeconds(NOON, 92) });
    assert.equal((await admitCall(sql, at(92_000))).kind, "probe");
    assert.equal((await admitCall(sql, at(92_000 + PROBE_SECONDS * 1000 - 1))).kind, "blocked");
    assert.equal((await admitCall(sql, at(92_000 + PROBE_SECONDS * 1000))).kind, "probe");
  }));

Deno.test("recordProviderSuccess() of a call from before the block does not open it, however late it comes", () =>
  withDatabase(async (sql) => {
    await fail(sql, 0);
    await recordProviderSuccess(sql, { ...at(40_000), startedAt: addSeconds(NOON, 29) });
    assert.equal((await admitCall(sql, at(40_000))).kind, "probe");
    await recordProviderSuccess(sql, { ...at(41_000), startedAt: addSeconds(NOON, 40) });
    assert.equal((await admitCall(sql, at(41_000))).kind, "open");
  }));

Deno.test("recordProviderFailure() without a block notes a failure of any kind and leaves a block as it is", () =>
  withDatabase(async (sql) => {
    assert.equal(await fail(sql, 0, { blocks: false }), null);
    const { failures, blocked_until, last_error } = await stateOf(sql);
    assert.deepEqual([failures, blocked_until, last_error], [0, null, "Cannot search eBay: down"]);
    const until = await fail(sql, 1);
    await fail(sql, 2, { blocks: false });
    const after = await stateOf(sql);
    assert.deepEqual([after.failures, after.blocked_until, after.last_error_at], [
      1,
      until,
      addSeconds(NOON, 2),
    ]);
  }));

Deno.test("pruneProviderRequests() forgets what is older, page by page, and nothing else", () =>
  withDatabase(async (sql) => {
    const calls = (count: number, seconds: number) =>
      Array.from({ length: count }, () => aCall({ started_at: addSeconds(NOON, seconds) }));
    await insertProviderRequests(sql, [...calls(25, -1), ...calls(3, 0)]);
    assert.equal(await pruneProviderRequests(sql, NOON, 10), 25);
    const left = await sql`select count(*) as count from provider_requests`;
    assert.deepEqual(left, [{ count: 3 }]);
    assert.equal(await pruneProviderRequests(sql, NOON, 10), 0);
  }));
