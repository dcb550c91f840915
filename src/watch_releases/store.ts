import type { PageRequest } from "../platform/paging.ts";
import type { Sql } from "../platform/sql.ts";
import type { Planned, PlannedPlace } from "../polls/plan_missing.ts";
import type { WatchReleaseRow } from "./schema.ts";

/** What a user writes of a watch. */
export type ReleaseFields = Omit<
  WatchReleaseRow,
  | "id"
  | "user_id"
  | "created_at"
  | "updated_at"
  | "compiled_rule_id"
  | "last_run_at"
  | "next_run_at"
  | "polls"
  | "floors_read"
  | "versions_found"
>;

/**
 * Inserts watches of a user and gives the ids of those that are new: of the others he watches the same release, or the same
 * master, already. In one order, so that two who insert at once wait for each other instead of locking up.
 */
export async function insertReleases(
  tx: Sql,
  input: { user_id: string; watches: readonly (ReleaseFields & { id: string })[]; now: Date },
): Promise<Set<string>> {
  const rows = await tx<{ id: string }>`
    insert into watch_releases (id, user_id, discogs_release_id, discogs_master_id, match_mode, title, artist, year,
      target_price, currency, min_condition, is_active, created_at, updated_at, planned_at)
    select id, ${input.user_id}, discogs_release_id, discogs_master_id, match_mode, title, artist, year, target_price,
      currency, min_condition, is_active, ${input.now}, ${input.now}, ${input.now}
    from jsonb_to_recordset(${JSON.stringify(input.watches)}::text::jsonb) as r(
      id uuid, discogs_release_id bigint, discogs_master_id bigint, match_mode text, title text, artist text, year int,
      target_price float8, currency text, min_condition text, is_active boolean)
    order by discogs_release_id
    on conflict do nothing
    returning id`;
  return new Set(rows.map((row) => row.id));
}

/**
 * Writes every field a user can change, on a watch this transaction has locked; it is his then, and no import's.
 * @throws a unique violation when the user watches the same release, or the same master, already
 */
export async function updateReleaseRow(
  tx: Sql,
  watch: ReleaseFields & { id: string; now: Date },
): Promise<void> {
  await tx`
    update watch_releases set
      discogs_release_id = ${watch.discogs_release_id}, discogs_master_id = ${watch.discogs_master_id},
      match_mode = ${watch.match_mode}, title = ${watch.title}, artist = ${watch.artist}, year = ${watch.year},
      target_price = ${watch.target_price}, currency = ${watch.currency}, min_condition = ${watch.min_condition},
      is_active = ${watch.is_active}, updated_at = ${watch.now}, planned_at = ${watch.now}, is_imported = false
    where id = ${watch.id}`;
}

/** Watches of a user that an import may go on to change: made by one, and never changed by him. */
export async function markImported(tx: Sql, ids: readonly string[]): Promise<void> {
  await tx`update watch_releases set is_imported = true where id = any(${ids}::uuid[])`;
}

/** Locks a user's watches of these releases to the end of the transaction, in an order that cannot deadlock. */
export function lockReleasesOf(
  tx: Sql,
  query: { user_id: string; discogs_release_ids: readonly number[] },
): Promise<{ id: string; discogs_release_id: number; is_imported: boolean; is_active: boolean }[]> {
  return tx<{ id: string; discogs_release_id: number; is_imported: boolean; is_active: boolean }>`
    select id, discogs_release_id, is_imported, is_active from watch_releases
    where user_id = ${query.user_id} and match_mode = 'exact_release'
      and discogs_release_id = any(${query.discogs_release_ids}::bigint[])
    order by id
    for update`;
}

/** Gives a user's imported watches to him: no import changes them any more. */
export async function releaseImported(tx: Sql, userId: string): Promise<void> {
  await tx`update watch_releases set is_imported = false where user_id = ${userId} and is_imported`;
}

/** Removes watches that an import made, that watch nothing and that their user never changed; gives their ids. */
export async function deleteUnusedImported(tx: Sql, userId: string): Promise<string[]> {
  const rows = await tx<{ id: string }>`
    delete from watch_releases where user_id = ${userId} and is_imported and not is_active returning id`;
  return rows.map((row) => row.id);
}

/** Stops every watch of a user and gives those that were not. */
export function disableReleasesOfUser(
  tx: Sql,
  input: { user_id: string; now: Date },
): Promise<Pick<WatchReleaseRow, "id" | "artist" | "title">[]> {
  return tx<Pick<WatchReleaseRow, "id" | "artist" | "title">>`
    update watch_releases set is_active = false, updated_at = ${input.now}
    where user_id = ${input.user_id} and is_active
    returning id, artist, title`;
}

/** What says which floors a watch needs, and when they were last planned. */
export type PlannedRelease =
  & Pick<WatchReleaseRow, "id" | "user_id" | "discogs_release_id" | "discogs_master_id">
  & Pick<WatchReleaseRow, "match_mode" | "min_condition" | "compiled_rule_id">
  & Planned;

/**
 * Active watches of all users behind a place in the order in which they were planned: a page of 500, which is no parameter, so that
 * no plan is made for any number of them. None: there are no more.
 */
export function listActiveReleases(
  sql: Sql,
  after: PlannedPlace,
): Promise<PlannedRelease[]> {
  return sql<PlannedRelease>`
    select w.id, w.user_id, w.discogs_release_id, w.discogs_master_id, w.match_mode, w.min_condition, w.planned_at,
      c.id as compiled_rule_id
    from (
      select * from watch_releases
      where is_active and (planned_at, id) > (${after.planned_at}::timestamptz, ${after.id}::uuid)
      order by planned_at, id limit 500
    ) w
    join compiled_rules c on c.owner_kind = 'watch_release' and c.owner_id = w.id
    order by w.planned_at, w.id`;
}

