/** Permits leased by all processes: table rate_limits. */
import { addSeconds } from "./clock.ts";
import type { Sql } from "./sql.ts";

/** No span of this length ever sees more requests than the limit. */
export const WINDOW_SECONDS = 60;
/** How long leased permits may be used: what is left of them then goes back with the next lease. */
export const LEASE_SECONDS = 5;
/**
 * Seconds for which a leased permit counts. A permit leased in second 0 may be used LEASE_SECONDS later and must count for
 * a window from then on; one second more because slots are whole seconds, one more for clocks that differ by as much.
 */
export const COUNTED_SECONDS = WINDOW_SECONDS + LEASE_SECONDS + 1 + 1;

/** What a process asks for: up to `wanted` permits of a key that may have `limit` in any window. */
export interface LeaseRequest {
  scope: string;
  key: string;
  limit: number;
  wanted: number;
  /** Permits of the process's last lease that were not used and never will be. */
  unused: { slot: number; count: number };
}

/** What it got: 0 permits when none is left. */
export interface Lease {
  granted: number;
  /** Permits of the key that nobody has leased. */
  left: number;
  /** When the first permit that counts now no longer will. */
  nextFreeAt: Date;
}

/** The slot that `at` lies in. */
export function slotOf(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}

/**
 * Takes back what a process did not use and leases it new permits, as many as are left of those it wants, in the order
 * of the requests, whose keys differ. A row's lock makes processes wait for each other, so together they never have
 * more than the limit; all lock in one order.
 */
export async function leasePermits(
  sql: Sql,
  { requests, now }: { requests: readonly LeaseRequest[]; now: Date },
): Promise<Lease[]> {
  const slot = slotOf(now);
  const asked = requests.map(({ unused, ...request }) => ({
    ...request,
    unused_slot: unused.slot,
    unused_count: unused.count,
  }));
  const rows = await sql<{ scope: string; key: string; granted: number; taken: number; oldest: number }>`
    with asked as materialized (
      select scope, key, "limit", least(wanted, "limit") as wanted, unused_slot, unused_count
      from jsonb_to_recordset(${JSON.stringify(asked)}::text::jsonb) as r(
        scope text, key text, "limit" int, wanted int, unused_slot bigint, unused_count int)
    )
    insert into rate_limits as r (scope, key, slots, counts, granted, expires_at)
    select scope, key, array[${slot}::bigint], array[wanted], wanted, ${addSeconds(now, COUNTED_SECONDS)}
    from asked order by scope, key
    on conflict (scope, key) do update set
      (slots, counts, granted) = (
        with mine as (
          select * from asked where asked.scope = r.scope and asked.key = r.key
        ), kept as (
          select t.slot, t.count - case when t.slot = unused_slot then least(t.count, unused_count) else 0 end as count
          from mine, unnest(r.slots, r.counts) as t(slot, count)
          where t.slot > ${slot - COUNTED_SECONDS}::bigint
        ), lease as (
          select least(wanted, greatest("limit" - coalesce((select sum(count) from kept), 0), 0))::int as granted
          from mine
        ), merged as (
          select slot, sum(count)::int as count
          from (select slot, count from kept union all select ${slot}::bigint, granted from lease) as counted
          group by slot having sum(count) > 0
        )
        select array_agg(slot order by slot), array_agg(count order by slot), (select granted from lease) from merged
      ),
      expires_at = greatest(r.expires_at, excluded.expires_at)
    returning scope, key, granted, slots[1] as oldest, (select sum(count)::int from unnest(counts) as t(count)) as taken`;
  const byName = new Map(rows.map((row) => [`${row.scope} ${row.key}`, row]));
  return requests.map(({ scope, key, limit }) => {
    const { granted, taken, oldest } = byName.get(`${scope} ${key}`)!; // safe: an upsert gives all its rows
    const nextFreeAt = new Date((oldest + COUNTED_SECONDS) * 1000);
    return { granted, left: Math.max(0, limit - taken), nextFreeAt };
  });
}

/** Forgets keys of which nothing counts at `now`, but for those being leased; gives how many. */
export async function pruneRateLimits(sql: Sql, now: Date): Promise<number> {
  const rows = await sql`
    delete from rate_limits where (scope, key) in (
      select scope, key from rate_limits where expires_at <= ${now} for update skip locked
    ) returning 1`;
  return rows.length;
}
