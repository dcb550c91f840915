import { sha256 } from "../platform/crypto.ts";
import { DomainError } from "../platform/errors.ts";
import {
  type AuthDeps,
  authenticate,
  type Authenticated,
  bearerOf,
  type Credentials,
  TOKEN_PREFIX,
} from "./authenticate.ts";
import { hasTokenTombstone } from "./closing_store.ts";
import { hasTombstone } from "./identity_store.ts";

/**
 * Who asks for the end of his account: as for every request, but a deactivated account is let in, and what was shown
 * before a deletion is told that it is done.
 * @throws {DomainError} not_found for a credential of an account that was deleted, else as `authenticate`
 */
export async function authenticateClosing(deps: AuthDeps, credentials: Credentials): Promise<Authenticated> {
  try {
    return await authenticate(deps, credentials, { allowInactive: true });
  } catch (error) {
    const isRefused = error instanceof DomainError && error.code === "unauthorized";
    if (!isRefused || !await isOfDeleted(deps, credentials)) throw error;
    throw new DomainError("not_found", "Cannot find this account: it was deleted", { cause: error });
  }
}

/**
 * Whether a credential still stands, which was good when a long answer began; asking is no use of it.
 * @throws {DomainError} unavailable while an issuer's keys cannot be read
 */
export async function stillStands(deps: AuthDeps, credentials: Credentials): Promise<boolean> {
  try {
    await authenticate(deps, credentials, { isUse: false });
    return true;
  } catch (error) {
    if (error instanceof DomainError && (error.code === "unauthorized" || error.code === "forbidden")) {
      return false;
    }
    throw error;
  }
}

async function isOfDeleted(deps: AuthDeps, { authorization, cookie }: Credentials): Promise<boolean> {
  const now = deps.clock.now();
  const token = authorization === null ? deps.cookies.readSession(cookie) : bearerOf(authorization);
  if (!token) return false;
  if (await hasTokenTombstone(deps.sql, { token_hash: await sha256(token), now })) return true;
  if (authorization === null || token.startsWith(TOKEN_PREFIX) || !deps.jwt) return false;
  const { issuer, subject } = await deps.jwt.verify(token);
  return await hasTombstone(deps.sql, { issuer, subject_hash: await sha256(subject), now });
}
