import type { Clock } from "../platform/clock.ts";
import { describePolling } from "../polls/describe_polling.ts";
import type { Polling } from "../polls/polling_schema.ts";
import { sourceNotices, type SourcePolicy } from "./resolve_sources.ts";
import type { WatchRuleRow } from "./schema.ts";

/** What `toWatchRuleJson` tells beside the row: how often the rule's searches run, and what is to know of its sources. */
export function describeSources(
  deps: SourcePolicy & { clock: Clock },
  row: WatchRuleRow,
): { polling: Polling | null; notices: string[] } {
  const { providers, clock } = deps;
  const { query: { sources, formats }, poll_interval_seconds } = row;
  const watch = { sources, poll_interval_seconds, polls: row.polls ?? [], providers, now: clock.now() };
  return {
    polling: row.is_active ? describePolling(watch) : null,
    notices: sourceNotices(deps, { sources, formats }),
  };
}
