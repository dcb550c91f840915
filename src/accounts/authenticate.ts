import type { Clock } from "../platform/clock.ts";
import { sha256 } from "../platform/crypto.ts";
import { DomainError } from "../platform/errors.ts";
import type { Sql } from "../platform/sql.ts";
import type { Caller, Scope } from "./schema.ts";
import { findTokenUser } from "./store.ts";

/** Every token of this service begins so: a leaked one can be found by scanners, a foreign one is refused unread. */
export const TOKEN_PREFIX = "wax_";

/**
 * Who sends `authorization` (the header's value, null when absent).
 * @throws {DomainError} unauthorized without a valid token, forbidden for a deactivated account
 */
export async function authenticate(
  deps: { sql: Sql; clock: Clock },
  authorization: string | null,
): Promise<Caller> {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
  if (!token) {
    throw new DomainError(
      "unauthorized",
      "Cannot tell who you are: send the header Authorization: Bearer <token>",
    );
  }
  if (!token.startsWith(TOKEN_PREFIX)) {
    throw new DomainError("unauthorized", "Cannot accept the bearer token: it was not issued here");
  }
  const user = await findTokenUser(deps.sql, { token_hash: await sha256(token), now: deps.clock.now() });
  if (!user) {
    throw new DomainError(
      "unauthorized",
      "Cannot accept the bearer token: it is unknown, revoked or expired",
    );
  }
  if (!user.is_active) throw new DomainError("forbidden", "Cannot use this account: it is deactivated");
  return user;
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
