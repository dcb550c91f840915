import type { z } from "zod";
import { requireActiveAlone } from "../accounts/require_active.ts";
import type { Clock } from "../platform/clock.ts";
import type { Pool } from "../platform/sql.ts";
import { forgetImports } from "./forget_imports.ts";
import { dropOtherRequests } from "./oauth_store.ts";
import { DISCOGS, type disconnectionSchema } from "./schema.ts";
import { deleteLinkedAccount } from "./store.ts";

/**
 * Forgets a user's account at Discogs, its token, links that wait and what its lists hold; again changes nothing. Takes
 * turns with everything else that links accounts of this user. Discogs has no call that withdraws a token: there it stays
 * good until its user withdraws it in his settings.
 */
export async function disconnectAccount(
  deps: { sql: Pool; clock: Clock },
  userId: string,
): Promise<z.input<typeof disconnectionSchema>> {
  await deps.sql.begin(async (tx) => {
    await requireActiveAlone(tx, userId);
    const message = "Cannot go on with the import: the account was disconnected";
    await forgetImports(tx, { user_id: userId, message, now: deps.clock.now() });
    await dropOtherRequests(tx, { user_id: userId, provider: DISCOGS, keep: 0 });
    await deleteLinkedAccount(tx, { user_id: userId, provider: DISCOGS });
  });
  return { provider: DISCOGS, disconnected: true };
}
