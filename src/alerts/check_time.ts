/** When an offer that somebody was alerted to is looked at by itself. Pure. */
import { addSeconds } from "../platform/clock.ts";
import type { Listing } from "../listings/schema.ts";

/** So long before it may no longer be shown: later than the sweep that would have seen it, early enough for a second try. */
export const CHECK_LEAD_SECONDS = 900;
/** So long after it was seen, where its provider's terms set no limit: as often as sweeps are. */
export const CHECK_EVERY_SECONDS = 6 * 3_600;

/** When to look at a listing that nobody sees before. */
export function checkAt({ observed_at, expires_at }: Pick<Listing, "observed_at" | "expires_at">): Date {
  return expires_at === null
    ? addSeconds(observed_at, CHECK_EVERY_SECONDS)
    : addSeconds(expires_at, -CHECK_LEAD_SECONDS);
}
