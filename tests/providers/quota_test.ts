import assert from "node:assert/strict";
import { addMilliseconds, addSeconds } from "../../src/platform/clock.ts";
import { QuotaEmptyError, quotaGate } from "../../src/providers/quota.ts";
import { callsLeft, takeCall } from "../../src/providers/quota_store.ts";
import { SIMULATED_TERMS } from "../../src/providers/terms.ts";
import { fakeClock, NOON } from "../support/clock.ts";
import { withDatabase } from "../support/database.ts";

const QUOTA = { scope: "ip", perMinute: 10, reserve: 3 };
const POLL = { provider: "p", quota: QUOTA, use: "poll" } as const;

Deno.test("takeCall() gives polls the limit less the reserve, and people who search the rest", async () => {
  await withDatabase(async (sql) => {
    const taken = async (use: "poll" | "search", tries: number) => {
      let count = 0;
      for (let n = 0; n < tries; n++) if (await takeCall(sql, { ...POLL, use, now: NOON })) count++;
      return count;
    };
    assert.equal(await callsLeft(sql, { ...POLL, now: NOON }), 7);
    assert.equal(await taken("poll", 20), 7);
    assert.equal(await callsLeft(sql, { ...POLL, now: NOON }), 0);
    assert.equal(await taken("search", 20), 3);
    assert.equal(await takeCall(sql, { ...POLL, provider: "other", now: NOON }), true);
  });
});

Deno.test("takeCall() gives a call back 60 s after it was taken and not a millisecond before", async () => {
  await withDatabase(async (sql) => {
    for (let n = 0; n < 7; n++) await takeCall(sql, { ...POLL, now: addSeconds(NOON, n) });
    assert.equal(await takeCall(sql, { ...POLL, now: addMilliseconds(NOON, 59_999) }), false);
    assert.equal(await takeCall(sql, { ...POLL, now: addSeconds(NOON, 60) }), true);
    assert.equal(await takeCall(sql, { ...POLL, now: addSeconds(NOON, 60) }), false);
    assert.equal(await takeCall(sql, { ...POLL, now: addSeconds(NOON, 61) }), true);
  });
});

Deno.test("no window of 60 s holds more calls than the limit, whatever number of processes takes at once", async () => {
  await withDatabase(async (sql) => {
    const taken: number[] = [];
    for (let second = 0; second < 200; second += 4) {
      const now = addSeconds(NOON, second);
      const got = await Promise.all(Array.from({ length: 5 }, () => takeCall(sql, { ...POLL, now })));
      got.filter((one) => one).forEach(() => taken.push(second));
    }
    const inWindow = (from: number) => taken.filter((at) => at >= from && at < from + 60).length;
    assert.equal(Math.max(...taken.map(inWindow)), 7);
    assert.ok(taken.length >= 7 * 3);
  });
});

Deno.test("quotaGate() gives searches half of a minute's calls, and polls the rest of theirs", async () => {
  await withDatabase(async (sql) => {
    const clock = fakeClock(NOON);
    const capabilities = {
      kind: "offers",
      minIntervalSeconds: 1,
      maxPagesPerPoll: 1,
      quota: QUOTA,
      terms: SIMULATED_TERMS,
    } as const;
    const gateOf = (use: "poll" | "search") => quotaGate({ sql, clock }, { id: "p", capabilities }, use);
    const passed = async (use: "poll" | "search", tries: number) => {
      let count = 0;
      for (let n = 0; n < tries; n++) {
        await gateOf(use)().then(() => count++, (error) => assert.ok(error instanceof QuotaEmptyError));
      }
      return count;
    };
    assert.equal(await passed("search", 20), 5);
    // Seven may be polls' in any minute, and five of the ten are gone.
    assert.equal(await passed("poll", 20), 2);
    clock.advance(60_000);
    assert.equal(await passed("poll", 20), 7);
    assert.equal(await passed("search", 20), 3);
  });
});

Deno.test("quotaGate() says when the next call is free, and lets a provider without quota through", async () => {
  await withDatabase(async (sql) => {
    const clock = fakeClock(NOON);
    const capabilities = {
      kind: "offers",
      minIntervalSeconds: 1,
      maxPagesPerPoll: 1,
      terms: SIMULATED_TERMS,
    } as const;
    const gate = quotaGate(
      { sql, clock },
      { id: "p", capabilities: { ...capabilities, quota: QUOTA } },
      "poll",
    );
    for (let n = 0; n < 7; n++) {
      await gate();
      clock.advance(1_000);
    }
    const error = await gate().then(() => null, (thrown: unknown) => thrown);
    assert.ok(error instanceof QuotaEmptyError);
    assert.deepEqual(error.availableAt, addSeconds(NOON, 60));
    clock.set(error.availableAt);
    await gate();
    const free = quotaGate(
      { sql, clock },
      { id: "p", capabilities: { ...capabilities, quota: null } },
      "poll",
    );
    for (let n = 0; n < 20; n++) await free();
  });
});
