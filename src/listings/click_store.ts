/** Links that lead out, and who followed them: table outbound_clicks. */
import type { Sql } from "../platform/sql.ts";

/** Where a listing's link leads; null: there is no such listing. */
export async function findListingLink(
  sql: Sql,
  id: string,
): Promise<{ provider: string; url: string | null } | null> {
  const rows = await sql<{ provider: string; url: string | null }>`
    select provider, url from listings where id = ${id}`;
  return rows[0] ?? null;
}

/** Notes that a listing's link was followed; a null user or referer is unknown. */
export async function insertClick(
  sql: Sql,
  click: { listing_id: string; user_id: string | null; referer: string | null; now: Date },
): Promise<void> {
  await sql`
    insert into outbound_clicks (listing_id, user_id, referer, clicked_at)
    values (${click.listing_id}, ${click.user_id}, ${click.referer}, ${click.now})`;
}

/** Forgets clicks made before `before`; gives how many. */
export async function pruneClicks(sql: Sql, before: Date): Promise<number> {
  const rows = await sql`delete from outbound_clicks where clicked_at < ${before} returning id`;
  return rows.length;
}
