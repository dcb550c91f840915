import type { Sql } from "../platform/sql.ts";
import { lockEventHead } from "../events/store.ts";
import { lockChannels } from "./channel_store.ts";
import { suppressDeliveriesOfUser, suppressItemsOfUser } from "./closing_store.ts";

/**
 * Suppresses what has not left to a user whose account the caller's transaction deactivates. Waits for publishes to him
 * and for a cut of his channels that are under way; what leaves later asks his account itself.
 */
export async function suppressUnsent(
  tx: Sql,
  { user_id, now }: { user_id: string; now: Date },
): Promise<void> {
  const reason = "account_deactivated";
  await lockEventHead(tx, user_id);
  await lockChannels(tx, user_id);
  await suppressItemsOfUser(tx, { user_id, reason });
  await suppressDeliveriesOfUser(tx, { user_id, reason, now });
}
