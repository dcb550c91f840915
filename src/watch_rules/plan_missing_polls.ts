import { DomainError } from "../platform/errors.ts";
import { restartCompiledRule } from "../alerts/rule_store.ts";
import { findPolledProviders } from "../polls/store.ts";
import { subscribeToPolls } from "../polls/subscribe.ts";
import type { RuleDeps } from "./create_rule.ts";
import { planPolls } from "./plan_polls.ts";
import { listActiveRules, type PlannedRule } from "./store.ts";
import { lockAndFind } from "./update_rule.ts";

/** What planning needs of the service. */
type PlanDeps = Pick<RuleDeps, "sql" | "clock" | "providers">;

/** Rules looked at in one statement. */
const PAGE = 500;

/**
 * Plans the searches of active rules at providers where they have none: those that were disabled here when the rule was
 * saved. Safe to repeat, and to run in several processes at once; gives how many rules.
 */
export async function planMissingPolls(deps: PlanDeps): Promise<{ planned_count: number }> {
  let planned_count = 0;
  let afterId: string | null = null;
  do {
    const page: PlannedRule[] = await listActiveRules(deps.sql, { afterId, limit: PAGE });
    const polled = await findPolledProviders(deps.sql, page.map((rule) => rule.compiled_rule_id));
    for (const rule of page) {
      const live = polled.get(rule.compiled_rule_id)?.live ?? [];
      const isMissing = planPolls(deps.providers, rule).some(({ provider }) => !live.includes(provider));
      if (isMissing && await planRule(deps, rule)) planned_count++;
    }
    afterId = page.length === PAGE ? page.at(-1)!.id : null;
  } while (afterId !== null);
  return { planned_count };
}

/**
 * A rule that was never searched at a provider begins anew, so that what has long been for sale there is no news. False:
 * it was stopped or removed meanwhile.
 */
async function planRule(deps: PlanDeps, { id, user_id }: PlannedRule): Promise<boolean> {
  try {
    return await deps.sql.begin(async (tx) => {
      const rule = await lockAndFind(tx, { id, user_id });
      if (!rule.is_active) return false;
      const now = deps.clock.now();
      const { compiled_rule_id: subscriber_id, query } = rule;
      const ever = (await findPolledProviders(tx, [subscriber_id])).get(subscriber_id)?.ever ?? [];
      const wanted = planPolls(deps.providers, rule);
      await subscribeToPolls(tx, { subscriber_id, user_id, wanted, keepCandidates: true, now });
      if (wanted.some(({ provider }) => !ever.includes(provider))) {
        await restartCompiledRule(tx, { id: subscriber_id, query, active: true, now });
      }
      return true;
    });
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}
