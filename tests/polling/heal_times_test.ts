import assert from "node:assert/strict";
import { addSeconds } from "../../src/platform/clock.ts";
import { healTimes } from "../../src/polling/heal_times.ts";
import { recordProviderFailure } from "../../src/providers/state_store.ts";
import { saveRule } from "../support/calls.ts";
import { fakeClock, NOON } from "../support/clock.ts";
import { withDatabase } from "../support/database.ts";
import { anEbayItem, ebayEnv, ebayScript, SEARCH_PATH } from "../support/ebay.ts";
import { aRule } from "../support/factories.ts";
import { startScriptedServer } from "../support/scripted_server.ts";
import { withService } from "../support/service.ts";

const DAY_MS = 86_400_000;
const NOTHING = { poll_count: 0, provider_count: 0 };

Deno.test("healTimes() makes due what a clock that was a day ahead has planned, and nothing that was planned well", async () => {
  await using ebay = startScriptedServer(ebayScript(() => [anEbayItem()]));
  await withService(async ({ client, clock, drain, deps }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule({ poll_interval_seconds: 600 }, { sources: ["ebay"] }));
    await drain();
    assert.deepEqual(await healTimes(deps), NOTHING);
    clock.advance(DAY_MS);
    await drain();
    const failure = {
      provider: "ebay",
      kind: "unavailable",
      message: "down",
      retryAfterSeconds: null,
    } as const;
    await recordProviderFailure(deps.sql, { ...failure, now: clock.now() });
    clock.advance(-DAY_MS + 3_600_000);
    await drain();
    assert.equal(ebay.requestsTo(SEARCH_PATH).length, 2);
    assert.deepEqual(await healTimes(deps), { poll_count: 1, provider_count: 1 });
    await drain();
    assert.equal(ebay.requestsTo(SEARCH_PATH).length, 3);
    assert.deepEqual(await healTimes(deps), NOTHING);
    clock.advance(600_000);
    await drain();
    assert.equal(ebay.requestsTo(SEARCH_PATH).length, 4);
  }, ebayEnv(ebay.url));
});

/** Seconds from now at which each time of a poll that is asked for every ten minutes lies; absent: null. */
interface Times {
  next: number;
  success?: number;
  error?: number;
  lease?: number;
  not_before?: number;
}
const TIMES: [string, Times, number][] = [
  ["a plan within its interval", { next: 1_200, success: 0 }, 0],
  ["a plan beyond it", { next: 1_201, success: 0 }, 1],
  ["a day's wait after a failure", { next: 87_000, success: -9, error: 0 }, 0],
  ["a longer wait", { next: 87_001, success: -9, error: 0 }, 1],
  ["a success as far ahead as clocks may be", { next: 0, success: 600 }, 0],
  ["a later success", { next: 0, success: 601 }, 1],
  ["a failure of the future", { next: 0, error: 601 }, 1],
  ["a lease of one that is ahead", { next: 0, lease: 610 }, 0],
  ["a later lease", { next: 0, lease: 611 }, 1],
  ["a postponement by a day", { next: 0, not_before: 87_000 }, 0],
  ["a later postponement", { next: 0, not_before: 87_001 }, 1],
];
for (const [what, times, healed] of TIMES) {
  Deno.test(`healTimes() ${healed ? "makes due" : "leaves"} ${what}`, async () => {
    await withDatabase(async (sql) => {
      const at = (seconds?: number) => seconds === undefined ? null : addSeconds(NOON, seconds);
      await sql`
        insert into polls (provider, query, query_key, interval_seconds, created_at, next_poll_at, last_success_at,
          last_error_at, lease_until, not_before)
        values ('ebay', '{}', repeat('0', 64), 600, ${NOON}, ${at(times.next)}, ${at(times.success)}, ${
        at(times.error)
      },
          ${at(times.lease)}, ${at(times.not_before)})`;
      const deps = { sql, clock: fakeClock() };
      assert.deepEqual(await healTimes(deps), { poll_count: healed, provider_count: 0 });
      const [poll] = await sql`select next_poll_at, last_success_at from polls`;
      const success = healed && (times.success ?? 0) > 0 ? NOON : at(times.success);
      assert.deepEqual(poll, { next_poll_at: at(healed ? 0 : times.next), last_success_at: success });
    });
  });
}

Deno.test("healTimes() finds what is ahead wherever it lies among many polls, and nothing else", async () => {
  await withDatabase(async (sql) => {
    const count = 40_000;
    await sql`
      insert into polls (provider, query, query_key, interval_seconds, created_at, next_poll_at)
      select 'ebay', '{}', md5(n::text) || md5(n::text), 600, ${NOON},
        ${NOON}::timestamptz + case when n in (1, ${count}) then interval '2 days' else interval '1 minute' end
      from generate_series(1, ${count}::int) n`;
    const [size] = await sql<{ pages: number }>`
      select pg_relation_size('polls') / current_setting('block_size')::bigint as pages`;
    assert.ok(size!.pages > 500, "they are read in more than one statement");
    const deps = { sql, clock: fakeClock() };
    assert.deepEqual(await healTimes(deps), { poll_count: 2, provider_count: 0 });
    assert.deepEqual(await healTimes(deps), NOTHING);
  });
});
