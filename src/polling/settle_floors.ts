import type { Clock } from "../platform/clock.ts";
import type { Pool, Sql } from "../platform/sql.ts";
import {
  findFloorCandidates,
  findUnsettledWatches,
  type FloorCandidate,
  settleFloorCandidates,
} from "../alerts/floor_candidate_store.ts";
import { lockCompiledRules } from "../alerts/rule_store.ts";
import type { WantedPoll } from "../polls/schema.ts";
import { findSubscriptions } from "../polls/store.ts";
import { subscribeToCandidates } from "../polls/subscribe.ts";
import type { ProviderRegistry } from "../providers/registry.ts";

/** Watches dealt with in one go; the rest follows a minute later. */
const MAX_WATCHES = 200;
/** How often the floor of a found release is read where its watch asks for nothing stricter. */
const DEFAULT_INTERVAL_SECONDS = 3_600;

/** What settling needs of the service. */
export interface FloorDeps {
  sql: Pool;
  clock: Clock;
  providers: ProviderRegistry;
}

/**
 * Subscribes watches to the floors of the releases that were found for them. A step of its own after the transaction that
 * found them: that one holds its poll and rules, and must not lock other polls. Safe to repeat and to run anywhere.
 */
export async function settleFloors(deps: FloorDeps): Promise<{ watch_count: number }> {
  const watches = await findUnsettledWatches(deps.sql, MAX_WATCHES);
  for (const watch of watches) await deps.sql.begin((tx) => settleWatch(tx, deps, watch));
  return { watch_count: watches.length };
}

async function settleWatch(tx: Sql, deps: FloorDeps, watch: { id: string; user_id: string }): Promise<void> {
  const now = deps.clock.now();
  const candidates = await findFloorCandidates(tx, watch.id);
  const wanted = await planFloors(tx, deps, candidates);
  await subscribeToCandidates(
    tx,
    { subscriber_id: watch.id, user_id: watch.user_id, wanted: wanted.map((one) => one.poll), now },
    async () => {
      const [rule] = await lockCompiledRules(tx, [watch.id]);
      const current = new Set((await findFloorCandidates(tx, watch.id)).map(keyOf));
      const kept = new Set(wanted.filter((one) => current.has(one.key)).map((one) => one.poll.query));
      return ({ query }) => rule?.active === true && kept.has(query);
    },
  );
  await settleFloorCandidates(tx, watch.id, now);
}

/** As often as the watch asks for its own polls, as far as the provider allows. */
async function planFloors(
  tx: Sql,
  deps: FloorDeps,
  candidates: readonly FloorCandidate[],
): Promise<{ key: string; poll: WantedPoll }[]> {
  const [first] = candidates;
  if (!first) return [];
  const own = (await findSubscriptions(tx, first.compiled_rule_id)).filter((one) => one.origin === "plan");
  const asked = own.length > 0
    ? Math.min(...own.map((one) => one.interval_seconds))
    : DEFAULT_INTERVAL_SECONDS;
  return candidates.flatMap((candidate) => {
    const provider = deps.providers.get(candidate.provider);
    if (!provider?.planRelease || !deps.providers.isEnabled(provider.id)) return [];
    const ids = { discogs_release_id: candidate.discogs_release_id, discogs_master_id: null };
    return provider.planRelease(ids).map(({ query, minIntervalSeconds }) => ({
      key: keyOf(candidate),
      poll: {
        provider: provider.id,
        query,
        interval_seconds: Math.max(asked, minIntervalSeconds, provider.capabilities.minIntervalSeconds),
      },
    }));
  });
}

function keyOf({ provider, discogs_release_id }: FloorCandidate): string {
  return `${provider} ${discogs_release_id}`;
}
