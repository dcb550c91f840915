import type { Sql } from "../platform/sql.ts";
import type { Preferences, UserRow } from "./schema.ts";

/** A user; null when there is none. */
export async function findUser(sql: Sql, id: string): Promise<UserRow | null> {
  const rows = await sql<UserRow>`
    select id, email, email_verified, display_name, is_active, created_at, updated_at from users where id = ${id}`;
  return rows[0] ?? null;
}

/** Locks a user to the end of the transaction: changes to his profile and preferences come one after the other. */
export async function lockUser(tx: Sql, id: string): Promise<void> {
  await tx`select id from users where id = ${id} for no key update`;
}

/** Writes what a user can change of himself. */
export async function updateUser(
  tx: Sql,
  user: Pick<UserRow, "id" | "display_name"> & { now: Date },
): Promise<void> {
  await tx`update users set display_name = ${user.display_name}, updated_at = ${user.now} where id = ${user.id}`;
}

/** A user's preferences; null when there is no such user. */
export async function findPreferences(sql: Sql, userId: string): Promise<Preferences | null> {
  const rows = await sql<Preferences>`
    select timezone, currency, notifications_email, notifications_push, quiet_hours_start, quiet_hours_end,
      notification_timezone, delivery_frequency, ebay_marketplace
    from preferences where user_id = ${userId}`;
  return rows[0] ?? null;
}

/** Locks a user's preferences to the end of the transaction, behind the user himself. */
export async function lockPreferences(tx: Sql, userId: string): Promise<void> {
  await tx`select user_id from preferences where user_id = ${userId} for update`;
}

/** Writes all preferences of a user whom this transaction has locked. */
export async function updatePreferences(tx: Sql, input: Preferences & { user_id: string }): Promise<void> {
  await tx`
    update preferences set
      timezone = ${input.timezone}, currency = ${input.currency},
      notifications_email = ${input.notifications_email}, notifications_push = ${input.notifications_push},
      quiet_hours_start = ${input.quiet_hours_start}, quiet_hours_end = ${input.quiet_hours_end},
      notification_timezone = ${input.notification_timezone}, delivery_frequency = ${input.delivery_frequency},
      ebay_marketplace = ${input.ebay_marketplace}
    where user_id = ${input.user_id}`;
}
