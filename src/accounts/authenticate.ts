import type { Caller, Scope } from "../platform/api/env.ts";
import type { Clock } from "../platform/clock.ts";
import { sha256 } from "../platform/crypto.ts";
import { DomainError } from "../platform/errors.ts";
import type { Pool } from "../platform/sql.ts";
import { identifyUser } from "./identify_user.ts";
import { findTokenUser } from "./store.ts";
import { type JwtVerifier, refuseToken } from "./verify_jwt.ts";

/** Every token of this service begins so: a leaked one can be found by scanners, a foreign one is refused unread. */
export const TOKEN_PREFIX = "wax_";

/** What telling callers apart needs. */
export interface AuthDeps {
  sql: Pool;
  clock: Clock;
  /** Null: no issuer is configured, so only tokens of this service are accepted. */
  jwt: JwtVerifier | null;
}

/**
 * Who sends `authorization` (the header's value, null when absent): a token of this service, else a JWT of an issuer.
 * @throws {DomainError} unauthorized without a valid token, forbidden for a deactivated account, unavailable while
 * an issuer's keys cannot be read
 */
export async function authenticate(deps: AuthDeps, authorization: string | null): Promise<Caller> {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
  if (!token) {
    throw new DomainError(
      "unauthorized",
      "Cannot tell who you are: send the header Authorization: Bearer <token>",
    );
  }
  const caller = token.startsWith(TOKEN_PREFIX)
    ? await callerOfApiToken(deps, token)
    : await callerOfJwt(deps, token);
  if (!caller.is_active) throw new DomainError("forbidden", "Cannot use this account: it is deactivated");
  return caller;
}

async function callerOfApiToken(deps: AuthDeps, token: string): Promise<Caller> {
  const user = await findTokenUser(deps.sql, { token_hash: await sha256(token), now: deps.clock.now() });
  if (!user) throw refuseToken("it is unknown, revoked or expired");
  const { token_id: id, ...known } = user;
  return { ...known, is_admin: false, credential: { kind: "api_token", id } };
}

async function callerOfJwt(deps: AuthDeps, token: string): Promise<Caller> {
  if (!deps.jwt) throw refuseToken("it was not issued here");
  const verified = await deps.jwt.verify(token);
  const { user_id, is_active, invalidate_before } = await identifyUser(deps, verified);
  const isEnded = invalidate_before !== null &&
    (verified.issued_at === null || verified.issued_at < invalidate_before);
  // Deactivation ends tokens too, and its user shall be told 403, not 401.
  if (isEnded && is_active) throw refuseToken("it was ended by a logout");
  return {
    user_id,
    is_active,
    scopes: ["read", "write"],
    is_admin: verified.is_admin,
    credential: { kind: "jwt" },
  };
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
