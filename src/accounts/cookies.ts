/** The cookies of this service: one opens a session, one makes a browser known. Pure. */

/** A cookie to set; without a value it dies. */
export interface CookieChange {
  value: string | null;
  expires_at: Date;
}

/** Reads and writes cookies under the names that fit this installation. */
export interface CookieJar {
  /** The session's token; null: there is none that could be one. */
  readSession(header: string | null): string | null;
  readDevice(header: string | null): string | null;
  /** A `Set-Cookie` header. */
  writeSession(change: CookieChange, now: Date): string;
  writeDevice(change: CookieChange, now: Date): string;
}

/** What `randomSecret` makes of 32 bytes. */
const TOKEN = /^[\w-]{43}$/;

/**
 * Outside development cookies are Secure and begin with `__Host-`: browsers then take them from this host over https
 * only, so that neither a sister domain nor a network can plant one.
 */
export function createCookieJar({ isDevLike }: { isDevLike: boolean }): CookieJar {
  const [session, device] = ["waxwatch_session", "waxwatch_device"].map((name) =>
    isDevLike ? name : `__Host-${name}`
  ) as [string, string]; // safe: two in, two out
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isDevLike ? "" : "; Secure"}`;
  const write = (name: string, { value, expires_at }: CookieChange, now: Date) => {
    const seconds = value === null ? 0 : Math.floor((expires_at.getTime() - now.getTime()) / 1000);
    return `${name}=${value ?? ""}; Max-Age=${Math.max(0, seconds)}; ${attributes}`;
  };
  return {
    readSession: (header) => readCookie(header, session),
    readDevice: (header) => readCookie(header, device),
    writeSession: (change, now) => write(session, change, now),
    writeDevice: (change, now) => write(device, change, now),
  };
}

/** The first value of this name that could be ours: whatever else stands in the header is somebody else's. */
function readCookie(header: string | null, name: string): string | null {
  for (const pair of (header ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (at < 0 || pair.slice(0, at).trim() !== name) continue;
    const value = pair.slice(at + 1).trim();
    if (TOKEN.test(value)) return value;
  }
  return null;
}
