/** All rules of a user at once, for the end of his account. */
import type { Sql } from "../platform/sql.ts";

/** Locks every rule of a user to the end of the transaction, in the order in which a publish takes them. */
export async function lockRulesOfUser(tx: Sql, userId: string): Promise<void> {
  await tx`select id from compiled_rules where user_id = ${userId} order by id for no key update`;
}

/** Stops rules that this transaction has locked: nothing matches them, and their backfills lose their leases. */
export async function deactivateRulesOfUser(tx: Sql, userId: string): Promise<void> {
  await tx`
    update compiled_rules set active = false, lease_until = null, lease_token = lease_token + 1
    where user_id = ${userId} and active`;
}

/** Makes the rules of a user unfindable. */
export async function deleteAnchorsOfUser(tx: Sql, userId: string): Promise<void> {
  await tx`delete from rule_anchors where user_id = ${userId}`;
}

/** Forgets what the searches of a user's watches found. */
export async function deleteFloorCandidatesOfUser(tx: Sql, userId: string): Promise<void> {
  await tx`
    delete from floor_candidates f using compiled_rules c where c.id = f.compiled_rule_id and c.user_id = ${userId}`;
}

/** Locks what a user was told to the end of the transaction, in the order in which a publish takes it. */
export async function lockAlertStatesOfUser(tx: Sql, userId: string): Promise<void> {
  await tx`select id from alert_states where user_id = ${userId} order by listing_id for update`;
}
