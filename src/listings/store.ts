import type { Sql } from "../platform/sql.ts";
import { ENDED_SECONDS } from "../providers/terms.ts";
import type { Listing } from "./schema.ts";

/** A listing as ingest writes it: everything but what the database adds. */
export type ListingRow =
  & Omit<
    Listing,
    "id" | "title" | "first_seen_at" | "observed_at" | "listed_at" | "ends_at" | "expires_at" | "blanked_at"
  >
  & {
    title: string;
    keys: string[];
    listed_at: string | null;
    ends_at: string | null;
    expires_at: string | null;
  };

/**
 * Every ingest transaction holds this lock in shared form from before its first write to its end.
 * The backfill of a new rule takes the exclusive form once (`waitForIngests`), so that no ingest which matched before
 * the rule was committed can commit after the backfill has read.
 */
const INGEST_LOCK = 7_246_001;

/** Enters an ingest transaction; waits while a backfill is at its barrier. */
export async function enterIngest(tx: Sql): Promise<void> {
  await tx`select pg_advisory_xact_lock_shared(${INGEST_LOCK}::bigint)`;
}

/** Returns when every ingest that had begun has ended. Call it in a short transaction: none begins before its end. */
export async function waitForIngests(tx: Sql): Promise<void> {
  await tx`select pg_advisory_xact_lock(${INGEST_LOCK}::bigint)`;
}

/**
 * Inserts the listings that are not stored yet and gives those it inserted. Rows must come sorted by
 * (provider, external_id): two batches with the same listings then wait for each other and never deadlock.
 */
export function insertNewListings(tx: Sql, rows: readonly ListingRow[], now: Date): Promise<Listing[]> {
  return tx<Listing>`
    insert into listings (
      provider, external_id, kind, title, url, image_url, price_minor, currency, price_kind, shipping_minor, shipping, for_sale_count,
      is_blocked, condition,
      grade, formats, seller, location, discogs_release_id, discogs_master_id, status, keys, listed_at, ends_at, marketplaces, expires_at,
      expiry_check_at, first_seen_at, observed_at, changed_at, ended_at)
    select
      provider, external_id, kind, title, url, image_url, price_minor, currency, price_kind, shipping_minor, shipping, for_sale_count,
      is_blocked, condition,
      grade, formats, seller, location, discogs_release_id, discogs_master_id, status, keys, listed_at, ends_at, marketplaces, expires_at,
      expires_at, ${now}, ${now}, ${now}, case when status = 'ended' then ${now}::timestamptz end
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(
      provider text, external_id text, kind text, title text, url text, image_url text, price_minor bigint,
      currency text, price_kind text, shipping_minor bigint, shipping jsonb,
      for_sale_count int, is_blocked boolean, condition text, grade text, formats text[], seller text,
      location text, discogs_release_id bigint, discogs_master_id bigint, status text, keys text[],
      listed_at timestamptz, ends_at timestamptz, marketplaces text[], expires_at timestamptz)
    order by provider, external_id
    on conflict (provider, external_id) do nothing
    returning
      id, provider, external_id, kind, title, url, image_url, price_minor, currency, price_kind, shipping_minor, shipping,
      for_sale_count, is_blocked, condition, grade, formats, seller, location, discogs_release_id, discogs_master_id, status, listed_at,
      ends_at, marketplaces, first_seen_at, observed_at, expires_at, blanked_at`;
}

/** Locks and gives the stored listings with these identities, in an order that cannot deadlock. */
export function lockListings(
  tx: Sql,
  identities: readonly { provider: string; external_id: string }[],
): Promise<Listing[]> {
  return tx<Listing>`
    select
      id, provider, external_id, kind, title, url, image_url, price_minor, currency, price_kind, shipping_minor, shipping,
      for_sale_count, is_blocked, condition, grade, formats, seller, location, discogs_release_id, discogs_master_id, status, listed_at,
      ends_at, marketplaces, first_seen_at, observed_at, expires_at, blanked_at
    from listings
    where (provider, external_id) in (
      select * from unnest(${identities.map((row) => row.provider)}::text[], ${
    identities.map((row) => row.external_id)
  }::text[]))
    order by provider, external_id
    for update`;
}

