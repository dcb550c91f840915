import type { z } from "zod";
import type { Sql } from "../platform/sql.ts";
import { DISCOGS, type disconnectionSchema } from "./schema.ts";
import { deleteLinkedAccount } from "./store.ts";

/**
 * Forgets a user's account at Discogs and its token; again changes nothing. Discogs has no call that withdraws a token:
 * there it stays good until its user withdraws it in his settings.
 */
export async function disconnectAccount(
  deps: { sql: Sql },
  userId: string,
): Promise<z.input<typeof disconnectionSchema>> {
  await deleteLinkedAccount(deps.sql, { user_id: userId, provider: DISCOGS });
  return { provider: DISCOGS, disconnected: true };
}
