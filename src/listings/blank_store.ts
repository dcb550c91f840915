/** What goes when it has expired: the columns of table listings that hold what a provider said. */
import type { Sql } from "../platform/sql.ts";

/** What came of looking at listings whose time to be looked at had come. */
export interface BlankedPage {
  /** How many were looked at; those seen again since have a later time now. */
  looked_count: number;
  blanked_ids: string[];
}

/**
 * Looks at the `limit` listings that are due for it first, and blanks those that have expired. Titles and addresses of
 * the named providers stay, and so does what a tombstone needs: who it is, whether it ended or when it will, and where
 * it is listed. Rows that somebody else holds are left for the next time: their ingest may make them new.
 */
export async function blankListings(
  tx: Sql,
  input: { now: Date; limit: number; keepTitle: readonly string[]; keepUrl: readonly string[] },
): Promise<BlankedPage> {
  const rows = await tx<BlankedPage>`
    with due as (
      select id, expires_at from listings
      where expiry_check_at <= ${input.now} and blanked_at is null
      order by expiry_check_at
      limit ${input.limit}
      for update skip locked
    ), seen_again as (
      update listings l set expiry_check_at = d.expires_at
      from due d where d.id = l.id and (d.expires_at > ${input.now} or d.expires_at is null)
    ), blanked as (
      update listings l set
        title = case when l.provider = any(${input.keepTitle}::text[]) then l.title end,
        keys = case when l.provider = any(${input.keepTitle}::text[]) then l.keys else '{}' end,
        formats = case when l.provider = any(${input.keepTitle}::text[]) then l.formats else '{}' end,
        url = case when l.provider = any(${input.keepUrl}::text[]) then l.url end,
        image_url = null, price_minor = null, currency = null, shipping_minor = null, shipping = '{}', for_sale_count = null,
        is_blocked = false, condition = null, grade = null, seller = null, location = null, listed_at = null,
        blanked_at = ${input.now}
      from due d where d.id = l.id and d.expires_at <= ${input.now}
      returning l.id
    )
    select (select count(*) from due) as looked_count, coalesce((select array_agg(id) from blanked), '{}') as blanked_ids`;
  return rows[0]!; // safe: two subqueries always give a row
}
