/** Releases of the catalogue whose floors a watch needs: table floor_candidates. */
import type { Sql } from "../platform/sql.ts";
import type { Listing } from "../listings/schema.ts";

/** Floors that one watch polls beside those it asks for by itself; a broad search would else eat everybody's quota. */
export const MAX_FLOORS = 20;

/** What is needed of a listing of the catalogue. */
export type FoundRelease = Pick<Listing, "provider" | "discogs_release_id">;

/** One release a watch needs the floor of. */
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
 * Keeps candidates of watches that have less than MAX_FLOORS; known ones stay as they are, and those of a watch that was
 * deleted meanwhile are dropped. A few too many may be kept when two polls find at once: settling counts under lock.
 * Call it after publishing, which locks rules more strongly.
 */
export async function insertFloorCandidates(
  tx: Sql,
  candidates: readonly FloorCandidate[],
  now: Date,
): Promise<void> {
  if (candidates.length === 0) return;
  await tx`
    insert into floor_candidates (compiled_rule_id, provider, discogs_release_id, created_at)
    select r.compiled_rule_id, r.provider, r.discogs_release_id, ${now}
    from jsonb_to_recordset(${JSON.stringify(candidates)}::text::jsonb) as r(
      compiled_rule_id uuid, provider text, discogs_release_id bigint)
    join compiled_rules c on c.id = r.compiled_rule_id and c.active
    where (select count(*) from floor_candidates f where f.compiled_rule_id = r.compiled_rule_id) < ${MAX_FLOORS}
    order by r.compiled_rule_id, r.provider, r.discogs_release_id
    for key share of c
    on conflict do nothing`;
}

/** Watches with candidates that wait, the longest waiting first. */
export async function findUnsettledWatches(
  sql: Sql,
  limit: number,
): Promise<{ id: string; user_id: string }[]> {
  return await sql<{ id: string; user_id: string }>`
    select c.id, c.user_id from floor_candidates f join compiled_rules c on c.id = f.compiled_rule_id
    where f.settled_at is null
    group by c.id order by min(f.created_at) limit ${limit}`;
}

/** The candidates of a watch whose floors are polled: the MAX_FLOORS found first, of those the newest releases. */
export function findFloorCandidates(sql: Sql, compiledRuleId: string): Promise<FloorCandidate[]> {
  return sql<FloorCandidate>`
    select compiled_rule_id, provider, discogs_release_id from floor_candidates
    where compiled_rule_id = ${compiledRuleId}
    order by created_at, discogs_release_id desc, provider
    limit ${MAX_FLOORS}`;
}

/** Notes that the waiting candidates of a watch are dealt with. */
export async function settleFloorCandidates(tx: Sql, compiledRuleId: string, now: Date): Promise<void> {
  await tx`
    update floor_candidates set settled_at = ${now}
    where compiled_rule_id = ${compiledRuleId} and settled_at is null`;
}

/** Forgets what a watch's search found, because it begins anew or ends. */
export async function deleteFloorCandidates(tx: Sql, compiledRuleId: string): Promise<void> {
  await tx`delete from floor_candidates where compiled_rule_id = ${compiledRuleId}`;
}
