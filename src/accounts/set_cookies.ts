import type { Context } from "hono";
import { addSeconds, type Clock } from "../platform/clock.ts";
import type { CookieJar } from "./cookies.ts";
import { DEVICE_SECONDS } from "./remember_device.ts";

/** What setting cookies needs. */
export interface CookieDeps {
  clock: Clock;
  cookies: CookieJar;
}

/** Gives a browser the cookie of its session, or takes it away (null). */
export function setSessionCookie(
  c: Context,
  { clock, cookies }: CookieDeps,
  session: { token: string; expires_at: Date } | null,
): void {
  const now = clock.now();
  const change = { value: session?.token ?? null, expires_at: session?.expires_at ?? now };
  c.header("set-cookie", cookies.writeSession(change, now), { append: true });
}

/** Gives a browser the cookie by which it is known. */
export function setDeviceCookie(c: Context, { clock, cookies }: CookieDeps, token: string): void {
  const now = clock.now();
  const change = { value: token, expires_at: addSeconds(now, DEVICE_SECONDS) };
  c.header("set-cookie", cookies.writeDevice(change, now), { append: true });
}
