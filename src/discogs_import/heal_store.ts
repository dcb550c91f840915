import { CLOCKS_APART_SECONDS } from "../platform/clock.ts";
import { LEASE_SECONDS } from "../platform/lease.ts";
import type { Sql } from "../platform/sql.ts";
import { LONGEST_BACKOFF_SECONDS } from "../providers/backoff.ts";

/** Longest time until lists are read by themselves again. */
const LONGEST_SYNC_SECONDS = 2 * 3_600;

/**
 * Makes imports due at `now` whose times no clock like this one can have written, and lists to be read by themselves due
 * that were planned so. Gives how many of both.
 */
export async function healImports(sql: Sql, now: Date): Promise<number> {
  const jobs = await sql`
    update import_jobs set next_attempt_at = ${now}, lease_until = null, updated_at = least(updated_at, ${now})
    where status in ('pending', 'running') and (
      updated_at > ${now}::timestamptz + make_interval(secs => ${CLOCKS_APART_SECONDS})
      or lease_until > ${now}::timestamptz + make_interval(secs => ${CLOCKS_APART_SECONDS + LEASE_SECONDS})
      or next_attempt_at > ${now}::timestamptz + make_interval(
        secs => ${CLOCKS_APART_SECONDS + LONGEST_BACKOFF_SECONDS}))
    returning id`;
  const links = await sql`
    update linked_accounts set next_sync_at = ${now}
    where sync <> 'off' and next_sync_at > ${now}::timestamptz + make_interval(
      secs => ${CLOCKS_APART_SECONDS + LONGEST_SYNC_SECONDS})
    returning user_id`;
  return jobs.length + links.length;
}
