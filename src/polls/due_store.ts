import type { Sql } from "../platform/sql.ts";

/** Most sources of which polls are claimed in one go; the rest follows at once. */
const MAX_SOURCES = 200;

/**
 * Providers of these families that have a poll due at `now` which nobody works on, the latest first. Of added sources no
 * list is kept, so only those that are due are ever looked at.
 */
export async function findDueSources(
  sql: Sql,
  { now, families }: { now: Date; families: readonly string[] },
): Promise<string[]> {
  const rows = await sql<{ provider: string }>`
    select p.provider
    from polls p left join provider_states s on s.provider = p.provider
    where p.interval_seconds is not null and p.next_poll_at <= ${now} and p.provider like '%:%'
      and split_part(p.provider, ':', 1) = any(${families}::text[])
      and (p.not_before is null or p.not_before <= ${now})
      and (p.lease_until is null or p.lease_until <= ${now})
      and (s.blocked_until is null or s.blocked_until <= ${now})
    group by p.provider order by min(p.next_poll_at) limit ${MAX_SOURCES}`;
  return rows.map(({ provider }) => provider);
}
