/** A deactivation that stops many searches while they run. */
import assert from "node:assert/strict";
import { createJobHandler, workSources } from "../../src/app/jobs.ts";
import { createLog } from "../../src/platform/log.ts";
import { createRule } from "../../src/watch_rules/create_rule.ts";
import { createRuleSchema } from "../../src/watch_rules/schema.ts";
import { aRule } from "../support/factories.ts";
import { withService } from "../support/service.ts";

const RULES = 1_000;
/** Rules saved at the same time: the pool's connections are for others too. */
const LANES = 5;

Deno.test("DELETE /api/me stops 1,000 rules in one call while their polls run, and no poll fails by it", async () => {
  await withService(async ({ client, deps }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    const save = async (user_id: string, n: number) =>
      await createRule(deps, { ...createRuleSchema.parse(aRule({}, { keywords: [`blue ${n}`] })), user_id });
    let next = 0;
    await Promise.all(Array.from({ length: LANES }, async () => {
      while (next < RULES) await save(ada.userId, next++);
    }));
    // One poll in ten is shared.
    for (let n = 0; n < RULES; n += 10) await save(bob.userId, n);
    const errors: string[] = [];
    const log = createLog({
      ...{ format: "json", level: "warn", now: deps.clock.now },
      write: (line) => void errors.push(line),
    });
    const handle = createJobHandler({ ...deps, log }, { settle: () => {} });
    const poll = workSources(deps).find(({ kind }) => kind === "poll")!;
    const runs = { count: 0, before: 0 };
    const work = async () => {
      for (;;) {
        const rows = await poll.claim({ now: deps.clock.now(), limit: 20 });
        if (rows.length === 0) return;
        for (const row of rows) {
          await handle({ kind: "poll", rows: [row] });
          runs.count++;
        }
      }
    };
    const working = Promise.all([work(), work(), work()]);
    await poll.claim({ now: deps.clock.now(), limit: 1 });
    const { status, body } = await ada.delete("/api/me");
    runs.before = runs.count;
    assert.equal(status, 200, JSON.stringify(body));
    await working;
    assert.ok(runs.before < RULES - 10, "polls were still to run when the answer came");
    assert.deepEqual(errors, []);
    const [left] = await deps.sql`
      select
        (select count(*) from polls where interval_seconds is not null) as asked,
        (select count(*) from polls where failures > 0) as failed,
        (select count(*) from poll_subscriptions where user_id = ${ada.userId} and ended_at is null) as subscribed,
        (select count(*) from events where user_id = ${ada.userId} and type = 'RULE_DISABLED') as told,
        (select deadlocks from pg_stat_database where datname = current_database()) as deadlocks`;
    assert.deepEqual(left, { asked: RULES / 10, failed: 0, subscribed: 0, told: RULES, deadlocks: 0 });
  }, { SIMULATED_MARKET: "true" });
});
