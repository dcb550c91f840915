/** When something that failed is tried again. Pure. */

/** How far a wait strays to either side, so that what failed together does not come back together. */
const JITTER = 0.2;

/**
 * Seconds to wait after `attempts` failed attempts of a schedule, whose entries are the waits before attempt 1, 2, …;
 * null: give up. `random` is in [0, 1).
 */
export function retryDelaySeconds(
  schedule: readonly number[],
  attempts: number,
  random: number,
): number | null {
  const delay = schedule[attempts];
  return delay === undefined ? null : delay * (1 - JITTER + 2 * JITTER * random);
}
