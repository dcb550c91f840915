import { CLOCKS_APART_SECONDS } from "../platform/clock.ts";
import type { Sql } from "../platform/sql.ts";
import { LONGEST_BACKOFF_SECONDS } from "./backoff.ts";

/**
 * Ends blocks at `now` that no clock like this one can have set: longer than the longest, or of a provider that was asked
 * in the future. One call is then let through first. Gives how many providers.
 */
export async function healProviderStates(sql: Sql, now: Date): Promise<number> {
  const rows = await sql`
    update provider_states set
      blocked_until = case when blocked_until > ${now} then ${now} else blocked_until end,
      probe_until = case when probe_until > ${now} then ${now} else probe_until end,
      last_success_at = case when last_success_at > ${now} then ${now} else last_success_at end,
      last_error_at = case when last_error_at > ${now} then ${now} else last_error_at end
    where greatest(last_success_at, last_error_at, probe_until)
        > ${now}::timestamptz + make_interval(secs => ${CLOCKS_APART_SECONDS})
      or blocked_until > ${now}::timestamptz + make_interval(secs => ${
    CLOCKS_APART_SECONDS + LONGEST_BACKOFF_SECONDS
  })
    returning provider`;
  return rows.length;
}
