/**
 * What can be much, for a user's export: a cursor for each kind of row, so that one moment is read page by page. Each has
 * a name of its own, because the driver keeps one shape of row per statement. Cursors end with their transaction.
 */
import type { Sql } from "../platform/sql.ts";
import type { ExportedAccount } from "./export_schema.ts";

/** Whose rows, and the moment they are read. */
export interface ExportQuery {
  user_id: string;
  now: Date;
}

/** A stored amount, which the wire shows as a number of whole units. */
export interface StoredPrice {
  price_minor: number | null;
  currency: string | null;
}

type Rows<Key extends keyof ExportedAccount> = ExportedAccount[Key] extends (infer Row)[] ? Row : never;
/** What is told of a listing, as stored. */
export type StateRow = Omit<Rows<"alert_states">, "price"> & StoredPrice;
/** An event with what may still be shown of what its provider said; null provider: nothing. */
export type EventRow = Omit<Rows<"events">, "content"> & StoredPrice & {
  provider: string | null;
  title: string | null;
  url: string | null;
  image_url: string | null;
  previous_price_minor: number | null;
  previous_currency: string | null;
  for_sale_count: number | null;
  shipping_minor: number | null;
  ends_at: Date | null;
  condition: string | null;
  observed_at: Date | null;
};

/** Opens the cursor of his rules. */
export async function openRules(tx: Sql, { user_id }: ExportQuery): Promise<void> {
  await tx`
    declare export_rules no scroll cursor for
    select id, name, query, is_active, poll_interval_seconds, alerts, created_at, updated_at
    from watch_rules where user_id = ${user_id} order by created_at, id`;
}

/** The next rules. */
export function fetchRules(tx: Sql): Promise<Rows<"watch_rules">[]> {
  return tx<Rows<"watch_rules">>`fetch forward 200 from export_rules`;
}

/** Opens the cursor of his watched releases. */
export async function openReleases(tx: Sql, { user_id }: ExportQuery): Promise<void> {
  await tx`
    declare export_releases no scroll cursor for
    select id, discogs_release_id, discogs_master_id, match_mode, title, artist, year, target_price, currency,
      min_condition, is_active, created_at, updated_at
    from watch_releases where user_id = ${user_id} order by created_at, id`;
}

/** The next watched releases. */
export function fetchReleases(tx: Sql): Promise<Rows<"watch_releases">[]> {
  return tx<Rows<"watch_releases">>`fetch forward 200 from export_releases`;
}

/** Opens the cursor of the searches that were repeated for him. */
export async function openSearches(tx: Sql, { user_id }: ExportQuery): Promise<void> {
  await tx`
    declare export_searches no scroll cursor for
    select c.owner_kind, c.owner_id, p.provider, p.query, s.interval_seconds, s.started_at, s.ended_at, s.last_run_at
    from poll_subscriptions s
    join polls p on p.id = s.poll_id
    left join compiled_rules c on c.id = s.subscriber_id
    where s.user_id = ${user_id} order by s.started_at, s.id`;
}

/** The next searches. */
export function fetchSearches(tx: Sql): Promise<Rows<"searches">[]> {
  return tx<Rows<"searches">>`fetch forward 200 from export_searches`;
}

/** Opens the cursor of what his rules and watches matched; what was found of a listing as long as it may be shown. */
export async function openMatches(tx: Sql, { user_id, now }: ExportQuery): Promise<void> {
  await tx`
    declare export_matches no scroll cursor for
    select c.owner_kind, c.owner_id, m.listing_id, m.matched_at,
      case when l.expires_at is null or l.expires_at > ${now} then m.checks end as checks, m.rate
    from matches m
    join compiled_rules c on c.id = m.compiled_rule_id
    join listings l on l.id = m.listing_id
    where m.user_id = ${user_id} order by m.matched_at, m.listing_id, m.compiled_rule_id`;
}

/** The next matches. */
export function fetchMatches(tx: Sql): Promise<Rows<"matches">[]> {
  return tx<Rows<"matches">>`fetch forward 200 from export_matches`;
}

/** Opens the cursor of what he was last told of each listing; its price as long as it may be shown. */
export async function openStates(tx: Sql, { user_id, now }: ExportQuery): Promise<void> {
  await tx`
    declare export_states no scroll cursor for
    select s.listing_id, s.alerted_at, s.armed, s.remind_at, s.created_at, s.currency,
      case when l.expires_at is null or l.expires_at > ${now} then s.price_minor end as price_minor
    from alert_states s join listings l on l.id = s.listing_id
    where s.user_id = ${user_id} order by s.listing_id`;
}

/** The next of what he was told. */
export function fetchStates(tx: Sql): Promise<StateRow[]> {
  return tx<StateRow>`fetch forward 200 from export_states`;
}

/** Opens the cursor of his log; what a provider said is left out where its terms no longer let it be shown. */
export async function openEvents(tx: Sql, { user_id, now }: ExportQuery): Promise<void> {
  await tx`
    declare export_events no scroll cursor for
    select e.id, e.seq, e.type, e.rule_id, e.watch_release_id, e.listing_id, e.payload, e.created_at,
      c.provider, c.title, c.url, c.image_url, c.price_minor, c.currency, c.previous_price_minor, c.previous_currency,
      c.for_sale_count, c.shipping_minor, c.ends_at, c.condition, c.observed_at
    from events e
    left join event_content c on c.event_id = e.id
      and (c.expires_at is null or c.expires_at > ${now} or (c.blanked_at is not null and c.title is not null))
    where e.user_id = ${user_id} order by e.seq`;
}

