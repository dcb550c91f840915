import assert from "node:assert/strict";
import { addSeconds } from "../../src/platform/clock.ts";
import { countAttempt, type Limit, LIMITS, type ThrottleState, waitMs } from "../../src/accounts/throttle.ts";
import { takeAttempts } from "../../src/accounts/take_attempts.ts";
import { pruneThrottles } from "../../src/accounts/throttle_store.ts";
import { NOON } from "../support/clock.ts";
import { withDatabase } from "../support/database.ts";

/** Waits in seconds in front of each of `count` attempts that are made as soon as they may be. */
function waitsOf(limit: Limit, count: number): number[] {
  let [state, now]: [ThrottleState | null, Date] = [null, NOON];
  return Array.from({ length: count }, () => {
    const seconds = waitMs(state, limit, now) / 1000;
    now = addSeconds(now, seconds);
    state = countAttempt(state, limit, now);
    return seconds;
  });
}

Deno.test("five attempts at one account from one address are free, then waits double up to 15 minutes", () => {
  assert.deepEqual(waitsOf(LIMITS.login_pair, 13), [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 480, 900, 900]);
});

for (const [name, limit] of Object.entries(LIMITS)) {
  Deno.test(`${name} lets its last free attempt through, makes the next wait, and forgets`, () => {
    const waits = waitsOf(limit, limit.free + 1);
    assert.deepEqual(waits.slice(0, limit.free), Array.from({ length: limit.free }, () => 0));
    assert.equal(waits.at(-1), limit.firstWaitSeconds);
    const state = { level: limit.free, last_at: NOON };
    const wait = (seconds: number) => waitMs(state, limit, addSeconds(NOON, seconds));
    assert.equal(wait(limit.firstWaitSeconds - 0.001), 1);
    assert.equal(wait(limit.firstWaitSeconds), 0);
    const rested = countAttempt(state, limit, addSeconds(NOON, limit.free * limit.forgetSeconds));
    assert.equal(rested.level, 1);
  });
}

Deno.test("what can be kept up against one account is about 100 guesses a day from an address and 300 from all", () => {
  const perDay = (limit: Limit) => {
    const waits = waitsOf(limit, 1_000);
    let [seconds, count] = [0, 0];
    while ((seconds += waits[count]!) < 86_400) count++;
    return count;
  };
  assert.ok(perDay(LIMITS.login_pair) < 110, String(perDay(LIMITS.login_pair)));
  assert.ok(perDay(LIMITS.login_account) < 400, String(perDay(LIMITS.login_account)));
});

Deno.test("takeAttempts() counts attempts at once one by one, so that no more than the free ones pass", async () => {
  await withDatabase(async (sql) => {
    const attempt = { name: "login_pair", of: ["ada@example.com", "192.0.2.1"] } as const;
    const take = () => sql.begin((tx) => takeAttempts(tx, [attempt], NOON));
    const permits = await Promise.all(Array.from({ length: 12 }, take));
    assert.equal(permits.filter((one) => one.granted).length, 5);
    assert.deepEqual(permits.find((one) => !one.granted), {
      granted: false,
      name: "login_pair",
      retryAfterSeconds: 30,
    });
  });
});

Deno.test("takeAttempts() counts nothing anywhere when one limit refuses", async () => {
  await withDatabase(async (sql) => {
    const pair = { name: "login_pair", of: ["ada"] } as const;
    const account = { name: "login_account", of: ["ada"] } as const;
    const take = () => sql.begin((tx) => takeAttempts(tx, [pair, account], NOON));
    for (let count = 0; count < 8; count++) await take();
    const levels = await sql<{ level: number }>`select level from auth_throttles`;
    assert.deepEqual(levels.map((one) => one.level), [5, 5]);
  });
});

Deno.test("takeAttempts() by callers with the same counters in another order never deadlocks", async () => {
  await withDatabase(async (sql) => {
    const [one, two] = [
      { name: "login_account", of: ["ada"] } as const,
      { name: "login_address", of: ["192.0.2.1"] } as const,
    ];
    const orders = Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? [one, two] : [two, one]));
    const permits = await Promise.all(
      orders.map((order) => sql.begin((tx) => takeAttempts(tx, order, NOON))),
    );
    assert.equal(permits.filter((permit) => permit.granted).length, 30);
  });
});

Deno.test("pruneThrottles() forgets what says nothing any more and what is beyond the bound", async () => {
  await withDatabase(async (sql) => {
    for (let at = 0; at < 5; at++) {
      const now = addSeconds(NOON, at);
      await sql.begin((tx) => takeAttempts(tx, [{ name: "login_address", of: [String(at)] }], now));
    }
    assert.equal(await pruneThrottles(sql, { now: addSeconds(NOON, 59), keep: 5 }), 0);
    assert.equal(await pruneThrottles(sql, { now: addSeconds(NOON, 60), keep: 5 }), 1);
    assert.equal(await pruneThrottles(sql, { now: addSeconds(NOON, 60), keep: 3 }), 1);
    const left = await sql<{ last_at: Date }>`select last_at from auth_throttles order by last_at`;
    assert.deepEqual(left[0]?.last_at, addSeconds(NOON, 2));
  });
});
