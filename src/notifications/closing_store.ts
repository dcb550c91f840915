/** Everything of a user that has not left, at the end of his account. */
import type { Sql } from "../platform/sql.ts";
import type { Obstacle } from "./resolve_preferences.ts";

/** Ends the items of a user that have not been cut. */
export async function suppressItemsOfUser(
  tx: Sql,
  input: { user_id: string; reason: Obstacle["reason"] },
): Promise<void> {
  await tx`
    update delivery_items i set state = 'suppressed', reason = ${input.reason}
    from channels c where c.id = i.channel_id and c.user_id = ${input.user_id} and i.state = 'pending'`;
}

/**
 * Ends the deliveries of a user that wait. One that is being handed over is left to whoever does it: he records what
 * came of it, and asks before a further attempt.
 */
export async function suppressDeliveriesOfUser(
  tx: Sql,
  input: { user_id: string; reason: Obstacle["reason"]; now: Date },
): Promise<void> {
  await tx`
    update deliveries set state = 'suppressed', reason = ${input.reason}, finished_at = ${input.now}, lease_until = null
    where id in (
      select d.id from deliveries d join channels c on c.id = d.channel_id
      where c.user_id = ${input.user_id} and d.state = 'pending'
        and (d.lease_until is null or d.lease_until <= ${input.now})
      order by d.id
      for update of d skip locked)`;
}

/** Locks the deliveries of a user to the end of the transaction; whoever hands one over waits to record it. */
export async function lockDeliveriesOfUser(tx: Sql, userId: string): Promise<void> {
  await tx`
    select d.id from deliveries d join channels c on c.id = d.channel_id
    where c.user_id = ${userId} order by d.id for update of d`;
}
