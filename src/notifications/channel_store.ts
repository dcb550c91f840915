import type { Sql } from "../platform/sql.ts";
import type { EventToggle } from "./toggles.ts";

/** A user's channel with everything that decides whether and when it may be used. */
export interface ChannelRow {
  id: string;
  user_id: string;
  kind: "email";
  /** Overrides the user's frequency; null: it does not. */
  mode: "instant" | "hourly" | "daily" | "off" | null;
  unsubscribe_token: string;
  disabled_address: string | null;
  email: string;
  email_verified: boolean;
  is_active: boolean;
  display_name: string | null;
  currency: string;
  notifications_email: boolean;
  delivery_frequency: "instant" | "hourly" | "daily";
  quiet_hours_start: number | null;
  quiet_hours_end: number | null;
  /** The zone of quiet hours and digests. */
  zone: string;
}

/** What these users said about these event types, where it differs from the defaults. */
export function findToggles(
  sql: Sql,
  query: { user_ids: readonly string[]; event_types: readonly string[] },
): Promise<EventToggle[]> {
  return sql<EventToggle>`
    select user_id, event_type, inbox, outgoing from event_toggles
    where user_id = any(${query.user_ids}::uuid[]) and event_type = any(${query.event_types}::text[])`;
}

/** Makes the e-mail channel of the users who have none. Two callers at once make one; in order, so that they never deadlock. */
export async function ensureEmailChannels(tx: Sql, userIds: readonly string[], now: Date): Promise<void> {
  await tx`
    insert into channels (user_id, kind, created_at)
    select id, 'email', ${now} from unnest(${userIds}::uuid[]) as u(id)
    where not exists (select from channels c where c.user_id = u.id and c.kind = 'email')
    order by id
    on conflict do nothing`;
}

/** All channels of these users. */
export function listChannels(sql: Sql, userIds: readonly string[]): Promise<ChannelRow[]> {
  return sql<ChannelRow>`
    select c.id, c.user_id, c.kind, c.mode, c.unsubscribe_token, c.disabled_address,
      u.email, u.email_verified, u.is_active, u.display_name,
      coalesce(p.currency, 'USD') as currency,
      coalesce(p.notifications_email, true) as notifications_email,
      coalesce(p.delivery_frequency, 'instant') as delivery_frequency,
      p.quiet_hours_start, p.quiet_hours_end,
      coalesce(p.notification_timezone, p.timezone, 'UTC') as zone
    from channels c
    join users u on u.id = c.user_id
    left join preferences p on p.user_id = c.user_id
    where c.user_id = any(${userIds}::uuid[])`;
}

/** One channel; null when there is none with this id. */
export async function findChannel(sql: Sql, id: string): Promise<ChannelRow | null> {
  const rows = await sql<ChannelRow>`
    select c.id, c.user_id, c.kind, c.mode, c.unsubscribe_token, c.disabled_address,
      u.email, u.email_verified, u.is_active, u.display_name,
      coalesce(p.currency, 'USD') as currency,
      coalesce(p.notifications_email, true) as notifications_email,
      coalesce(p.delivery_frequency, 'instant') as delivery_frequency,
      p.quiet_hours_start, p.quiet_hours_end,
      coalesce(p.notification_timezone, p.timezone, 'UTC') as zone
    from channels c
    join users u on u.id = c.user_id
    left join preferences p on p.user_id = c.user_id
    where c.id = ${id}`;
  return rows[0] ?? null;
}

/**
 * Locks and gives up to `limit` channels that have items due at `now`; `skip locked` keeps two cuts off one channel.
 * Not the stronger lock: publishing refers to channels meanwhile and must not wait.
 */
export function lockDueChannels(tx: Sql, options: { now: Date; limit: number }): Promise<ChannelRow[]> {
  return tx<ChannelRow>`
    select c.id, c.user_id, c.kind, c.mode, c.unsubscribe_token, c.disabled_address,
      u.email, u.email_verified, u.is_active, u.display_name,
      coalesce(p.currency, 'USD') as currency,
      coalesce(p.notifications_email, true) as notifications_email,
      coalesce(p.delivery_frequency, 'instant') as delivery_frequency,
      p.quiet_hours_start, p.quiet_hours_end,
      coalesce(p.notification_timezone, p.timezone, 'UTC') as zone
    from channels c
    join users u on u.id = c.user_id
    left join preferences p on p.user_id = c.user_id
    where c.id in (
      select channel_id from delivery_items
      where state = 'pending' and not_before <= ${options.now}
      group by channel_id order by min(not_before) limit ${options.limit})
    for no key update of c skip locked`;
}

/** Locks a user's channels against a cut until the transaction ends. */
export async function lockChannels(tx: Sql, userId: string): Promise<void> {
  await tx`select id from channels where user_id = ${userId} order by id for no key update`;
}

/** Marks a channel dead for the address that bounced. */
export async function disableChannel(
  tx: Sql,
  channel: { id: string; address: string; now: Date },
): Promise<void> {
  await tx`
    update channels set disabled_address = ${channel.address}, disabled_at = ${channel.now} where id = ${channel.id}`;
}

/** Forgets that addresses bounced, of the users who switched e-mail off: on again tries the address anew. */
export async function reviveSwitchedOffChannels(tx: Sql, userId: string): Promise<void> {
  await tx`
    update channels c set disabled_address = null, disabled_at = null
    from preferences p
    where c.user_id = ${userId} and p.user_id = c.user_id and not p.notifications_email and c.disabled_at is not null`;
}

/** Whose channel a link of a message belongs to; null when the token is nobody's. */
export async function findChannelByToken(
  sql: Sql,
  token: string,
): Promise<{ id: string; user_id: string; kind: "email" } | null> {
  const rows = await sql<{ id: string; user_id: string; kind: "email" }>`
    select id, user_id, kind from channels where unsubscribe_token = ${token}`;
  return rows[0] ?? null;
}
