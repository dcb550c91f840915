import assert from "node:assert/strict";
import { CRONS, runCron } from "../../src/app/crons.ts";
import { RuleCache } from "../../src/alerts/rule_cache.ts";
import { NO_RATES } from "../../src/matching/verdict.ts";
import { minuteOf } from "../../src/platform/cron_slot.ts";
import { createLog, silentLog } from "../../src/platform/log.ts";
import { createRegistry } from "../../src/providers/registry.ts";
import { fakeClock } from "../support/clock.ts";
import { withDatabase } from "../support/database.ts";

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
      rules: new RuleCache(),
      rates: NO_RATES,
      rateFeed: { refresh: () => Promise.resolve("current" as const) },
    };
    for (const days of [29.9, 30.1]) {
      await sql`
        insert into provider_requests (provider, operation, method, url, duration_ms, started_at)
        values ('ebay', 'search', 'GET', 'https://x', 1, ${clock.now()}::timestamptz - make_interval(hours => ${
        days * 24
      }::numeric::int))`;
    }
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
