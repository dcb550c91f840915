/** What the operator shares with everybody: table shared_sources. */
import type { Sql } from "../platform/sql.ts";
import type { SharedSource } from "./shared_schema.ts";

/** Makes the entries those that are shared, whatever was before; the same again changes nothing. */
export async function putSharedSources(
  tx: Sql,
  { entries, now }: { entries: readonly SharedSource[]; now: Date },
): Promise<void> {
  await tx`
    insert into shared_sources as h (url, kind, name, currency, artist_from, check_at, created_at)
    select url, kind, name, currency, artist_from, ${now}, ${now}
    from jsonb_to_recordset(${JSON.stringify(entries)}::text::jsonb)
      as e(url text, kind text, name text, currency text, artist_from text)
    order by url
    on conflict (url) do update set
      kind = excluded.kind, name = excluded.name, currency = excluded.currency, artist_from = excluded.artist_from,
      check_at = case when (h.kind, h.currency, h.artist_from)
        is distinct from (excluded.kind, excluded.currency, excluded.artist_from) then ${now} else h.check_at end,
      retired_at = null`;
}

/** Retires what is shared and none of these addresses; gives how many. */
export async function retireSharedSources(
  tx: Sql,
  { urls, now }: { urls: readonly string[]; now: Date },
): Promise<number> {
  const rows = await tx`
    update shared_sources set retired_at = ${now}
    where retired_at is null and url <> all(${urls}::text[]) returning url`;
  return rows.length;
}

/** An entry in our hands, with how often looking behind its address failed. */
export interface DueShared extends SharedSource {
  failures: number;
}

/** Takes the entries whose address is to be looked at; nobody else gets them before `until`. */
export function claimDueShared(sql: Sql, { now, until }: { now: Date; until: Date }): Promise<DueShared[]> {
  return sql<DueShared>`
    update shared_sources h set check_at = ${until}
    from (
      select url from shared_sources where check_at <= ${now} and retired_at is null for update skip locked
    ) due
    where h.url = due.url
    returning h.url, h.kind, h.name, h.currency, h.artist_from, h.failures`;
}

/** Locks an entry to the end of the transaction and gives what was found behind its address before; null: it is gone. */
export async function lockShared(tx: Sql, url: string): Promise<{ source_id: string | null } | null> {
  const rows = await tx<{ source_id: string | null }>`
    select source_id from shared_sources where url = ${url} for update`;
  return rows[0] ?? null;
}

/** Notes what was found behind an entry's address. */
export async function markSharedFound(
  tx: Sql,
  found: { url: string; source_id: string; name: string },
): Promise<void> {
  await tx`
    update shared_sources set
      source_id = ${found.source_id}, found_name = ${found.name}, check_at = null, failures = 0, last_error = null
    where url = ${found.url}`;
}

/** Plans another look at an entry's address. */
export async function markSharedFailed(
  sql: Sql,
  failed: { url: string; error: string; check_at: Date },
): Promise<void> {
  await sql`
    update shared_sources
    set check_at = ${failed.check_at}, failures = failures + 1, last_error = left(${failed.error}, 1000)
    where url = ${failed.url}`;
}

/** What an entry says of how its source is read; what it does not say stays, as what its kind does not have. */
export async function settleSharedConfig(
  tx: Sql,
  source: Pick<SharedSource, "currency" | "artist_from"> & { id: string; now: Date },
): Promise<void> {
  const { id, currency, artist_from, now } = source;
  await tx`
    update added_sources s set
      currency = w.currency, artist_from = w.artist_from, artist_guess = w.artist_guess, updated_at = ${now}
    from (
      select id, coalesce(${currency}, currency) as currency,
        case when artist_from is not null then coalesce(${artist_from}, artist_from) end as artist_from,
        case when ${artist_from}::text is null then artist_guess end as artist_guess
      from added_sources where id = ${id}
    ) w
    where s.id = w.id and (s.currency, s.artist_from, s.artist_guess)
      is distinct from (w.currency, w.artist_from, w.artist_guess)`;
}

/** Removes what was retired before `before` and gives it, with the name it had. */
export function deleteRetiredShared(
  tx: Sql,
  before: Date,
): Promise<{ source_id: string | null; name: string | null }[]> {
  return tx<{ source_id: string | null; name: string | null }>`
    delete from shared_sources where retired_at <= ${before}
    returning source_id, coalesce(name, found_name) as name`;
}

/** Gives a source to everybody whose rules name it, but for its address; who has it keeps it as it is. */
export async function insertUsersWithRules(
  tx: Sql,
  source: { id: string; name: string | null; now: Date },
): Promise<void> {
  await tx`
    insert into source_users (user_id, source_id, name, created_at, knows_url)
    select distinct r.user_id, s.id, coalesce(${source.name}, left(s.provider, 120)), ${source.now}::timestamptz, false
    from added_sources s join watch_rules r on r.query -> 'sources' @> to_jsonb(s.provider)
    where s.id = ${source.id}
    on conflict do nothing`;
}

/** Whether a source is shared with everybody. */
export async function isShared(sql: Sql, sourceId: string): Promise<boolean> {
  const rows = await sql`
    select from shared_sources where source_id = ${sourceId} and retired_at is null limit 1`;
  return rows.length > 0;
}

/** What everybody may watch, and what it is called. */
export function listSharedProviders(sql: Sql): Promise<{ provider: string; name: string }[]> {
  return sql<{ provider: string; name: string }>`
    select distinct on (s.provider) s.provider, coalesce(h.name, h.found_name) as name
    from shared_sources h join added_sources s on s.id = h.source_id
    where h.retired_at is null order by s.provider, h.name is null, h.url`;
}
