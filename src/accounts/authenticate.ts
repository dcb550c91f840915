import type { Caller, Scope } from "../platform/api/env.ts";
import { addSeconds, type Clock } from "../platform/clock.ts";
import { sha256 } from "../platform/crypto.ts";
import { DomainError } from "../platform/errors.ts";
import type { Pool } from "../platform/sql.ts";
import { findTokenUser, touchApiToken } from "./api_token_store.ts";
import type { CallerCache } from "./caller_cache.ts";
import type { CookieJar } from "./cookies.ts";
import { identifyUser } from "./identify_user.ts";
import { sessionExpiry, USE_WRITTEN_SECONDS } from "./session_expiry.ts";
import { findSessionUser, touchSession } from "./session_store.ts";
import { type JwtVerifier, refuseToken } from "./verify_jwt.ts";

/** Every token of this service begins so: a leaked one can be found by scanners, a foreign one is refused unread. */
export const TOKEN_PREFIX = "wax_";

/** What telling callers apart needs. */
export interface AuthDeps {
  sql: Pool;
  clock: Clock;
  /** Null: no issuer is configured, so only tokens of this service are accepted. */
  jwt: JwtVerifier | null;
  callers: CallerCache;
  cookies: CookieJar;
}

/** Headers of a request that may say who makes it; null where absent. */
export interface Credentials {
  /** Wins where both are there. */
  authorization: string | null;
  cookie: string | null;
}

/** Who makes a request, and his cookie where it lives longer from now on. */
export interface Authenticated {
  caller: Caller;
  renewed: { token: string; expires_at: Date } | null;
}

/** What reading a credential gives. */
interface Read {
  caller: Caller;
  /** Until when it is good; null: until somebody ends it. */
  until: Date | null;
}

/** How a credential is looked at. */
export interface Looking {
  /** A deactivated account is let in too. */
  allowInactive?: boolean;
  /** It is only asked whether the credential still stands: that is no use of it, and does not prolong a session. */
  isUse?: boolean;
}

/**
 * Who makes a request: by a token of this service or a JWT of an issuer in its header, else by the cookie of a session.
 * A deactivated account is refused unless `allowInactive`.
 * @throws {DomainError} unauthorized without a valid credential, forbidden for the token of a deactivated account,
 * unavailable while an issuer's keys cannot be read
 */
export async function authenticate(
  deps: AuthDeps,
  { authorization, cookie }: Credentials,
  { allowInactive = false, isUse = true }: Looking = {},
): Promise<Authenticated> {
  const looking = { allowInactive, isUse };
  const session = authorization === null ? deps.cookies.readSession(cookie) : null;
  if (session !== null) return await callerOfSession(deps, session, looking);
  const token = bearerOf(authorization);
  if (!token) {
    throw new DomainError(
      "unauthorized",
      "Cannot tell who you are: log in, or send the header Authorization: Bearer <token>",
    );
  }
  return { caller: await callerOfToken(deps, token, looking), renewed: null };
}

/** The token in the header `Authorization`; null: there is none. */
export function bearerOf(authorization: string | null): string | null {
  return /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1] ?? null;
}

async function callerOfToken(
  deps: AuthDeps,
  token: string,
  { allowInactive, isUse }: Required<Looking>,
): Promise<Caller> {
  const hash = await sha256(token);
  const read = async (): Promise<Read> => {
    const found = token.startsWith(TOKEN_PREFIX)
      ? await readApiToken(deps, hash, isUse)
      : await readJwt(deps, token);
    if (found.caller.is_active || allowInactive) return found;
    throw new DomainError("forbidden", "Cannot use this account: it is deactivated");
  };
  // Somebody deactivated is not remembered: others would let him in.
  return allowInactive ? (await read()).caller : await deps.callers.findOrRead(hash.toHex(), read);
}

async function readApiToken(deps: AuthDeps, token_hash: Uint8Array, isUse: boolean): Promise<Read> {
  const now = deps.clock.now();
  const user = await findTokenUser(deps.sql, { token_hash, now });
  if (!user) throw refuseToken("it is unknown, revoked or expired");
  const { token_id: id, user_id, is_active, scopes, expires_at, last_used_at } = user;
  const used_before = addSeconds(now, -USE_WRITTEN_SECONDS);
  if (isUse && (last_used_at === null || last_used_at <= used_before)) {
    await touchApiToken(deps.sql, { id, used_before, now });
  }
  const credential = { kind: "api_token", id } as const;
  return { caller: { user_id, is_active, scopes, is_admin: false, credential }, until: expires_at };
}

async function readJwt(deps: AuthDeps, token: string): Promise<Read> {
  if (!deps.jwt) throw refuseToken("it was not issued here");
  const verified = await deps.jwt.verify(token);
  const { user_id, is_active, invalidate_before } = await identifyUser(deps, verified);
  const isEnded = invalidate_before !== null &&
    (verified.issued_at === null || verified.issued_at < invalidate_before);
  // Deactivation ends tokens too, and its user shall be told 403, not 401.
  if (isEnded && is_active) throw refuseToken("it was ended by a logout");
  const { is_admin, expires_at: until } = verified;
  const credential = { kind: "jwt" } as const;
  return { caller: { user_id, is_active, scopes: ["read", "write"], is_admin, credential }, until };
}

async function callerOfSession(
  deps: AuthDeps,
  token: string,
  { allowInactive, isUse }: Required<Looking>,
): Promise<Authenticated> {
  const token_hash = await sha256(token);
  let renewed: Authenticated["renewed"] = null;
  const read = async (): Promise<Read> => {
    const now = deps.clock.now();
    const session = await findSessionUser(deps.sql, { token_hash, now });
    if (!session || !(session.is_active || allowInactive)) {
      throw new DomainError("unauthorized", "Cannot accept the session: it has ended; log in again");
    }
    const { id, user_id, is_active, created_at, last_used_at } = session;
    const used_before = addSeconds(now, -USE_WRITTEN_SECONDS);
    const expires_at = sessionExpiry(created_at, now);
    const isDue = isUse && last_used_at <= used_before;
    if (isDue && await touchSession(deps.sql, { id, used_before, expires_at, now })) {
      renewed = { token, expires_at };
    }
    const credential = { kind: "session", id } as const;
    return {
      caller: { user_id, is_active, scopes: ["read", "write"], is_admin: false, credential },
      until: session.expires_at,
    };
  };
  const caller = allowInactive
    ? (await read()).caller
    : await deps.callers.findOrRead(token_hash.toHex(), read);
  return { caller, renewed };
}

/** @throws {DomainError} forbidden when the caller's token lacks `scope` */
export function requireScope(caller: Caller, scope: Scope): void {
  if (!caller.scopes.includes(scope)) {
    throw new DomainError(
      "forbidden",
      `Cannot do this: the token has the scopes ${caller.scopes.join(", ")}, and ${scope} is needed`,
    );
  }
}
