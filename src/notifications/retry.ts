/** When a delivery is tried again. Pure. */

/**
 * Waits before attempt 1, 2, …: 0, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h: given up after about 27.6 h, in which a
 * mail server is repaired and a mistake of the operator noticed.
 */
export const RETRY_DELAYS_SECONDS = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 36_000] as const;

/** How far a wait strays to either side, so that what failed together does not come back together. */
const JITTER = 0.2;

/** Seconds to wait after `attempts` failed attempts; null: give up. `random` is in [0, 1). */
export function retryDelaySeconds(attempts: number, random: number): number | null {
  const delay = RETRY_DELAYS_SECONDS[attempts];
  return delay === undefined ? null : delay * (1 - JITTER + 2 * JITTER * random);
}
