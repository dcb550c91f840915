/** The look for missing polls reads what changed, and misses nothing of it. */
import assert from "node:assert/strict";
import { planMissingFloors } from "../../src/watch_releases/plan_missing_polls.ts";
import { planMissingPolls } from "../../src/watch_rules/plan_missing_polls.ts";
import { listActiveRules } from "../../src/watch_rules/store.ts";
import type { Sql } from "../../src/platform/sql.ts";
import { PlanLooks } from "../../src/polls/plan_missing.ts";
import { createRegistry, type ProviderRegistry } from "../../src/providers/registry.ts";
import { changeRule, saveRule, watchRelease } from "../support/calls.ts";
import { discogsEnv } from "../support/discogs.ts";
import { ebayEnv } from "../support/ebay.ts";
import { aRelease, aRule } from "../support/factories.ts";
import { rowsRead } from "../support/rows_read.ts";
import { type TestService, withService } from "../support/service.ts";

const TEN_MINUTES_MS = 600_000;
/** Behind everything that a look sees again. */
const LATER_MS = 3 * TEN_MINUTES_MS;
const MAX_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";
const NOWHERE = "http://127.0.0.1:1";
const ENV = { ...ebayEnv(NOWHERE), ...discogsEnv(NOWHERE) };

/** The same providers, which may be asked once an hour at most: what another version of the service may know. */
function slower({ deps: { providers } }: TestService): ProviderRegistry {
  return createRegistry(
    providers.known().map((id) => {
      const provider = providers.get(id)!;
      const capabilities = { ...provider.capabilities, minIntervalSeconds: 3_600 };
      return { provider: { ...provider, capabilities }, enabled: providers.isEnabled(id) };
    }),
  );
}

Deno.test("the look for missing polls sees every rule once, then those that were saved or changed", () =>
  withService(async (service) => {
    const { deps, clock } = service;
    const ada = await service.client("ada");
    const rules = [];
    for (const name of ["a", "b", "c"]) {
      rules.push(await saveRule(ada, aRule({ name }, { sources: ["ebay"] })));
    }
    const look = async () => (await planMissingPolls(deps)).looked_count;
    assert.equal(await look(), 3);
    assert.equal(await look(), 3, "what was saved lately is seen again");
    clock.advance(LATER_MS);
    await look();
    clock.advance(TEN_MINUTES_MS);
    assert.equal(await look(), 0);
    await changeRule(ada, rules[0]!.id, { query: { keywords: ["mingus"] } });
    await saveRule(ada, aRule({ name: "d" }, { sources: ["ebay"] }));
    assert.equal(await look(), 2);
    clock.advance(24 * 3_600_000);
    assert.equal(await look(), 4);
  }, ENV));

Deno.test("a plan that another process made in its own way is noticed, of rules and of watched releases", () =>
  withService(async (service) => {
    const { deps, clock } = service;
    const ada = await service.client("ada");
    await saveRule(ada, aRule({ poll_interval_seconds: 600 }, { sources: ["ebay"] }));
    await watchRelease(ada, aRelease());
    const look = async () => [await planMissingPolls(deps), await planMissingFloors(deps)];
    await look();
    clock.advance(LATER_MS);
    await look();
    clock.advance(TEN_MINUTES_MS);
    assert.deepEqual(await look(), Array(2).fill({ looked_count: 0, planned_count: 0 }));
    const other = {
      ...deps,
      providers: slower(service),
      ruleLooks: new PlanLooks(),
      releaseLooks: new PlanLooks(),
    };
    const planned = Array(2).fill({ looked_count: 1, planned_count: 1 });
    assert.deepEqual([await planMissingPolls(other), await planMissingFloors(other)], planned);
    clock.advance(TEN_MINUTES_MS);
    assert.deepEqual(await look(), planned);
    assert.deepEqual(await deps.sql`select distinct interval_seconds from polls`, [{
      interval_seconds: 600,
    }]);
  }, ENV));

Deno.test("of more rules than a page holds each that lacks its searches is planned once, and the next look reads few", () =>
  withService(async (service) => {
    const { deps, clock } = service;
    const ada = await service.client("ada");
    const rule = await saveRule(ada, aRule({}, { sources: ["ebay"] }));
    // All saved in one moment, as what was there before the times were noted.
    await deps.sql`
      insert into watch_rules (user_id, name, query, is_active, poll_interval_seconds, alerts, created_at, updated_at, planned_at)
      select user_id, name, query, true, poll_interval_seconds, alerts, created_at, updated_at, planned_at
      from watch_rules cross join generate_series(1, 2999) where id = ${rule.id}`;
    await deps.sql`
      insert into compiled_rules (owner_kind, owner_id, user_id, label, query, active, active_since, backfill_state)
      select c.owner_kind, r.id, c.user_id, c.label, c.query, true, c.active_since, 'completed'
      from watch_rules r join compiled_rules c on c.owner_id = ${rule.id} where r.id <> ${rule.id}`;
    await deps.sql`
      insert into poll_subscriptions (poll_id, subscriber_id, user_id, interval_seconds, started_at)
      select s.poll_id, c.id, s.user_id, s.interval_seconds, s.started_at
      from (select *, row_number() over (order by id) as n from compiled_rules where owner_id <> ${rule.id}) c
      join poll_subscriptions s on c.n % 250 <> 0`;
    await deps.sql`analyze watch_rules, compiled_rules, poll_subscriptions`;
    clock.advance(LATER_MS);
    assert.deepEqual(await planMissingPolls(deps), { looked_count: 3_000, planned_count: 11 });
    const [live] = await deps.sql`select count(*) from poll_subscriptions where ended_at is null`;
    assert.equal(live!["count"], 3_000);
    clock.advance(LATER_MS);
    assert.deepEqual(await planMissingPolls(deps), { looked_count: 11, planned_count: 0 });
    const after = { planned_at: clock.now(), id: MAX_ID };
    const work = (tx: Sql) => listActiveRules(tx, after);
    assert.ok(await rowsRead(deps.sql, { table: "watch_rules", work }) < 20);
  }, ENV));
