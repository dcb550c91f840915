import assert from "node:assert/strict";
import { addMilliseconds, addSeconds } from "../../src/platform/clock.ts";
import type { CallQuota } from "../../src/providers/contract.ts";
import {
  findCallsLeft,
  healQuotas,
  heedRetryAfter,
  QuotaEmptyError,
  quotaGate,
  takeCall,
} from "../../src/providers/quota.ts";
import { SIMULATED_TERMS } from "../../src/providers/terms.ts";
import { fakeClock, NOON } from "../support/clock.ts";
import { withDatabase } from "../support/database.ts";
import { mostInWindow } from "./quota_support.ts";

const QUOTA: CallQuota = { scope: "ip:p", windows: [{ seconds: 60, limit: 10, reserve: 3 }] };

function aProvider(quota: CallQuota | null, id = "p") {
  const capabilities = {
    kind: "offers",
    filters: [],
    gradeSource: "none",
    currencySource: "none",
    minIntervalSeconds: 1,
    maxPagesPerPoll: 1,
    quota,
    terms: SIMULATED_TERMS,
  } as const;
  return { id, capabilities };
}

Deno.test("takeCall() by many at once never passes the limit in any 60 s", async () => {
  await withDatabase(async (sql) => {
    const clock = fakeClock();
    const taken: number[] = [];
    for (let second = 0; second < 200; second += 4) {
      const got = await Promise.all(
        Array.from({ length: 5 }, () => takeCall({ sql, clock }, { quota: QUOTA, use: "poll" })),
      );
      got.filter((wait) => wait === null).forEach(() => taken.push(second));
      clock.advance(4_000);
    }
    assert.equal(mostInWindow(taken, 60), 7);
    assert.ok(taken.length >= 7 * 3);
  });
});

Deno.test("quotaGate() counts providers that name one scope together, and other scopes apart", async () => {
  await withDatabase(async (sql) => {
    const deps = { sql, clock: fakeClock() };
    const other = { ...QUOTA, scope: "host:shop.example" };
    for (let n = 0; n < 4; n++) await quotaGate(deps, aProvider(QUOTA, "a"), "poll")();
    for (let n = 0; n < 3; n++) await quotaGate(deps, aProvider(QUOTA, "b"), "poll")();
    await assert.rejects(quotaGate(deps, aProvider(QUOTA, "a"), "poll")(), QuotaEmptyError);
    await quotaGate(deps, aProvider(other, "c"), "poll")();
    const left = await findCallsLeft(deps, [QUOTA, other], "poll");
    assert.deepEqual([left(QUOTA), left(other), left({ ...QUOTA, scope: "new" })], [0, 6, 7]);
  });
});

Deno.test("quotaGate() takes a call of all windows or of none", async () => {
  await withDatabase(async (sql) => {
    const clock = fakeClock();
    const quota: CallQuota = {
      scope: "ip:p",
      windows: [{ seconds: 10, limit: 2, reserve: 0 }, { seconds: 600, limit: 5, reserve: 0 }],
    };
    const gate = quotaGate({ sql, clock }, aProvider(quota), "poll");
    const passed = async (tries: number) => {
      let count = 0;
      for (let n = 0; n < tries; n++) {
        await gate().then(() => count++, (error) => assert.ok(error instanceof QuotaEmptyError));
      }
      return count;
    };
    assert.equal(await passed(20), 2);
    clock.advance(15_000);
    assert.equal(await passed(20), 2);
    clock.advance(15_000);
    // What the short window refused has cost the long one nothing.
    assert.equal(await passed(20), 1);
  });
});

Deno.test("quotaGate() says when the next call is free, and lets a provider without quota through", async () => {
  await withDatabase(async (sql) => {
    const clock = fakeClock();
    const gate = quotaGate({ sql, clock }, aProvider(QUOTA), "poll");
    for (let n = 0; n < 7; n++) {
      await gate();
      clock.advance(1_000);
    }
    const error = await gate().then(() => null, (thrown: unknown) => thrown);
    assert.ok(error instanceof QuotaEmptyError);
    assert.deepEqual(error.availableAt, addSeconds(NOON, 63));
    clock.set(addMilliseconds(error.availableAt, -1));
    await assert.rejects(gate(), QuotaEmptyError);
    clock.advance(1);
    await gate();
    const free = quotaGate({ sql, clock }, aProvider(null), "poll");
    for (let n = 0; n < 20; n++) await free();
  });
});

Deno.test("quotaGate() counts by the database's clock, whatever the process's own says", async () => {
  await withDatabase(async (sql) => {
    const aheadOrBehind = [0, 86_400, -86_400, 3_600, -70];
    const passed = await Promise.all(Array.from({ length: 20 }, async (_, n) => {
      const clock = { now: () => addSeconds(NOON, aheadOrBehind[n % 5]!) };
      return await quotaGate({ sql, clock }, aProvider(QUOTA), "poll")().then(() => 1, () => 0);
    }));
    assert.equal(passed.reduce<number>((sum, one) => sum + one, 0), 7);
  });
});

Deno.test("heedRetryAfter() holds from the database's time on, whatever the process's own says", async () => {
  await withDatabase(async (sql) => {
    for (const [n, aheadSeconds] of [0, 86_400, -86_400].entries()) {
      const quota = { ...QUOTA, scope: `ip:${n}` };
      const clock = { now: () => addSeconds(NOON, aheadSeconds) };
      await heedRetryAfter({ sql, clock }, quota, { kind: "rate_limited", retryAfterSeconds: 90 });
      const waitMs = await takeCall({ sql, clock }, { quota, use: "poll" });
      assert.ok(waitMs !== null && waitMs > 60_000 && waitMs <= 90_000, `${waitMs}`);
    }
  });
});

Deno.test("healQuotas() brings back what a clock that was a day ahead has counted and held, and no call less", async () => {
  await withDatabase(async (sql) => {
    const clock = fakeClock();
    const takeAll = async () => {
      let taken = 0;
      while (await takeCall({ sql, clock }, { quota: QUOTA, use: "poll" }) === null) taken++;
      return taken;
    };
    assert.equal(await takeAll(), 7);
    assert.equal(await healQuotas({ sql, clock }), 0);
    clock.advance(86_400_000);
    assert.equal(await takeAll(), 7);
    await heedRetryAfter({ sql, clock }, QUOTA, { kind: "rate_limited", retryAfterSeconds: 60 });
    clock.advance(-86_400_000 + 3_600_000);
    assert.equal(await takeAll(), 0);
    assert.equal(await healQuotas({ sql, clock }), 1);
    assert.equal(await healQuotas({ sql, clock }), 0);
    // They were made just now, for all that is known.
    assert.equal(await takeAll(), 0);
    clock.advance(63_000);
    assert.equal(await takeAll(), 7);
  });
});
