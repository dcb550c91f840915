/** Added sources and whose they are: tables added_sources and source_users. */
import type { PageRequest } from "../platform/paging.ts";
import type { Sql } from "../platform/sql.ts";
import type { AddedSource, KnownSource, ShopBook, SourceConfig } from "../providers/added_source.ts";
import type { SourceRow } from "./schema.ts";

/** Where adapters look sources up. */
export function openSourceBook(sql: Sql): ShopBook {
  return {
    find: async (provider) => {
      const rows = await sql<KnownSource>`
        select provider, kind, url, currency, artist_from, artist_guess, updated_at
        from added_sources where provider = ${provider}`;
      return rows[0] ?? null;
    },
    correctArtist: async ({ provider, artist_from, artist_guess, now }) => {
      await sql`
        update added_sources set artist_from = ${artist_from}, artist_guess = ${artist_guess}, updated_at = ${now}
        where provider = ${provider} and artist_guess < ${artist_guess}`;
    },
  };
}

/** What a user's rules may name beside the marketplaces: what is shared with all, and what he added; oldest first. */
export async function listProvidersOfUser(sql: Sql, userId: string): Promise<string[]> {
  const rows = await sql<{ provider: string }>`
    select provider from (
      select s.provider, u.created_at from source_users u join added_sources s on s.id = u.source_id
      where u.user_id = ${userId}
      union all
      select s.provider, h.created_at from shared_sources h join added_sources s on s.id = h.source_id
      where h.retired_at is null
    ) known
    group by provider order by min(created_at), provider`;
  return rows.map(({ provider }) => provider);
}

/** Whether a user's rules may name a source. */
export async function mayWatch(sql: Sql, query: { user_id: string; provider: string }): Promise<boolean> {
  const rows = await sql`
    select from added_sources s where s.provider = ${query.provider} and (
      exists (select from source_users u where u.source_id = s.id and u.user_id = ${query.user_id})
      or exists (select from shared_sources h where h.source_id = s.id and h.retired_at is null))`;
  return rows.length > 0;
}

/**
 * Makes a source unless it is there and gives its id, locked to the end of the transaction: it cannot go meanwhile. Null:
 * another address has its provider's id.
 */
export async function putSource(
  tx: Sql,
  source: AddedSource & { id: string; now: Date },
): Promise<string | null> {
  const { id, provider, kind, url, currency, artist_from, artist_guess = null, now } = source;
  const rows = await tx<{ id: string; url: string }>`
    insert into added_sources as s
      (id, provider, kind, url, currency, artist_from, artist_guess, created_at, updated_at)
    values (${id}, ${provider}, ${kind}, ${url}, ${currency}, ${artist_from}, ${artist_guess}, ${now}, ${now})
    on conflict (provider) do update set updated_at = s.updated_at
    returning id, url`;
  return rows[0]?.url === url ? rows[0].id : null;
}

/** Gives a source to a user; false: he has it. */
export async function insertSourceUser(
  tx: Sql,
  row: { user_id: string; source_id: string; name: string; now: Date },
): Promise<boolean> {
  const rows = await tx`
    insert into source_users (user_id, source_id, name, created_at)
    values (${row.user_id}, ${row.source_id}, ${row.name}, ${row.now})
    on conflict do nothing
    returning source_id`;
  return rows.length === 1;
}

/** How many sources a user has. */
export async function countSourcesOfUser(sql: Sql, userId: string): Promise<number> {
  const rows = await sql<{ count: number }>`select count(*) from source_users where user_id = ${userId}`;
  return rows[0]?.count ?? 0;
}

/** A user's source; null: he has none with this id. */
export async function findSource(
  sql: Sql,
  query: { user_id: string; id: string },
): Promise<SourceRow | null> {
  const rows = await sql<SourceRow>`
    select s.id, s.provider, s.kind, u.name, s.currency, s.artist_from, u.created_at, s.updated_at,
      case when u.knows_url or s.kind <> 'feed' then s.url else substring(s.url from '^[a-z]+://[^/?]+') || '/' end as url,
      p.last_success_at, p.last_error, p.last_error_at
    from source_users u join added_sources s on s.id = u.source_id
    left join provider_states p on p.provider = s.provider
    where u.user_id = ${query.user_id} and u.source_id = ${query.id}`;
  return rows[0] ?? null;
}

