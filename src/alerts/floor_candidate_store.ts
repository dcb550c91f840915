/** Releases of the catalogue whose floors a watch needs: table floor_candidates. */
import type { Sql } from "../platform/sql.ts";
import type { Listing } from "../listings/schema.ts";

/** Releases kept for one watch, of which its floors are chosen: more than the versions of nearly every record. */
export const MAX_CANDIDATES = 500;

/** What is needed of a listing of the catalogue. */
export type FoundRelease = Pick<Listing, "provider" | "discogs_release_id">;

/** One release a watch may need the floor of. */
export interface FloorCandidate {
  compiled_rule_id: string;
  provider: string;
  discogs_release_id: number;
}

/** The candidates that these listings of the catalogue are for one watch; those without a number are none. */
export function candidatesOf(compiledRuleId: string, releases: readonly FoundRelease[]): FloorCandidate[] {
  return releases.flatMap(({ provider, discogs_release_id: id }) =>
    id === null ? [] : [{ compiled_rule_id: compiledRuleId, provider, discogs_release_id: id }]
  );
}

/**
 * Keeps candidates of watches that have less than MAX_CANDIDATES; known ones stay as they are, and those of a watch that
 * was deleted meanwhile are dropped. The last find may go over the limit, by what it found. Call it after publishing,
 * which locks rules more strongly.
 */
export async function insertFloorCandidates(
  tx: Sql,
  candidates: readonly FloorCandidate[],
  now: Date,
): Promise<void> {
  if (candidates.length === 0) return;
  const watches = [...new Set(candidates.map((one) => one.compiled_rule_id))];
  await tx`
    with held as (
      select compiled_rule_id, count(*) as count from floor_candidates
      where compiled_rule_id = any(${watches}::uuid[]) group by compiled_rule_id
    )
    insert into floor_candidates (compiled_rule_id, provider, discogs_release_id, created_at)
    select r.compiled_rule_id, r.provider, r.discogs_release_id, ${now}
    from jsonb_to_recordset(${JSON.stringify(candidates)}::text::jsonb) as r(
      compiled_rule_id uuid, provider text, discogs_release_id bigint)
    join compiled_rules c on c.id = r.compiled_rule_id and c.active
    left join held h on h.compiled_rule_id = r.compiled_rule_id
    where coalesce(h.count, 0) < ${MAX_CANDIDATES}
    order by r.compiled_rule_id, r.provider, r.discogs_release_id
    for key share of c
    on conflict do nothing`;
}

/** A watch with candidates that wait. */
export interface UnsettledWatch {
  id: string;
  user_id: string;
  owner_kind: "watch_rule" | "watch_release";
}

/** Watches with candidates of these providers that wait, the longest waiting first. */
export async function findUnsettledWatches(
  sql: Sql,
  { providers, limit }: { providers: readonly string[]; limit: number },
): Promise<UnsettledWatch[]> {
  return await sql<UnsettledWatch>`
    select c.id, c.user_id, c.owner_kind from floor_candidates f join compiled_rules c on c.id = f.compiled_rule_id
    where f.settled_at is null and f.provider = any(${providers}::text[])
    group by c.id order by min(f.created_at) limit ${limit}`;
}

/** All candidates of a watch. */
export function findFloorCandidates(sql: Sql, compiledRuleId: string): Promise<FloorCandidate[]> {
  return sql<FloorCandidate>`
    select compiled_rule_id, provider, discogs_release_id from floor_candidates
    where compiled_rule_id = ${compiledRuleId}
    order by provider, discogs_release_id`;
}

/**
 * Notes that these candidates of a watch are dealt with, as far as they are of these providers: those of others, which
 * cannot be asked now, wait, though they had been dealt with before. One that came meanwhile waits on.
 */
export async function settleFloorCandidates(
  tx: Sql,
  { id, candidates, providers, now }: {
    id: string;
    candidates: readonly FloorCandidate[];
    providers: readonly string[];
    now: Date;
  },
): Promise<void> {
  await tx`
    update floor_candidates f set settled_at = case when f.provider = any(${providers}::text[]) then ${now}::timestamptz end
    from jsonb_to_recordset(${JSON.stringify(candidates)}::text::jsonb) as r(
      provider text, discogs_release_id bigint)
    where f.compiled_rule_id = ${id} and (f.settled_at is null) = (f.provider = any(${providers}::text[]))
      and f.provider = r.provider and f.discogs_release_id = r.discogs_release_id`;
}

/**
 * Lets the candidates of a watch, which this transaction has locked, be dealt with again, because it asks for their floors
 * more or less often than before.
 */
export async function unsettleFloorCandidates(tx: Sql, compiledRuleId: string): Promise<void> {
  await tx`
    update floor_candidates set settled_at = null
    where compiled_rule_id = ${compiledRuleId} and settled_at is not null`;
}

/** Forgets what a watch's search found, because it begins anew or ends. */
export async function deleteFloorCandidates(tx: Sql, compiledRuleId: string): Promise<void> {
  await tx`delete from floor_candidates where compiled_rule_id = ${compiledRuleId}`;
}
