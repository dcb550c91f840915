import { DomainError } from "../platform/errors.ts";
import { lockCompiledRules, restartCompiledRule } from "../alerts/rule_store.ts";
import { unsettleFloorCandidates } from "../alerts/floor_candidate_store.ts";
import { type PlanLooks, planMissing } from "../polls/plan_missing.ts";
import { findPolledProviders } from "../polls/plan_store.ts";
import { subscribeToPolls } from "../polls/subscribe.ts";
import type { RuleDeps } from "./create_rule.ts";
import { planPolls } from "./plan_polls.ts";
import { listActiveRules, markRulePlanned, type PlannedRule } from "./store.ts";
import { lockAndFind } from "./update_rule.ts";

/** What planning needs of the service. */
type PlanDeps = Pick<RuleDeps, "sql" | "clock" | "providers"> & { ruleLooks: PlanLooks };

/**
 * Plans the searches of active rules where they are not what their providers need now: because one was disabled here when
 * the rule was saved, or has since learned to ask in other words or less often. Safe to repeat, and to run in several
 * processes at once; gives how many rules it looked at, and how many it planned.
 */
export function planMissingPolls(
  deps: PlanDeps,
): Promise<{ looked_count: number; planned_count: number }> {
  return planMissing(deps, deps.ruleLooks, {
    list: (after) => listActiveRules(deps.sql, after),
    wantedOf: (rule) => planPolls(deps.providers, rule),
    plan: (rule) => planRule(deps, rule),
  });
}

/**
 * A rule that was never searched at a provider begins anew, so that what has long been for sale there is no news. One that
 * is searched in other words goes on: what came since it began is news, and thousands of them do not come at once. False: it
 * was stopped or removed meanwhile.
 */
async function planRule(deps: PlanDeps, { id, user_id }: PlannedRule): Promise<boolean> {
  try {
    return await deps.sql.begin(async (tx) => {
      const rule = await lockAndFind(tx, { id, user_id });
      if (!rule.is_active) return false;
      const now = deps.clock.now();
      const { compiled_rule_id: subscriber_id, query } = rule;
      const ever = await findPolledProviders(tx, subscriber_id);
      const wanted = planPolls(deps.providers, rule);
      const isNew = wanted.some(({ provider }) => !ever.includes(provider));
      await subscribeToPolls(tx, {
        subscriber_id,
        user_id,
        wanted,
        keepCandidates: true,
        spread: !isNew,
        now,
      });
      await markRulePlanned(tx, { id, now });
      if (isNew) await restartCompiledRule(tx, { id: subscriber_id, query, active: true, now });
      await lockCompiledRules(tx, [subscriber_id]);
      await unsettleFloorCandidates(tx, subscriber_id);
      return true;
    });
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}
