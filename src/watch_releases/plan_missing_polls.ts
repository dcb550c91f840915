import { DomainError } from "../platform/errors.ts";
import { unsettleFloorCandidates } from "../alerts/floor_candidate_store.ts";
import { lockCompiledRules } from "../alerts/rule_store.ts";
import { type PlanLooks, planMissing } from "../polls/plan_missing.ts";
import { subscribeToPolls } from "../polls/subscribe.ts";
import type { ReleaseDeps } from "./create_release.ts";
import { planReleasePolls } from "./plan_polls.ts";
import { listActiveReleases, markReleasePlanned, type PlannedRelease } from "./store.ts";
import { lockAndFind } from "./update_release.ts";

/** What planning needs of the service. */
type PlanDeps = ReleaseDeps & { releaseLooks: PlanLooks };

/**
 * Plans the floors of active watches where they are not what their providers need now: because one was disabled here when
 * the watch was saved, or has since learned to ask in other words or less often. Safe to repeat, and to run in several
 * processes at once; gives how many watches it looked at, and how many it planned.
 */
export function planMissingFloors(
  deps: PlanDeps,
): Promise<{ looked_count: number; planned_count: number }> {
  return planMissing(deps, deps.releaseLooks, {
    list: (after) => listActiveReleases(deps.sql, after),
    wantedOf: (watch) => planReleasePolls(deps.providers, watch),
    plan: (watch) => planRelease(deps, watch),
  });
}

/** False: it was stopped or removed meanwhile. */
async function planRelease(deps: ReleaseDeps, { id, user_id }: PlannedRelease): Promise<boolean> {
  try {
    return await deps.sql.begin(async (tx) => {
      const watch = await lockAndFind(tx, { id, user_id });
      if (!watch.is_active) return false;
      const wanted = planReleasePolls(deps.providers, watch);
      const subscriber = { subscriber_id: watch.compiled_rule_id, user_id };
      const now = deps.clock.now();
      await subscribeToPolls(tx, { ...subscriber, wanted, keepCandidates: true, now });
      await markReleasePlanned(tx, { id, now });
      await lockCompiledRules(tx, [watch.compiled_rule_id]);
      await unsettleFloorCandidates(tx, watch.compiled_rule_id);
      return true;
    });
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}
