import type { PageRequest } from "../platform/paging.ts";
import type { Sql } from "../platform/sql.ts";

/** One price or status of a listing at a time. */
export interface Observation {
  listing_id: string;
  price_minor: number | null;
  currency: string | null;
  status: "active" | "ended";
  /** When the provider's terms make us forget it; null: never. */
  expires_at: Date | null;
}

/** Records observations made at `now`. A second one of a listing in the same millisecond is dropped. */
export async function insertObservations(tx: Sql, rows: readonly Observation[], now: Date): Promise<void> {
  await tx`
    insert into price_observations (listing_id, observed_at, price_minor, currency, status, expires_at)
    select listing_id, ${now}, price_minor, currency, status, expires_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(
      listing_id uuid, price_minor bigint, currency text, status text, expires_at timestamptz)
    on conflict do nothing`;
}

/** A recorded observation, with its place in a list of one listing's. */
export interface ObservationRow extends Omit<Observation, "listing_id" | "expires_at"> {
  /** The listing's. */
  id: string;
  /** When it was observed. */
  created_at: Date;
}

/**
 * Observations of a listing made after `after` (null: all), newest first; one row more than the page's limit when there is
 * more.
 */
export function listObservations(
  sql: Sql,
  query: { listing_id: string; after: Date | null; page: PageRequest },
): Promise<ObservationRow[]> {
  return sql<ObservationRow>`
    select listing_id as id, observed_at as created_at, price_minor, currency, status
    from price_observations
    where listing_id = ${query.listing_id}
      and observed_at > coalesce(${query.after}::timestamptz, '-infinity')
      and observed_at < coalesce(${query.page.after?.created_at ?? null}::timestamptz, 'infinity')
    order by observed_at desc
    limit ${query.page.limit + 1} offset ${query.page.offset}`;
}

/** Forgets at most `limit` observations that have expired, the longest expired first; gives how many. */
export async function pruneObservations(
  sql: Sql,
  { now, limit }: { now: Date; limit: number },
): Promise<number> {
  const rows = await sql`
    with expired as (
      select listing_id, observed_at from price_observations
      where expires_at <= ${now}
      order by expires_at
      limit ${limit}
      for update skip locked
    )
    delete from price_observations o using expired e
    where o.listing_id = e.listing_id and o.observed_at = e.observed_at
    returning 1`;
  return rows.length;
}
