import type { Credential } from "../platform/api/env.ts";
import type { Clock } from "../platform/clock.ts";
import { DomainError } from "../platform/errors.ts";
import type { Pool, Sql } from "../platform/sql.ts";
import { revokeApiToken } from "../accounts/api_token_store.ts";
import type { CallerCache } from "../accounts/caller_cache.ts";
import { endTokensBefore } from "../accounts/closing_store.ts";
import { endAccess } from "../accounts/end_access.ts";
import { endSession } from "../accounts/session_store.ts";
import type { LogoutMarker } from "./schema.ts";

/** What ending somebody's access needs. */
export interface ClosingDeps {
  sql: Pool;
  clock: Clock;
  callers: Pick<CallerCache, "forget">;
}

/**
 * Ends what the caller showed to be let in, and every issuer's token of his that was issued until now; other sessions
 * and tokens of this service stay. Streams that were opened with what ended close.
 * @throws {DomainError} unauthorized when the account is gone
 */
export async function logOut(
  deps: ClosingDeps,
  { user_id, credential }: { user_id: string; credential: Credential },
): Promise<LogoutMarker> {
  const now = deps.clock.now();
  return await endAccess(deps, user_id, async (tx) => {
    const before = await endTokensBefore(tx, { user_id, before: afterTokensOf(now) });
    if (!before) throw new DomainError("unauthorized", "Cannot log out: the account was deleted");
    await endCredential(tx, { user_id, credential, now });
    return { user_id, logged_out_at: now, invalidate_before: before };
  });
}

/** From when issuers' tokens are good that were issued after `now`: one of this very millisecond is not. */
export function afterTokensOf(now: Date): Date {
  return new Date(now.getTime() + 1);
}

async function endCredential(
  tx: Sql,
  { user_id, credential, now }: { user_id: string; credential: Credential; now: Date },
): Promise<void> {
  switch (credential.kind) {
    case "session":
      return void await endSession(tx, { id: credential.id, user_id, now });
    case "api_token":
      return void await revokeApiToken(tx, { id: credential.id, user_id, now });
    case "jwt":
      return;
    default:
      return credential satisfies never;
  }
}