/** A user's sources, newest first; one row more than the page's limit when there is more. */
export function listSources(sql: Sql, query: { user_id: string; page: PageRequest }): Promise<SourceRow[]> {
  const { after, limit, offset } = query.page;
  return sql<SourceRow>`
    select s.id, s.provider, s.kind, u.name, s.currency, s.artist_from, u.created_at, s.updated_at,
      case when u.knows_url or s.kind <> 'feed' then s.url else substring(s.url from '^[a-z]+://[^/?]+') || '/' end as url,
      p.last_success_at, p.last_error, p.last_error_at
    from source_users u join added_sources s on s.id = u.source_id
    left join provider_states p on p.provider = s.provider
    where u.user_id = ${query.user_id}
      and (${after?.id ?? null}::uuid is null
        or (u.created_at, u.source_id) < (${after?.created_at ?? null}::timestamptz, ${
    after?.id ?? null
  }::uuid))
    order by u.created_at desc, u.source_id desc
    limit ${limit + 1} offset ${offset}`;
}

/** Locks a source to the end of the transaction. */
export async function lockSource(tx: Sql, id: string): Promise<void> {
  await tx`select id from added_sources where id = ${id} for update`;
}

/** How many others have a source. */
export async function countOtherUsers(tx: Sql, query: { user_id: string; id: string }): Promise<number> {
  const rows = await tx<{ count: number }>`
    select count(*) from source_users where source_id = ${query.id} and user_id <> ${query.user_id}`;
  return rows[0]?.count ?? 0;
}

/** How many of a user's rules name a provider, stopped ones too. */
export async function countRulesNaming(
  sql: Sql,
  query: { user_id: string; provider: string },
): Promise<number> {
  const rows = await sql<{ count: number }>`
    select count(*) from watch_rules
    where user_id = ${query.user_id} and query -> 'sources' @> to_jsonb(${query.provider}::text)`;
  return rows[0]?.count ?? 0;
}

/** Writes how a source is read; `isArtistSaid`: where its artists stand is no longer guessed. */
export async function updateSourceConfig(
  tx: Sql,
  source: SourceConfig & { id: string; isArtistSaid: boolean; now: Date },
): Promise<void> {
  await tx`
    update added_sources
    set currency = ${source.currency}, artist_from = ${source.artist_from},
      artist_guess = case when not ${source.isArtistSaid}::boolean then artist_guess end, updated_at = ${source.now}
    where id = ${source.id}`;
}

/** Writes what a user calls a source. */
export async function updateSourceName(
  tx: Sql,
  row: { user_id: string; id: string; name: string },
): Promise<void> {
  await tx`
    update source_users set name = ${row.name} where user_id = ${row.user_id} and source_id = ${row.id}`;
}

/** Takes a source from a user. */
export async function deleteSourceUser(tx: Sql, row: { user_id: string; id: string }): Promise<void> {
  await tx`delete from source_users where user_id = ${row.user_id} and source_id = ${row.id}`;
}

/** Takes all sources from a user and gives their ids, locked in one order: nobody adds or changes them meanwhile. */
export async function deleteSourcesOfUser(tx: Sql, userId: string): Promise<string[]> {
  const rows = await tx<{ id: string }>`
    select s.id from added_sources s join source_users u on u.source_id = s.id
    where u.user_id = ${userId} order by s.id for update of s`;
  await tx`delete from source_users where user_id = ${userId}`;
  return rows.map(({ id }) => id);
}

/** Removes those of the sources, which this transaction has locked, that nobody has any more and nobody shares. */
export async function deleteUnusedSources(tx: Sql, ids: readonly string[]): Promise<void> {
  await tx`
    delete from added_sources s
    where s.id = any(${ids}::uuid[]) and not exists (select from source_users u where u.source_id = s.id)
      and not exists (select from shared_sources h where h.source_id = s.id)`;
}
