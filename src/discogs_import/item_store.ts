/** What users' lists hold: table imported_items. */
import type { Sql } from "../platform/sql.ts";
import type { ImportedItem, ImportSource } from "./import_schema.ts";

/** One list of one user. */
export interface ListKey {
  user_id: string;
  source: ImportSource;
  list_id: number;
}

/** What is known of releases of a list. */
export type KnownItem = ImportedItem & { last_job_id: string; is_there: boolean };

/** The items of these releases, also those that are gone. */
export function findItems(
  sql: Sql,
  query: ListKey & { discogs_release_ids: readonly number[] },
): Promise<KnownItem[]> {
  return sql<KnownItem>`
    select source, list_id, discogs_release_id, discogs_master_id, title, artist, year, target_price, min_condition,
      watch_release_id, last_job_id, removed_at is null as is_there
    from imported_items
    where user_id = ${query.user_id} and source = ${query.source} and list_id = ${query.list_id}
      and discogs_release_id = any(${query.discogs_release_ids}::bigint[])`;
}

/** Notes that a job saw these items on the page of this number, with what the list says of them now. */
export async function upsertItems(
  tx: Sql,
  input: { user_id: string; job_id: string; page_number: number; items: readonly ImportedItem[]; now: Date },
): Promise<void> {
  await tx`
    insert into imported_items
      (user_id, source, list_id, discogs_release_id, discogs_master_id, title, artist, year, target_price, min_condition,
        watch_release_id, last_job_id, last_page_number, first_seen_at, last_seen_at)
    select ${input.user_id}, source, list_id, discogs_release_id, discogs_master_id, title, artist, year, target_price,
      min_condition, watch_release_id, ${input.job_id}, ${input.page_number}, ${input.now}, ${input.now}
    from jsonb_to_recordset(${JSON.stringify(input.items)}::text::jsonb) as r(
      source text, list_id bigint, discogs_release_id bigint, discogs_master_id bigint, title text, artist text, year int,
      target_price float8, min_condition text, watch_release_id uuid)
    order by discogs_release_id
    on conflict (user_id, source, list_id, discogs_release_id) do update set
      discogs_master_id = excluded.discogs_master_id, title = excluded.title, artist = excluded.artist,
      year = excluded.year, target_price = excluded.target_price, min_condition = excluded.min_condition,
      watch_release_id = excluded.watch_release_id, last_job_id = excluded.last_job_id,
      last_page_number = greatest(imported_items.last_page_number, excluded.last_page_number),
      last_seen_at = excluded.last_seen_at, removed_at = null, missed_at = null`;
}

/** Items of a list that neither this job saw nor another import since the page `before`; null: none. */
export type Unseen = ListKey & { job_id: string; before: number | null };

/** How many items a list holds by what is known, and how many of them are unseen for the first time. */
export async function countUnseen(sql: Sql, query: Unseen): Promise<{ held: number; missed: number }> {
  const rows = await sql<{ held: number; missed: number }>`
    select count(*) as held, count(*) filter (
      where missed_at is null and last_job_id <> ${query.job_id} and last_page_number < ${query.before}
    ) as missed
    from imported_items
    where user_id = ${query.user_id} and source = ${query.source} and list_id = ${query.list_id}
      and removed_at is null`;
  return rows[0]!; // safe: an aggregate gives one row
}

/** Notes that items were missed, which another reading has to confirm. */
export async function markMissed(tx: Sql, input: Unseen & { now: Date }): Promise<void> {
  await tx`
    update imported_items set missed_at = ${input.now}
    where user_id = ${input.user_id} and source = ${input.source} and list_id = ${input.list_id}
      and removed_at is null and missed_at is null
      and last_job_id <> ${input.job_id} and last_page_number < ${input.before}`;
}

/** Marks up to `limit` unseen items as gone, and gives their releases. */
export async function markGone(
  tx: Sql,
  input: Unseen & { limit: number; now: Date },
): Promise<number[]> {
  const rows = await tx<{ discogs_release_id: number }>`
    update imported_items i set removed_at = ${input.now}
    from (
      select discogs_release_id from imported_items
      where user_id = ${input.user_id} and source = ${input.source} and list_id = ${input.list_id}
        and removed_at is null and last_job_id <> ${input.job_id} and last_page_number < ${input.before}
      order by discogs_release_id
      limit ${input.limit}
    ) gone
    where i.user_id = ${input.user_id} and i.source = ${input.source} and i.list_id = ${input.list_id}
      and i.discogs_release_id = gone.discogs_release_id
    returning i.discogs_release_id`;
  return rows.map((row) => row.discogs_release_id);
}

/** Which of these releases some list still holds that is watched actively. */
export async function findWanted(
  tx: Sql,
  query: { user_id: string; discogs_release_ids: readonly number[] },
): Promise<Set<number>> {
  const rows = await tx<{ discogs_release_id: number }>`
    select distinct discogs_release_id from imported_items
    where user_id = ${query.user_id} and removed_at is null and source <> 'collection'
      and discogs_release_id = any(${query.discogs_release_ids}::bigint[])`;
  return new Set(rows.map((row) => row.discogs_release_id));
}

/** A page of what a user's lists hold, in the order in which it came; null source: of any. */
export function listImportedItems(
  sql: Sql,
  query: { user_id: string; source: ImportSource | null; limit: number; offset: number },
): Promise<ImportedItem[]> {
  return sql<ImportedItem>`
    select source, list_id, discogs_release_id, discogs_master_id, title, artist, year, target_price, min_condition,
      watch_release_id
    from imported_items
    where user_id = ${query.user_id} and removed_at is null
      and (${query.source}::text is null or source = ${query.source})
    order by first_seen_at, discogs_release_id, source, list_id
    limit ${query.limit} offset ${query.offset}`;
}

/** How many there are. */
export async function countImportedItems(
  sql: Sql,
  query: { user_id: string; source: ImportSource | null },
): Promise<number> {
  const rows = await sql<{ count: number }>`
    select count(*) as count from imported_items
    where user_id = ${query.user_id} and removed_at is null
      and (${query.source}::text is null or source = ${query.source})`;
  return rows[0]?.count ?? 0;
}

/** The item behind a user's watch; null: no list of his that is asked for holds it. */
export async function findImportedItem(
  sql: Sql,
  query: { user_id: string; watch_release_id: string; source: ImportSource | null },
): Promise<ImportedItem | null> {
  const rows = await sql<ImportedItem>`
    select source, list_id, discogs_release_id, discogs_master_id, title, artist, year, target_price, min_condition,
      watch_release_id
    from imported_items
    where watch_release_id = ${query.watch_release_id} and user_id = ${query.user_id} and removed_at is null
      and (${query.source}::text is null or source = ${query.source})
    order by first_seen_at, source, list_id limit 1`;
  return rows[0] ?? null;
}

/** Forgets what a user's lists hold. */
export async function deleteItems(tx: Sql, userId: string): Promise<void> {
  await tx`delete from imported_items where user_id = ${userId}`;
}
