/** When a run of a poll reads all pages. Pure. */
import { addSeconds } from "../platform/clock.ts";
import type { Capabilities } from "../providers/contract.ts";
import type { Poll } from "./schema.ts";

/** How often all pages are read where neither the provider nor its terms say. */
export const DEFAULT_SWEEP_SECONDS = 6 * 3_600;

/**
 * The pages this run may read as a sweep; null: it is an ordinary one. A sweep is due when the next run would come too
 * late for it. The first run is none: it shall alert soon, and it has nothing to compare with.
 */
export function sweepPages(
  poll: Pick<Poll, "runs" | "interval_seconds" | "last_sweep_at">,
  { sweep, terms }: Pick<Capabilities, "sweep" | "terms">,
  now: Date,
): number | null {
  if (!sweep || poll.runs === 0) return null;
  if (poll.last_sweep_at === null) return sweep.maxPages;
  const every = Math.min(
    sweep.everySeconds ?? DEFAULT_SWEEP_SECONDS,
    terms.max_age_seconds ?? DEFAULT_SWEEP_SECONDS,
  );
  const nextRun = addSeconds(now, poll.interval_seconds);
  return addSeconds(poll.last_sweep_at, every) < nextRun ? sweep.maxPages : null;
}
