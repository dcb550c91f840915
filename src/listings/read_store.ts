import type { Sql } from "../platform/sql.ts";
import type { Listing } from "./schema.ts";

/**
 * Live listings of `sources` (empty: of all) with something to judge that may be shown at `now` and have all `keys`, in
 * pages by id (pass the last id, null to begin).
 */
export function findListingsByKeys(
  sql: Sql,
  query: {
    keys: readonly string[];
    sources: readonly string[];
    afterId: string | null;
    limit: number;
    now: Date;
  },
): Promise<Listing[]> {
  return sql<Listing>`
    select
      id, provider, external_id, kind, title, url, image_url, price_minor, currency, price_kind, shipping_minor, shipping,
      for_sale_count, is_blocked, condition, grade, formats, seller, location, discogs_release_id, discogs_master_id, status, listed_at,
      ends_at, marketplaces, first_seen_at, observed_at, expires_at, blanked_at
    from listings
    where status = 'active' and keys @> ${query.keys}::text[]
      and (kind = 'release' or (blanked_at is null and (expires_at is null or expires_at > ${query.now})))
      and (${query.sources}::text[] = '{}' or provider = any(${query.sources}::text[]))
      and (${query.afterId}::uuid is null or id > ${query.afterId}::uuid)
    order by id
    limit ${query.limit}`;
}

/** Listings by id, kept from changing to the end of the transaction; locked in the order every ingest takes. */
export function lockListingsForShare(tx: Sql, ids: readonly string[]): Promise<Listing[]> {
  return tx<Listing>`
    select
      id, provider, external_id, kind, title, url, image_url, price_minor, currency, price_kind, shipping_minor, shipping,
      for_sale_count, is_blocked, condition, grade, formats, seller, location, discogs_release_id, discogs_master_id, status, listed_at,
      ends_at, marketplaces, first_seen_at, observed_at, expires_at, blanked_at
    from listings where id = any(${ids}::uuid[])
    order by provider, external_id
    for share`;
}

/** One listing; null: there is none with this id. */
export async function findListing(sql: Sql, id: string): Promise<Listing | null> {
  const rows = await sql<Listing>`
    select
      id, provider, external_id, kind, title, url, image_url, price_minor, currency, price_kind, shipping_minor, shipping,
      for_sale_count, is_blocked, condition, grade, formats, seller, location, discogs_release_id, discogs_master_id, status, listed_at,
      ends_at, marketplaces, first_seen_at, observed_at, expires_at, blanked_at
    from listings where id = ${id}`;
  return rows[0] ?? null;
}

/** Live listings whose end, as their provider named it, has come and that nobody has seen since; the longest over first. */
export function findPastListings(
  sql: Sql,
  query: { now: Date; limit: number },
): Promise<{ id: string; ends_at: Date }[]> {
  return sql<{ id: string; ends_at: Date }>`
    select id, ends_at from listings
    where status = 'active' and ends_at <= ${query.now} and observed_at < ends_at
    order by ends_at
    limit ${query.limit}`;
}