/** Writes what changed on listings that this transaction has locked. */
export async function updateListings(
  tx: Sql,
  rows: readonly (ListingRow & { id: string })[],
  now: Date,
): Promise<void> {
  await tx`
    update listings l set
      kind = r.kind, title = r.title, url = r.url, image_url = r.image_url, price_minor = r.price_minor,
      currency = r.currency, price_kind = r.price_kind, shipping_minor = r.shipping_minor, shipping = r.shipping,
      for_sale_count = r.for_sale_count, is_blocked = r.is_blocked, condition = r.condition,
      grade = r.grade, formats = r.formats, seller = r.seller, location = r.location,
      discogs_release_id = r.discogs_release_id, discogs_master_id = r.discogs_master_id, status = r.status,
      keys = r.keys, listed_at = r.listed_at, ends_at = r.ends_at, marketplaces = r.marketplaces,
      expires_at = r.expires_at, blanked_at = null,
      expiry_check_at = case when r.expires_at is not null
        then least(case when l.blanked_at is null then l.expiry_check_at end, r.expires_at) end,
      observed_at = ${now}, changed_at = ${now},
      ended_at = case when r.status = 'ended' then coalesce(l.ended_at, ${now}::timestamptz) end
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(
      id uuid, kind text, title text, url text, image_url text, price_minor bigint, currency text, price_kind text,
      shipping_minor bigint, shipping jsonb, for_sale_count int, is_blocked boolean, condition text, grade text, formats text[], seller text, location text,
      discogs_release_id bigint, discogs_master_id bigint, status text, keys text[], listed_at timestamptz,
      ends_at timestamptz, marketplaces text[], expires_at timestamptz)
    where l.id = r.id`;
}

/**
 * Notes that listings were seen unchanged: what they say may be shown until the new `expires_at`. Only columns without an
 * index move, so that most of these writes, which are most of all writes, need no index.
 */
export async function touchListings(
  tx: Sql,
  input: { ids: readonly string[]; expires_at: Date | null; now: Date },
): Promise<void> {
  await tx`
    update listings set
      observed_at = ${input.now},
      expires_at = case when status = 'ended' then expires_at else ${input.expires_at}::timestamptz end,
      expiry_check_at = case
        when status = 'ended' then expiry_check_at
        when ${input.expires_at}::timestamptz is not null then least(expiry_check_at, ${input.expires_at}::timestamptz)
      end
    where id = any(${input.ids}::uuid[])`;
}

/**
 * Ends listings that nobody has seen since the time named beside each, and gives those it ended as they were before.
 * Locks them in the order every ingest takes; one that was seen meanwhile, or has ended, is left alone.
 */
export async function endUnseenListings(
  tx: Sql,
  rows: readonly { id: string; unseen_since: Date }[],
  now: Date,
): Promise<Listing[]> {
  return await tx<Listing>`
    with unseen as (
      select
        l.id, provider, external_id, kind, title, url, image_url, price_minor, currency, price_kind, shipping_minor, shipping,
        for_sale_count, is_blocked, condition, grade, formats, seller, location, discogs_release_id, discogs_master_id,
        status, listed_at, ends_at, marketplaces, first_seen_at, observed_at, expires_at, blanked_at
      from listings l
      join jsonb_to_recordset(${
    JSON.stringify(rows)
  }::text::jsonb) as r(id uuid, unseen_since timestamptz) on r.id = l.id
      where l.status = 'active' and l.observed_at < r.unseen_since
      order by provider, external_id
      for update of l
    ), ended as (
      update listings l set
        status = 'ended', changed_at = ${now}, ended_at = ${now},
        expires_at = case when l.expires_at is not null
          then least(l.expires_at, ${now}::timestamptz + make_interval(secs => ${ENDED_SECONDS})) end,
        expiry_check_at = case when l.expires_at is not null
          then least(l.expiry_check_at, ${now}::timestamptz + make_interval(secs => ${ENDED_SECONDS})) end
      from unseen u where u.id = l.id
    )
    select * from unseen`;
}
