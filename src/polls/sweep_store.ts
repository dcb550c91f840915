import type { Sql } from "../platform/sql.ts";

/** Complete sweeps of one poll that must miss an item before it counts as ended: a page read while it moves can skip one. */
export const SWEEPS_TO_END = 2;

/**
 * Counts a complete sweep that began at `startedAt` against every live item that it did not read. An item that anybody
 * has seen since the first sweep that missed it begins to count anew. Ended listings are left alone, so that the cost
 * is that of the live ones.
 */
export async function countMissedItems(
  tx: Sql,
  input: { poll_id: string; run: number; startedAt: Date },
): Promise<void> {
  await tx`
    update poll_items i set
      missed_sweeps = case when l.observed_at < i.missed_since then i.missed_sweeps + 1 else 1 end,
      missed_since = case when l.observed_at < i.missed_since then i.missed_since else ${input.startedAt}::timestamptz end
    from listings l
    where i.poll_id = ${input.poll_id} and i.last_seen_run < ${input.run}
      and l.id = i.listing_id and l.status = 'active' and l.observed_at < ${input.startedAt}`;
}

/** Live listings that enough complete sweeps of this poll missed, with the time since when nobody must have seen them. */
export function findUnseenListings(sql: Sql, pollId: string): Promise<{ id: string; missed_since: Date }[]> {
  return sql<{ id: string; missed_since: Date }>`
    select l.id, i.missed_since
    from poll_items i join listings l on l.id = i.listing_id
    where i.poll_id = ${pollId} and i.missed_since is not null and i.missed_sweeps >= ${SWEEPS_TO_END}
      and l.status = 'active' and l.observed_at < i.missed_since`;
}
