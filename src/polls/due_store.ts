import type { Sql } from "../platform/sql.ts";

/** Most sources of which polls are claimed in one go; the rest follows at once. */
const MAX_SOURCES = 200;
/** Most polls of sources that are read for them, while no few hosts have more than that due. */
const MAX_READ = 5 * MAX_SOURCES;

/** A source that is due; `failed`: when it was asked the last time. */
export interface DueSource {
  provider: string;
  failed: boolean;
}

interface DueOptions {
  now: Date;
  families: readonly string[];
}

/**
 * Added sources of these families that have a poll due at `now` which nobody works on, the latest first, and of each host
 * the latest alone: a host whose many sources are all late hides no other. Of added sources no list is kept, so only those
 * that are due are ever looked at, and no more of them than are needed to find enough hosts.
 */
export async function findDueSources(sql: Sql, options: DueOptions): Promise<DueSource[]> {
  const first = await readDueHosts(sql, { ...options, limit: MAX_READ });
  const isEnough = first.length === MAX_SOURCES || (first[0]?.read ?? 0) < MAX_READ;
  return isEnough ? first : await readDueHosts(sql, { ...options, limit: null });
}

/** The latest of each host among the `limit` latest sources (null: all), and how many were read. */
function readDueHosts(
  sql: Sql,
  { now, families, limit }: DueOptions & { limit: number | null },
): Promise<(DueSource & { read: number })[]> {
  return sql<DueSource & { read: number }>`
    with due as (
      select p.provider, p.host, p.next_poll_at as due_at, p.failures > 0 or s.blocked_until is not null as failed
      from polls p left join provider_states s on s.provider = p.provider
      where p.interval_seconds is not null and p.host is not null and p.next_poll_at <= ${now}
        and split_part(p.provider, ':', 1) = any(${families}::text[])
        and (p.not_before is null or p.not_before <= ${now})
        and (p.lease_until is null or p.lease_until <= ${now})
        and (s.blocked_until is null or s.blocked_until <= ${now})
      order by p.next_poll_at
      limit ${limit}
    ), hosts as (
      select distinct on (host) provider, failed, due_at from due order by host, due_at
    )
    select provider, failed, (select count(*) from due) as read from hosts order by due_at limit ${MAX_SOURCES}`;
}
