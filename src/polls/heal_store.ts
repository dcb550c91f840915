import { LEASE_SECONDS } from "../platform/lease.ts";
import { CLOCKS_APART_SECONDS } from "../platform/clock.ts";
import type { Sql } from "../platform/sql.ts";
import { LONGEST_BACKOFF_SECONDS } from "../providers/backoff.ts";

/** Pages of the table read in one statement: some ten thousand polls. */
const PAGES = 500;

/**
 * Makes polls due at `now` whose times no clock like this one can have written: the next run later than their interval, or
 * after a failure than the longest wait; a run, a lease or a postponement from the future. Gives how many. Reads all polls
 * as they lie in the table, in statements that hold nothing from one to the next; one that is locked or written meanwhile
 * may be left for the next time.
 */
export async function healPolls(sql: Sql, now: Date): Promise<number> {
  const pages = await countPages(sql);
  let count = 0;
  for (let from = 0; from < pages; from += PAGES) count += await healPages(sql, { from, now });
  return count;
}

async function countPages(sql: Sql): Promise<number> {
  const rows = await sql<{ count: number }>`
    select pg_relation_size('polls') / current_setting('block_size')::bigint as count`;
  return rows[0]!.count; // safe: it has no from
}

/** Heals polls on PAGES pages of the table; gives how many. */
async function healPages(sql: Sql, { from, now }: { from: number; now: Date }): Promise<number> {
  const rows = await sql`
    with ahead as (
      select id from polls
      where ctid >= ${`(${from},0)`}::tid and ctid < ${`(${from + PAGES},0)`}::tid
        and interval_seconds is not null and (
          greatest(last_success_at, last_error_at) > ${now}::timestamptz + make_interval(secs => ${CLOCKS_APART_SECONDS})
          or lease_until > ${now}::timestamptz + make_interval(secs => ${
    CLOCKS_APART_SECONDS + LEASE_SECONDS
  })
          or not_before > ${now}::timestamptz + make_interval(
            secs => ${CLOCKS_APART_SECONDS + LONGEST_BACKOFF_SECONDS})
          or next_poll_at > ${now}::timestamptz + make_interval(secs => ${CLOCKS_APART_SECONDS} + case
            when last_error_at > coalesce(last_success_at, '-infinity') then ${LONGEST_BACKOFF_SECONDS}
            else interval_seconds end))
      for no key update skip locked
    )
    update polls set
      next_poll_at = ${now}, lease_until = null, not_before = null,
      last_success_at = case when last_success_at > ${now} then ${now} else last_success_at end,
      last_error_at = case when last_error_at > ${now} then ${now} else last_error_at end
    where id = any(array(select id from ahead))
    returning id`;
  return rows.length;
}
