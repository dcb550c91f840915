import type { Clock } from "../platform/clock.ts";
import { describePolling } from "../polls/describe_polling.ts";
import type { Polling } from "../polls/polling_schema.ts";
import { sourceNotices, type SourcePolicy } from "./resolve_sources.ts";
import type { WatchRuleRow } from "./schema.ts";

/**
 * What `toWatchRuleJson` tells beside the row: how often the rule's searches run and lowest prices are read, and what is
 * to know of its sources.
 */
export function describeSources(
  deps: SourcePolicy & { clock: Clock },
  row: WatchRuleRow,
): { polling: Polling | null; notices: string[] } {
  const { providers, clock } = deps;
  const { query: { sources, formats }, poll_interval_seconds } = row;
  const watch = { sources, poll_interval_seconds, polls: row.polls ?? [], providers, now: clock.now() };
  return {
    polling: row.is_active ? describePolling(watch) : null,
    notices: [...sourceNotices(deps, { sources, formats }), ...floorNotices(row)],
  };
}

/** Where not every release that was found is looked at as often as the rule asks. */
function floorNotices(
  { polls, releases_found: found, poll_interval_seconds: asked }: WatchRuleRow,
): string[] {
  const floors = (polls ?? []).filter((poll) => poll.is_floor);
  const byInterval = Map.groupBy(floors, (poll) => poll.asked_seconds);
  const isAsAsked = byInterval.size === 1 && byInterval.has(asked) && found <= floors.length;
  if (floors.length === 0 || isAsAsked) return [];
  const often = [...byInterval].sort(([a], [b]) => a - b)
    .map(([seconds, { length }]) => `of ${length} every ${durationText(seconds)}`);
  return [
    `Of ${found} releases that were found the lowest prices of ${floors.length} are read: ${
      often.join(", ")
    }`,
  ];
}

/** "10 minutes" */
function durationText(seconds: number): string {
  const [size, unit] = ([[3_600, "hour"], [60, "minute"], [1, "second"]] as const)
    .find(([size]) => seconds % size === 0)!; // safe: every whole number is a multiple of 1
  return seconds === size ? unit : `${seconds / size} ${unit}s`;
}
