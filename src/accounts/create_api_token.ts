import type { Caller, Scope } from "../platform/api/env.ts";
import type { Clock } from "../platform/clock.ts";
import { randomSecret, sha256 } from "../platform/crypto.ts";
import { DomainError, invalidField } from "../platform/errors.ts";
import type { Pool } from "../platform/sql.ts";
import { countLiveTokens, insertApiToken } from "./api_token_store.ts";
import type { ApiToken } from "./auth_schema.ts";
import { TOKEN_PREFIX } from "./authenticate.ts";
import { lockUser } from "./profile_store.ts";

/** Live tokens one user may have: more than scripts anybody can tell apart. */
const MAX_TOKENS = 100;

/**
 * Makes a token for a user's scripts; its text is in the answer and nowhere else.
 * @throws {DomainError} forbidden when the caller has not the scopes himself, conflict when he has too many tokens
 */
export async function createApiToken(
  deps: { sql: Pool; clock: Clock },
  input: { caller: Caller; name: string; scopes: readonly Scope[]; expires_at?: Date | null | undefined },
): Promise<ApiToken & { token: string }> {
  const { caller: { user_id, scopes: own }, name, scopes, expires_at = null } = input;
  const missing = scopes.find((scope) => !own.includes(scope));
  if (missing) {
    throw new DomainError(
      "forbidden",
      `Cannot make a token with the scope ${missing}: the token you use has ${own.join(", ")}`,
    );
  }
  const now = deps.clock.now();
  if (expires_at && expires_at <= now) {
    throw invalidField(["body", "expires_at"], `${expires_at.toISOString()} is not in the future`);
  }
  const token = TOKEN_PREFIX + randomSecret();
  const token_hash = await sha256(token);
  const id = await deps.sql.begin(async (tx) => {
    await lockUser(tx, user_id);
    if (await countLiveTokens(tx, { user_id, now }) >= MAX_TOKENS) {
      throw new DomainError("conflict", `Cannot make a token: there are ${MAX_TOKENS}; revoke one first`);
    }
    return await insertApiToken(tx, { user_id, name, token_hash, scopes, expires_at, now });
  });
  return { id, name, scopes: [...scopes], created_at: now, last_used_at: null, expires_at, token };
}
