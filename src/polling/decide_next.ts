/** How soon a poll runs again. Pure. */
import type { Capabilities } from "../providers/contract.ts";

/** A poll that just found something new may run twice as often as was promised. */
const EAGER = 0.5;

/**
 * Seconds until the next run; null: its interval. The interval is what its users were told, so a poll that finds nothing
 * never waits longer; one that found new offers runs again sooner while its provider's quota would be left idle. Without
 * a quota nobody knows whether more calls are welcome, and floors and catalogues have minimums of their own.
 */
export function nextRunSeconds(
  run: { interval_seconds: number; foundNew: boolean; spareCalls: number },
  { kind, quota, minIntervalSeconds }: Pick<Capabilities, "kind" | "quota" | "minIntervalSeconds">,
): number | null {
  if (!run.foundNew || quota === null || kind !== "offers" || run.spareCalls < 1) return null;
  const seconds = Math.max(minIntervalSeconds, Math.round(run.interval_seconds * EAGER));
  return seconds < run.interval_seconds ? seconds : null;
}
