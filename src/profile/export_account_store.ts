/** What is kept of a user himself, for his export. Never a hash or a token: neither is his to read, nor of use to him. */
import type { Sql } from "../platform/sql.ts";
import type { ExportedAccount } from "./export_schema.ts";

/** Lets the transaction see one moment only; its first statement. */
export async function takeSnapshot(tx: Sql): Promise<void> {
  await tx`set transaction isolation level repeatable read, read only`;
}

/** The account itself; null: there is none. */
export async function readAccount(tx: Sql, userId: string): Promise<ExportedAccount["account"] | null> {
  const rows = await tx<ExportedAccount["account"]>`
    select u.id, u.origin, u.email, u.email_verified, u.display_name, u.is_active, u.created_at, u.updated_at,
      u.deactivated_at, u.invalidate_before, p.changed_at as password_changed_at
    from users u left join passwords p on p.user_id = u.id
    where u.id = ${userId}`;
  return rows[0] ?? null;
}

/** What he chose for everything; null: nothing was ever written. */
export async function readPreferences(
  tx: Sql,
  userId: string,
): Promise<ExportedAccount["preferences"]> {
  const rows = await tx<NonNullable<ExportedAccount["preferences"]>>`
    select timezone, currency, notifications_email, notifications_push, quiet_hours_start, quiet_hours_end,
      notification_timezone, delivery_frequency, ebay_marketplace
    from preferences where user_id = ${userId}`;
  return rows[0] ?? null;
}

/** Who he is at outside issuers. */
export function readIdentities(tx: Sql, userId: string): Promise<ExportedAccount["identities"]> {
  return tx<ExportedAccount["identities"][number]>`
    select issuer, subject, created_at from identities where user_id = ${userId} order by created_at, issuer, subject`;
}

/** His accounts at providers, without their tokens. */
export function readLinkedAccounts(tx: Sql, userId: string): Promise<ExportedAccount["linked_accounts"]> {
  return tx<ExportedAccount["linked_accounts"][number]>`
    select provider, external_user_id, connected_at, token_ciphertext is not null as has_access_token,
      revoked_at, sync
    from linked_accounts where user_id = ${userId} order by provider`;
}

/** His browsers' sessions, also those that ended and are still kept. */
export function readSessions(tx: Sql, userId: string): Promise<ExportedAccount["sessions"]> {
  return tx<ExportedAccount["sessions"][number]>`
    select id, user_agent, created_at, last_used_at, expires_at, ended_at
    from sessions where user_id = ${userId} order by created_at, id`;
}

/** His API tokens, also those that were revoked and are still kept. */
export function readApiTokens(tx: Sql, userId: string): Promise<ExportedAccount["api_tokens"]> {
  return tx<ExportedAccount["api_tokens"][number]>`
    select id, name, scopes, created_at, last_used_at, expires_at, revoked_at
    from api_tokens where user_id = ${userId} order by created_at, id`;
}

/** Where he differs from the defaults of event types. */
export function readEventToggles(tx: Sql, userId: string): Promise<ExportedAccount["event_toggles"]> {
  return tx<ExportedAccount["event_toggles"][number]>`
    select event_type, inbox, outgoing from event_toggles where user_id = ${userId} order by event_type`;
}

/** His channels, without the token by which a message's holder switches one off. */
export function readChannels(tx: Sql, userId: string): Promise<ExportedAccount["channels"]> {
  return tx<ExportedAccount["channels"][number]>`
    select id, kind, mode, disabled_address, disabled_at, created_at
    from channels where user_id = ${userId} order by created_at, id`;
}

/** The shops, feeds and sellers he added. */
export function readSources(tx: Sql, userId: string): Promise<ExportedAccount["sources"]> {
  return tx<ExportedAccount["sources"][number]>`
    select s.provider, s.kind, u.name, s.currency, s.artist_from, u.created_at,
      case when u.knows_url or s.kind <> 'feed' then s.url else substring(s.url from '^[a-z]+://[^/?]+') || '/' end as url
    from source_users u join added_sources s on s.id = u.source_id
    where u.user_id = ${userId} order by u.created_at, s.provider`;
}
