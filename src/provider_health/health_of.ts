/** How a provider fares, from what was kept of it. Pure. */
import { addSeconds } from "../platform/clock.ts";
import type { ProviderState } from "../providers/state_store.ts";
import type { HealthStatus } from "./schema.ts";

/** Without a success for so long a provider that is asked is silent, however seldom its searches run. */
export const SHORTEST_SILENCE_SECONDS = 3_600;
/** ... and after so many intervals, where those are longer. */
export const SILENT_INTERVALS = 3;

/** How long searches that run every `intervalSeconds` have to be without a success to count as silent. */
export function silenceSeconds(intervalSeconds: number): number {
  return Math.max(SILENT_INTERVALS * intervalSeconds, SHORTEST_SILENCE_SECONDS);
}

/**
 * One word for it. `intervalSeconds` is the strictest of the searches that are repeated there; null: none is, so that
 * nothing is missing where nothing comes.
 */
export function healthOf(
  state: ProviderState | null,
  given: { enabled: boolean; intervalSeconds: number | null; now: Date },
): HealthStatus {
  const { enabled, intervalSeconds, now } = given;
  if (!enabled) return "disabled";
  if (state === null || (state.last_success_at === null && state.last_error_at === null)) {
    return "never_asked";
  }
  if (state.blocked_until !== null && state.blocked_until > now) return "backing_off";
  const { last_success_at: success, last_error_at: error } = state;
  if (success === null || (error !== null && error > success)) return "failing";
  const isSilent = intervalSeconds !== null && addSeconds(success, silenceSeconds(intervalSeconds)) < now;
  return isSilent ? "silent" : "ok";
}
