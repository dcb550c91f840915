import { ringDoorbell } from "../platform/doorbell.ts";
import type { Clock } from "../platform/clock.ts";
import { DomainError } from "../platform/errors.ts";
import { isUuid } from "../platform/ids.ts";
import type { Pool, Sql } from "../platform/sql.ts";
import { lockUser } from "../accounts/profile_store.ts";
import { setEmailNotifications } from "../accounts/store.ts";
import { findChannelByToken } from "./channel_store.ts";
import { replanDeliveries } from "./replan_deliveries.ts";

/**
 * Switches off the channel that a message's link names, and everything that waits for it. Again changes nothing.
 * @throws {DomainError} not_found when the token is nobody's
 */
export async function unsubscribe(deps: { sql: Pool; clock: Clock }, token: string): Promise<void> {
  const now = deps.clock.now();
  await deps.sql.begin(async (tx) => {
    const { user_id } = await requireChannel(tx, token);
    // The user before his preferences, as every change of them.
    await lockUser(tx, user_id);
    // The switch the user sees in his profile is the only one: there he switches it on again.
    await setEmailNotifications(tx, { user_id, enabled: false });
    await replanDeliveries(tx, { user_id, now });
    await ringDoorbell(tx, [user_id]);
  });
}

/** The channel of a link. @throws {DomainError} not_found when the token is nobody's */
export async function requireChannel(sql: Sql, token: string): Promise<{ id: string; user_id: string }> {
  const channel = isUuid(token) ? await findChannelByToken(sql, token) : null;
  if (!channel) {
    throw new DomainError(
      "not_found",
      "Cannot find this subscription: the link is not complete, or the account is gone",
    );
  }
  return channel;
}
