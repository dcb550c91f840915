import { DomainError } from "../platform/errors.ts";
import { unsettleFloorCandidates } from "../alerts/floor_candidate_store.ts";
import { lockCompiledRules } from "../alerts/rule_store.ts";
import { findPlans, isPlanned } from "../polls/plan_store.ts";
import { subscribeToPolls } from "../polls/subscribe.ts";
import type { ReleaseDeps } from "./create_release.ts";
import { planReleasePolls } from "./plan_polls.ts";
import { listActiveReleases, type PlannedRelease } from "./store.ts";
import { lockAndFind } from "./update_release.ts";

/** Watches looked at in one statement. */
const PAGE = 500;

/**
 * Plans the floors of active watches where they are not what their providers need now: because one was disabled here when
 * the watch was saved, or has since learned to ask in other words or less often. Safe to repeat, and to run in several processes at once; gives how many watches.
 */
export async function planMissingFloors(deps: ReleaseDeps): Promise<{ planned_count: number }> {
  let planned_count = 0;
  let afterId: string | null = null;
  do {
    const page: PlannedRelease[] = await listActiveReleases(deps.sql, { afterId, limit: PAGE });
    const plans = await findPlans(deps.sql, page.map((watch) => watch.compiled_rule_id));
    const { isEnabled } = deps.providers;
    for (const watch of page) {
      const wanted = planReleasePolls(deps.providers, watch);
      if (await isPlanned(plans.get(watch.compiled_rule_id) ?? [], { wanted, isEnabled })) continue;
      if (await planRelease(deps, watch)) planned_count++;
    }
    afterId = page.length === PAGE ? page.at(-1)!.id : null;
  } while (afterId !== null);
  return { planned_count };
}

/** False: it was stopped or removed meanwhile. */
async function planRelease(deps: ReleaseDeps, { id, user_id }: PlannedRelease): Promise<boolean> {
  try {
    return await deps.sql.begin(async (tx) => {
      const watch = await lockAndFind(tx, { id, user_id });
      if (!watch.is_active) return false;
      const wanted = planReleasePolls(deps.providers, watch);
      const subscriber = { subscriber_id: watch.compiled_rule_id, user_id };
      await subscribeToPolls(tx, { ...subscriber, wanted, keepCandidates: true, now: deps.clock.now() });
      await lockCompiledRules(tx, [watch.compiled_rule_id]);
      await unsettleFloorCandidates(tx, watch.compiled_rule_id);
      return true;
    });
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}
