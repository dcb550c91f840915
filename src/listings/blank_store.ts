/** What goes when it has expired: the columns of table listings that hold what a provider said. */
import type { Sql } from "../platform/sql.ts";

/**
 * Blanks at most `limit` listings that have expired, the longest expired first, and gives their ids. Titles and addresses
 * of the named providers stay, and so does what a tombstone needs: who it is, whether it ended or when it will, and where
 * it is listed. Rows that somebody else holds are left for the next time: their ingest may make them new.
 */
export async function blankListings(
  tx: Sql,
  input: { now: Date; limit: number; keepTitle: readonly string[]; keepUrl: readonly string[] },
): Promise<string[]> {
  const rows = await tx<{ id: string }>`
    with expired as (
      select id from listings
      where expires_at <= ${input.now} and blanked_at is null
      order by expires_at
      limit ${input.limit}
      for update skip locked
    )
    update listings l set
      title = case when l.provider = any(${input.keepTitle}::text[]) then l.title end,
      keys = case when l.provider = any(${input.keepTitle}::text[]) then l.keys else '{}' end,
      formats = case when l.provider = any(${input.keepTitle}::text[]) then l.formats else '{}' end,
      url = case when l.provider = any(${input.keepUrl}::text[]) then l.url end,
      image_url = null, price_minor = null, currency = null, shipping_minor = null, for_sale_count = null,
      is_blocked = false, condition = null, grade = null, seller = null, location = null, listed_at = null,
      blanked_at = ${input.now}
    from expired e where e.id = l.id
    returning l.id`;
  return rows.map(({ id }) => id);
}
