import type { Sql } from "../platform/sql.ts";

/**
 * Gives the user who logs in here with this address, making one when there is none; never one of an issuer.
 * Two callers at once get the same user. A new user has default preferences.
 */
export async function upsertUserByEmail(
  sql: Sql,
  input: { email: string; display_name: string | null; email_verified: boolean; now: Date },
): Promise<string> {
  const rows = await sql<{ id: string }>`
    with made as (
      insert into users (email, email_verified, display_name, created_at, updated_at)
      values (${input.email}, ${input.email_verified}, ${input.display_name}, ${input.now}, ${input.now})
      on conflict (lower(email)) where origin = 'local' do update set email = users.email
      returning id
    ), prefs as (
      insert into preferences (user_id) select id from made on conflict do nothing
    )
    select id from made`;
  return rows[0]!.id;
}

/** The currency a user's price bounds are in when a rule names none. */
export async function findUserCurrency(sql: Sql, userId: string): Promise<string> {
  const rows = await sql<{ currency: string }>`select currency from preferences where user_id = ${userId}`;
  return rows[0]?.currency ?? "USD";
}

/** The eBay a user chose for rules that name none; null: he did not choose. */
export async function findUserMarketplace(sql: Sql, userId: string): Promise<string | null> {
  const rows = await sql<{ ebay_marketplace: string | null }>`
    select ebay_marketplace from preferences where user_id = ${userId}`;
  return rows[0]?.ebay_marketplace ?? null;
}

/** Switches a user's e-mail on or off. */
export async function setEmailNotifications(
  sql: Sql,
  input: { user_id: string; enabled: boolean },
): Promise<void> {
  await sql`
    update preferences set notifications_email = ${input.enabled} where user_id = ${input.user_id}`;
}