/** The next events. */
export function fetchEvents(tx: Sql): Promise<EventRow[]> {
  return tx<EventRow>`fetch forward 200 from export_events`;
}

/** Opens the cursor of his inbox. */
export async function openNotifications(tx: Sql, { user_id }: ExportQuery): Promise<void> {
  await tx`
    declare export_notifications no scroll cursor for
    select id, event_id, event_type, seq, read_at, created_at
    from notifications where user_id = ${user_id} order by seq`;
}

/** The next rows of the inbox. */
export function fetchNotifications(tx: Sql): Promise<Rows<"notifications">[]> {
  return tx<Rows<"notifications">>`fetch forward 200 from export_notifications`;
}

/** Opens the cursor of what became of each event on each channel. */
export async function openItems(tx: Sql, { user_id }: ExportQuery): Promise<void> {
  await tx`
    declare export_items no scroll cursor for
    select i.event_id, i.channel_id, i.mode, i.not_before, i.deferred, i.state, i.reason, i.delivery_id, i.created_at
    from delivery_items i join channels c on c.id = i.channel_id
    where c.user_id = ${user_id} order by i.created_at, i.event_id, i.channel_id`;
}

/** The next items. */
export function fetchItems(tx: Sql): Promise<Rows<"delivery_items">[]> {
  return tx<Rows<"delivery_items">>`fetch forward 200 from export_items`;
}

/** Opens the cursor of the messages to him, each with every attempt to send it. */
export async function openDeliveries(tx: Sql, { user_id }: ExportQuery): Promise<void> {
  await tx`
    declare export_deliveries no scroll cursor for
    select d.id, d.channel_id, d.kind, d.local_date::text as local_date, d.slot, d.state, d.reason, d.next_attempt_at,
      d.created_at, d.finished_at, coalesce(a.attempts, '[]'::jsonb) as attempts
    from deliveries d
    join channels c on c.id = d.channel_id
    left join lateral (
      select jsonb_agg(jsonb_build_object('attempt', t.attempt, 'started_at', t.started_at, 'duration_ms', t.duration_ms,
        'outcome', t.outcome, 'detail', t.detail) order by t.attempt) as attempts
      from delivery_attempts t where t.delivery_id = d.id
    ) a on true
    where c.user_id = ${user_id} order by d.created_at, d.id`;
}

/** The next messages. */
export function fetchDeliveries(tx: Sql): Promise<Rows<"deliveries">[]> {
  return tx<Rows<"deliveries">>`fetch forward 200 from export_deliveries`;
}

/** Opens the cursor of the calls to providers that were made for him alone. */
export async function openProviderRequests(tx: Sql, { user_id }: ExportQuery): Promise<void> {
  await tx`
    declare export_requests no scroll cursor for
    select provider, operation, method, url, status_code, error, duration_ms, started_at
    from provider_requests where user_id = ${user_id} order by started_at, id`;
}

/** The next calls. */
export function fetchProviderRequests(tx: Sql): Promise<Rows<"provider_requests">[]> {
  return tx<Rows<"provider_requests">>`fetch forward 200 from export_requests`;
}

/** Opens the cursor of the links to offers that he followed. */
export async function openClicks(tx: Sql, { user_id }: ExportQuery): Promise<void> {
  await tx`
    declare export_clicks no scroll cursor for
    select listing_id, referer, clicked_at
    from outbound_clicks where user_id = ${user_id} order by clicked_at, id`;
}

/** The next links. */
export function fetchClicks(tx: Sql): Promise<Rows<"outbound_clicks">[]> {
  return tx<Rows<"outbound_clicks">>`fetch forward 200 from export_clicks`;
}

/** Opens the cursor of his imports. */
export async function openImportJobs(tx: Sql, { user_id }: ExportQuery): Promise<void> {
  await tx`
    declare export_import_jobs no scroll cursor for
    select id, provider, import_scope, list_id, origin, status, page, processed_count, imported_count, created_count,
      updated_count, removed_count, error_count, errors, started_at, completed_at, created_at
    from import_jobs where user_id = ${user_id} order by created_at, id`;
}

/** The next imports. */
export function fetchImportJobs(tx: Sql): Promise<Rows<"import_jobs">[]> {
  return tx<Rows<"import_jobs">>`fetch forward 200 from export_import_jobs`;
}

/** Opens the cursor of what his lists hold. */
export async function openImportedItems(tx: Sql, { user_id }: ExportQuery): Promise<void> {
  await tx`
    declare export_imported_items no scroll cursor for
    select source, list_id, discogs_release_id, discogs_master_id, title, artist, year, target_price, min_condition,
      watch_release_id, first_seen_at, last_seen_at, removed_at
    from imported_items where user_id = ${user_id} order by source, list_id, discogs_release_id`;
}

/** The next of them. */
export function fetchImportedItems(tx: Sql): Promise<Rows<"imported_items">[]> {
  return tx<Rows<"imported_items">>`fetch forward 200 from export_imported_items`;
}
