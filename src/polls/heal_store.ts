import { LEASE_SECONDS } from "../platform/lease.ts";
import { CLOCKS_APART_SECONDS } from "../platform/clock.ts";
import type { Sql } from "../platform/sql.ts";
import { LONGEST_BACKOFF_SECONDS } from "../providers/backoff.ts";

/** Polls looked at in one statement. */
const PAGE = 5_000;
const LEAST_ID = "00000000-0000-0000-0000-000000000000";

/**
 * Makes polls due at `now` whose times no clock like this one can have written: the next run later than their interval, or
 * after a failure than the longest wait; a run, a lease or a postponement from the future. Gives how many. Reads all polls,
 * in pages, each a short transaction of its own; one that is locked meanwhile is left for the next time.
 */
export async function healPolls(sql: Sql, now: Date): Promise<number> {
  let count = 0;
  let afterId: string | null = LEAST_ID;
  do {
    const page: HealedPage = await healPage(sql, { afterId, now });
    count += page.healed;
    afterId = page.read === PAGE ? page.last_id : null;
  } while (afterId !== null);
  return count;
}

/** Of one page the polls read and healed, and the last of it; null: it was empty. */
interface HealedPage {
  read: number;
  healed: number;
  last_id: string | null;
}

async function healPage(
  sql: Sql,
  { afterId, now }: { afterId: string; now: Date },
): Promise<HealedPage> {
  const rows = await sql<HealedPage>`
    with page as (
      select id from polls
      where id > ${afterId}::uuid
      order by id limit ${PAGE}
    ), ahead as (
      select id from polls
      where id = any(array(select id from page)) and interval_seconds is not null and (
        greatest(last_success_at, last_error_at) > ${now}::timestamptz + make_interval(secs => ${CLOCKS_APART_SECONDS})
        or lease_until > ${now}::timestamptz + make_interval(secs => ${CLOCKS_APART_SECONDS + LEASE_SECONDS})
        or not_before > ${now}::timestamptz + make_interval(
          secs => ${CLOCKS_APART_SECONDS + LONGEST_BACKOFF_SECONDS})
        or next_poll_at > ${now}::timestamptz + make_interval(secs => ${CLOCKS_APART_SECONDS} + case
          when last_error_at > coalesce(last_success_at, '-infinity') then ${LONGEST_BACKOFF_SECONDS}
          else interval_seconds end))
      for no key update skip locked
    ), healed as (
      update polls p set
        next_poll_at = ${now}, lease_until = null, not_before = null,
        last_success_at = case when p.last_success_at > ${now} then ${now} else p.last_success_at end,
        last_error_at = case when p.last_error_at > ${now} then ${now} else p.last_error_at end
      where id = any(array(select id from ahead))
      returning p.id
    )
    select (select count(*) from page) as read, (select count(*) from healed) as healed,
      (select id from page order by id desc limit 1) as last_id`;
  return rows[0]!; // safe: it has no from
}