/** Notes when the floors of a watch, which this transaction has locked, were planned. */
export async function markReleasePlanned(tx: Sql, { id, now }: { id: string; now: Date }): Promise<void> {
  await tx`update watch_releases set planned_at = ${now} where id = ${id}`;
}

/** The user's watch with this identity; null: none. */
export async function findSameRelease(
  sql: Sql,
  watch: Pick<WatchReleaseRow, "user_id" | "match_mode" | "discogs_release_id" | "discogs_master_id">,
): Promise<{ id: string; is_active: boolean } | null> {
  const rows = await sql<{ id: string; is_active: boolean }>`
    select id, is_active from watch_releases
    where user_id = ${watch.user_id} and match_mode = ${watch.match_mode}
      and case match_mode when 'exact_release' then discogs_release_id = ${watch.discogs_release_id}
        else discogs_master_id = ${watch.discogs_master_id} end`;
  return rows[0] ?? null;
}

/** Locks a user's watch to the end of the transaction, before anything that belongs to it; false: he has none with this id. */
export async function lockRelease(tx: Sql, query: { user_id: string; id: string }): Promise<boolean> {
  const rows = await tx`
    select id from watch_releases where id = ${query.id} and user_id = ${query.user_id} for update`;
  return rows.length === 1;
}

/** A user's watch; null when he has none with this id. */
export async function findRelease(
  sql: Sql,
  query: { user_id: string; id: string },
): Promise<WatchReleaseRow | null> {
  const page = { after: null, limit: 1, offset: 0 };
  const rows = await selectReleases(sql, { ...query, watch_rule_id: null, page });
  return rows[0] ?? null;
}

/**
 * A user's watches, newest first; one row more than the page's limit when there is more. With `watch_rule_id` only those
 * of which that rule of his matched a listing.
 */
export function listReleases(
  sql: Sql,
  query: { user_id: string; watch_rule_id: string | null; page: PageRequest },
): Promise<WatchReleaseRow[]> {
  return selectReleases(sql, { ...query, id: null });
}

/** Of a user's watches those of a page, or the one with `id`. */
function selectReleases(
  sql: Sql,
  query: { user_id: string; id: string | null; watch_rule_id: string | null; page: PageRequest },
): Promise<WatchReleaseRow[]> {
  const after = query.page.after;
  return sql<WatchReleaseRow>`
    with matched as (
      select l.discogs_release_id, l.discogs_master_id
      from compiled_rules r
      join matches m on m.compiled_rule_id = r.id
      join listings l on l.id = m.listing_id
      where r.owner_kind = 'watch_rule' and r.owner_id = ${query.watch_rule_id} and r.user_id = ${query.user_id}
    )
    select w.id, w.user_id, w.discogs_release_id, w.discogs_master_id, w.match_mode, w.title, w.artist, w.year,
      w.target_price, w.currency, w.min_condition, w.is_active, w.created_at, w.updated_at,
      c.id as compiled_rule_id, p.last_run_at, p.next_run_at, p.polls, p.floors_read,
      case w.match_mode when 'master_release' then (
        select count(*) from floor_candidates f where f.compiled_rule_id = c.id
      ) end as versions_found
    from watch_releases w
    join compiled_rules c on c.owner_kind = 'watch_release' and c.owner_id = w.id
    cross join lateral (
      select greatest(max(g.last_run_at), (
          select max(e.last_run_at) from poll_subscriptions e
          where e.subscriber_id = c.id and e.ended_at is not null
        )) as last_run_at, min(g.next_poll_at) as next_run_at,
        (sum(g.count) filter (where not g.is_lookup))::int as floors_read,
        jsonb_agg(jsonb_build_object(
          'provider', g.provider, 'asked_seconds', g.asked_seconds, 'interval_seconds', g.interval_seconds,
          'gap_seconds', g.gap_seconds, 'last_success_ms', extract(epoch from g.last_success_at) * 1000,
          'next_poll_ms', extract(epoch from g.next_poll_at) * 1000, 'coverage_gap_ms', null,
          'is_failing', g.is_failing, 'is_blocked', g.is_blocked
        )) filter (where not g.is_lookup) as polls
      from (
        select s.origin = 'lookup' as is_lookup, p.provider, s.interval_seconds as asked_seconds, p.interval_seconds,
          max(p.gap_seconds) as gap_seconds, max(p.last_success_at) as last_success_at,
          max(p.last_success_at) filter (where p.last_success_at >= s.started_at) as last_run_at,
          min(p.next_poll_at) as next_poll_at, count(*) as count,
          bool_or(coalesce(p.last_error_at > coalesce(p.last_success_at, '-infinity'), false)) as is_failing,
          bool_or(ps.blocked_until is not null) as is_blocked
        from poll_subscriptions s join polls p on p.id = s.poll_id
        left join provider_states ps on ps.provider = p.provider
        where s.subscriber_id = c.id and s.ended_at is null
        group by is_lookup, p.provider, asked_seconds, p.interval_seconds, p.last_success_at is null
      ) g
    ) p
    where w.user_id = ${query.user_id} and (${query.id}::uuid is null or w.id = ${query.id}::uuid)
      and (${query.watch_rule_id}::uuid is null
        or exists (select from matched l where l.discogs_release_id = w.discogs_release_id)
        or w.match_mode = 'master_release'
          and exists (select from matched l where l.discogs_master_id = w.discogs_master_id))
      and (${after?.id ?? null}::uuid is null
        or (w.created_at, w.id) < (${after?.created_at ?? null}::timestamptz, ${after?.id ?? null}::uuid))
    order by w.created_at desc, w.id desc
    limit ${query.page.limit + 1} offset ${query.page.offset}`;
}
