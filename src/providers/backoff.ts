/** How long a failing provider is left alone. Pure. */
import type { ProviderErrorKind } from "./contract.ts";

/** Waits after failure 1, 2, …: 30 s, 1, 5, 15 min, 1, 4, 12, 24 h; from the eighth on one try a day. */
export const PROVIDER_BACKOFF_SECONDS = [30, 60, 300, 900, 3_600, 14_400, 43_200, 86_400] as const;

/** The longest a failure makes anybody wait. */
export const LONGEST_BACKOFF_SECONDS = 86_400;

/**
 * Seconds to leave the provider alone after `failures` failures in a row (counted from 1). What the provider asked
 * for is trusted alone at first; when it keeps failing, the longer of the two counts. At most a day.
 */
export function backoffSeconds(failures: number, retryAfterSeconds: number | null): number {
  const level = Math.min(Math.max(Math.trunc(failures), 1), PROVIDER_BACKOFF_SECONDS.length);
  const scheduled = PROVIDER_BACKOFF_SECONDS[level - 1] ?? LONGEST_BACKOFF_SECONDS;
  if (retryAfterSeconds === null) return scheduled;
  const asked = Math.min(Math.max(Math.ceil(retryAfterSeconds), 1), LONGEST_BACKOFF_SECONDS);
  return level === 1 ? asked : Math.max(asked, scheduled);
}

/** Whether a failure of this kind concerns the provider as a whole; a bad response concerns one query only. */
export function blocksProvider(kind: ProviderErrorKind): boolean {
  switch (kind) {
    case "rate_limited":
    case "unavailable":
    case "blocked":
    case "unauthorized":
      return true;
    case "bad_response":
      return false;
    default:
      return kind satisfies never;
  }
}
