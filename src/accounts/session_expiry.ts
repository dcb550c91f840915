/** How long a session lives. Pure. */
import { addSeconds } from "../platform/clock.ts";

/** Unused this long, it ends: people who come back every month stay logged in. */
export const SESSION_IDLE_SECONDS = 30 * 86_400;
/** Used or not, it ends: a stolen cookie is not good for ever. */
export const SESSION_MAX_SECONDS = 180 * 86_400;
/** A use is written at most this often: not with every request. */
export const USE_WRITTEN_SECONDS = 60;

/** Until when a session lives that was made at `created_at` and is used at `now`. */
export function sessionExpiry(createdAt: Date, now: Date): Date {
  const idle = addSeconds(now, SESSION_IDLE_SECONDS);
  const end = addSeconds(createdAt, SESSION_MAX_SECONDS);
  return idle < end ? idle : end;
}
