import assert from "node:assert/strict";
import { CRONS, runCron } from "../../src/app/crons.ts";
import { RuleCache } from "../../src/alerts/rule_cache.ts";
import { NO_RATES } from "../../src/matching/verdict.ts";
import { addSeconds } from "../../src/platform/clock.ts";
import { minuteOf } from "../../src/platform/cron_slot.ts";
import { createLog, silentLog } from "../../src/platform/log.ts";
import type { Sql } from "../../src/platform/sql.ts";
import { PlanLooks } from "../../src/polls/plan_missing.ts";
import { createRegistry } from "../../src/providers/registry.ts";
import { insertProviderRequests } from "../../src/providers/store.ts";
import { NOBODY } from "../../src/platform/client_address.ts";
import { fakeClock } from "../support/clock.ts";
import { withDatabase } from "../support/database.ts";
import { withService } from "../support/service.ts";

Deno.test("runCron() runs one tick in one of many processes, and the next tick again", async () => {
  await withDatabase(async (sql) => {
    const clock = fakeClock();
    let runs = 0;
    const cron = { name: "count", schedule: "* * * * *", run: () => runs++ };
    const deps = {
      sql,
      clock,
      log: silentLog,
      dispatcher: null,
      providers: createRegistry([]),
      ruleLooks: new PlanLooks(),
      releaseLooks: new PlanLooks(),
      providerRequestDays: 30,
      sourceFamilies: [],
      sourcePolicy: { allowsPlain: false, allowed: NOBODY },
      rules: new RuleCache(),
      rates: NO_RATES,
      rateFeed: { refresh: () => Promise.resolve("current" as const) },
    };
    const tick = () => Promise.all([1, 2, 3].map(() => runCron(cron, () => Promise.resolve(deps))));
    assert.deepEqual((await tick()).sort(), [false, false, true]);
    clock.advance(60_000);
    assert.deepEqual((await tick()).sort(), [false, false, true]);
    assert.equal(runs, 2);
  });
});

Deno.test("runCron() never throws: a failing cron, or a service that did not start, is logged and skipped", async () => {
  const lines: string[] = [];
  const log = createLog({
    format: "json",
    level: "error",
    now: () => new Date(0),
    write: (line) => lines.push(line),
  });
  await withDatabase(async (sql) => {
    const deps = {
      sql,
      clock: fakeClock(),
      log,
      dispatcher: null,
      providers: createRegistry([]),
      ruleLooks: new PlanLooks(),
      releaseLooks: new PlanLooks(),
      providerRequestDays: 30,
      sourceFamilies: [],
      sourcePolicy: { allowsPlain: false, allowed: NOBODY },
      rules: new RuleCache(),
      rates: NO_RATES,
      rateFeed: { refresh: () => Promise.resolve("current" as const) },
    };
    const cron = { name: "fail", schedule: "* * * * *", run: () => Promise.reject(new Error("no luck")) };
    assert.equal(await runCron(cron, () => Promise.resolve(deps)), false);
    assert.equal(await runCron(cron, () => Promise.reject(new Error("never started"))), false);
  });
  assert.match(lines.join(), /"cron failed".*no luck/);
});

Deno.test("the pruning crons remove what is old and nothing younger", async () => {
  await withDatabase(async (sql) => {
    const clock = fakeClock();
    const deps = {
      sql,
      clock,
      log: silentLog,
      dispatcher: null,
      providers: createRegistry([]),
      ruleLooks: new PlanLooks(),
      releaseLooks: new PlanLooks(),
      providerRequestDays: 30,
      sourceFamilies: [],
      sourcePolicy: { allowsPlain: false, allowed: NOBODY },
      rules: new RuleCache(),
      rates: NO_RATES,
      rateFeed: { refresh: () => Promise.resolve("current" as const) },
    };
    await logCalls(sql, clock.now(), [29.9, 30.1]);
    for (const cron of CRONS) assert.equal(await runCron(cron, () => Promise.resolve(deps)), true, cron.name);
    assert.equal((await sql`select id from provider_requests`).length, 1);
    clock.advance(8 * 86_400_000);
    for (const cron of CRONS) await runCron(cron, () => Promise.resolve(deps));
    const slots = await sql<{ slot: Date }>`select slot from cron_slots`;
    assert.ok(
      slots.length > 0 && slots.every(({ slot }) => slot.getTime() === minuteOf(clock.now()).getTime()),
    );
  });
});

Deno.test("crons run again within ten minutes after a clock that ran a day ahead for a day was set back", async () => {
  await withService(async ({ deps, clock }) => {
    const ready = () => Promise.resolve({ ...deps, dispatcher: null });
    const [sync, heal] = ["sync-discogs", "heal-times"].map((name) =>
      CRONS.find((one) => one.name === name)!
    );
    const now = clock.now();
    await deps.sql`
      insert into cron_slots (name, slot, taken_at)
      select name, minute, minute from unnest(${["sync-discogs", "heal-times"]}::text[]) name,
        generate_series(${minuteOf(now)}::timestamptz, ${
      addSeconds(now, 86_400)
    }::timestamptz, interval '1 minute') minute`;
    assert.equal(await runCron(sync!, ready), false);
    assert.equal(await runCron(heal!, ready), true);
    clock.advance(11 * 60_000);
    assert.equal(await runCron(sync!, ready), true);
    assert.equal(await runCron(sync!, ready), false, "one process of many");
  });
});

Deno.test("calls to providers are kept for as many days as PROVIDER_REQUEST_DAYS says, to the millisecond", async () => {
  for (const days of [1, 30]) {
    await withService(async ({ deps, clock }) => {
      await logCalls(deps.sql, clock.now(), [0.5, days, 31, 90]);
      const cron = CRONS.find(({ name }) => name === "prune-provider-requests")!;
      const prune = () =>
        cron.run({ ...deps, rateFeed: { refresh: () => Promise.resolve("current" as const) } });
      assert.equal(await prune(), 2, "just as old as is kept is kept");
      clock.advance(1);
      assert.equal(await prune(), 1);
      assert.equal((await deps.sql`select 1 from provider_requests`).length, 1);
    }, days === 30 ? {} : { PROVIDER_REQUEST_DAYS: String(days) });
  }
});

/** Logs a call made so many days before `now`, for each. */
async function logCalls(sql: Sql, now: Date, ages: readonly number[]): Promise<void> {
  await insertProviderRequests(
    sql,
    ages.map((days) => ({
      provider: "ebay",
      operation: "search",
      method: "GET",
      url: "https://x",
      duration_ms: 1,
      status_code: 200,
      error: null,
      started_at: addSeconds(now, -days * 86_400),
      poll_id: null,
      user_id: null,
    })),
  );
}
