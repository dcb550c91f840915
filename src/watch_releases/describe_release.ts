import type { Clock } from "../platform/clock.ts";
import { describePolling } from "../polls/describe_polling.ts";
import type { Polling } from "../polls/polling_schema.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import type { WatchReleaseRow } from "./schema.ts";

/** What of a watch is described. */
export type DescribedRelease = Pick<
  WatchReleaseRow,
  "is_active" | "min_condition" | "polls" | "floors_read" | "versions_found"
>;

/** What `toWatchReleaseJson` tells beside the row: how often floors are read, and what its user should know. */
export function describeRelease(
  { providers, clock }: { providers: ProviderRegistry; clock: Clock },
  watch: DescribedRelease,
): { polling: Polling | null; notices: string[] } {
  const sources = providers.known().filter((id) => providers.get(id)?.planRelease);
  const polls = watch.polls ?? [];
  const described = { sources, poll_interval_seconds: null, polls, providers, now: clock.now() };
  return {
    polling: watch.is_active ? describePolling(described) : null,
    notices: releaseNotices(providers, { watch, sources }),
  };
}

/** What of it nobody looks at, and what a price here means. */
function releaseNotices(
  providers: ProviderRegistry,
  { watch, sources }: { watch: DescribedRelease; sources: readonly string[] },
): string[] {
  const disabled = sources.filter((id) => !providers.isEnabled(id)).map((id) =>
    `Provider ${id} is disabled here and is not asked: ${providers.disabledReason(id)}`
  );
  const blind = watch.min_condition === null
    ? []
    : sources.map((id) =>
      `${
        providers.get(id)?.name
      } tells the lowest price of all conditions only, so under min_condition it cannot alert`
    );
  return [...disabled, ...blind, ...versionNotices(watch)];
}

/** Its own release is one of the versions, and has a floor. */
function versionNotices({ is_active, floors_read, versions_found }: DescribedRelease): string[] {
  const [known, read] = [(versions_found ?? 0) + 1, floors_read ?? 0];
  if (!is_active || read === 0 || known <= read) return [];
  return [
    `Of ${known} versions that were found the lowest prices of ${read} are read: of the release you named, of the ` +
    "one that stands for the master, and of those that most people have and the newest",
  ];
}
