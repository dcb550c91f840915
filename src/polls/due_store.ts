import type { Sql } from "../platform/sql.ts";

/** Most sources of which polls are claimed in one go; the rest follows at once. */
const MAX_SOURCES = 200;

/** A source that is due; `failed`: when it was asked the last time. */
export interface DueSource {
  provider: string;
  failed: boolean;
}

/**
 * Added sources of these families that have a poll due at `now` which nobody works on, the latest first, and of each host
 * the latest alone: a host whose many sources are all late hides no other. Of added sources no list is kept, so only those
 * that are due are ever looked at.
 */
export function findDueSources(
  sql: Sql,
  { now, families }: { now: Date; families: readonly string[] },
): Promise<DueSource[]> {
  return sql<DueSource>`
    select provider, failed from (
      select distinct on (host) provider, failed, due_at from (
        select p.provider, p.next_poll_at as due_at, p.failures > 0 or s.blocked_until is not null as failed,
          regexp_replace(split_part(p.provider, ':', 2), '(?<!(^|\\.)xn)--[^.]*$|-[0-9a-f]{10}$', '') as host
        from polls p left join provider_states s on s.provider = p.provider
        where p.interval_seconds is not null and p.next_poll_at <= ${now} and p.provider like '%:%'
          and split_part(p.provider, ':', 1) = any(${families}::text[])
          and (p.not_before is null or p.not_before <= ${now})
          and (p.lease_until is null or p.lease_until <= ${now})
          and (s.blocked_until is null or s.blocked_until <= ${now})
      ) due
      order by host, due_at
    ) hosts
    order by due_at limit ${MAX_SOURCES}`;
}
