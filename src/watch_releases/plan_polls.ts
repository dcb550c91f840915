import type { WantedPoll } from "../polls/schema.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import type { WatchReleaseRow } from "./schema.ts";

/**
 * The floors an active watch needs, polled as often as their provider allows: one poll per release for all its watchers.
 * None under a lowest grade: a floor says nothing of condition, so it could never match.
 */
export function planReleasePolls(
  providers: ProviderRegistry,
  watch: Pick<WatchReleaseRow, "discogs_release_id" | "discogs_master_id" | "match_mode" | "min_condition">,
): WantedPoll[] {
  if (watch.min_condition !== null) return [];
  const ids = {
    discogs_release_id: watch.discogs_release_id,
    discogs_master_id: watch.match_mode === "master_release" ? watch.discogs_master_id : null,
  };
  return providers.enabled().flatMap((provider) =>
    (provider.planRelease?.(ids) ?? []).map(({ query, minIntervalSeconds, isLookup }) => ({
      provider: provider.id,
      query,
      origin: isLookup ? "lookup" : "plan",
      interval_seconds: Math.max(minIntervalSeconds, provider.capabilities.minIntervalSeconds),
    }))
  );
}
