import { LEASE_SECONDS } from "../platform/lease.ts";
import { CLOCKS_APART_SECONDS } from "../platform/clock.ts";
import type { Sql } from "../platform/sql.ts";
import { LONGEST_BACKOFF_SECONDS } from "../providers/backoff.ts";

/** Polls changed in one statement. */
const PAGE = 5_000;

/**
 * Makes polls due at `now` whose times no clock like this one can have written: the next run later than their interval, or
 * after a failure than the longest wait; a run, a lease or a postponement from the future. Gives how many. Reads all polls.
 */
export async function healPolls(sql: Sql, now: Date): Promise<number> {
  let count = 0;
  let found: number;
  do {
    const rows = await sql`
      with ahead as (
        select id from polls
        where interval_seconds is not null and (
          greatest(last_success_at, last_error_at) > ${now}::timestamptz + make_interval(secs => ${CLOCKS_APART_SECONDS})
          or lease_until > ${now}::timestamptz + make_interval(secs => ${
      CLOCKS_APART_SECONDS + LEASE_SECONDS
    })
          or not_before > ${now}::timestamptz + make_interval(
            secs => ${CLOCKS_APART_SECONDS + LONGEST_BACKOFF_SECONDS})
          or next_poll_at > ${now}::timestamptz + make_interval(secs => ${CLOCKS_APART_SECONDS} + case
            when last_error_at > coalesce(last_success_at, '-infinity') then ${LONGEST_BACKOFF_SECONDS}
            else interval_seconds end))
        limit ${PAGE} for no key update skip locked
      )
      update polls p set
        next_poll_at = ${now}, lease_until = null, not_before = null,
        last_success_at = case when p.last_success_at > ${now} then ${now} else p.last_success_at end,
        last_error_at = case when p.last_error_at > ${now} then ${now} else p.last_error_at end
      from ahead where p.id = ahead.id
      returning p.id`;
    found = rows.length;
    count += found;
  } while (found === PAGE);
  return count;
}
