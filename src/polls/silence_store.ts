/** Since when repeated searches succeed no more. What is missing is measured by who waits for it, not by who is strictest. */
import type { Sql } from "../platform/sql.ts";

/** How long a subscriber has to wait in vain, as data: so many of his intervals, and at least so long. */
export interface Patience {
  intervals: number;
  shortestSeconds: number;
}

/** How the searches of one provider fare. */
export interface ProviderSilence {
  provider: string;
  /** Newest success of a live poll; null: there is none, or no live poll. */
  answered_at: Date | null;
  /** Live polls; null: not counted, because one succeeded lately. */
  polls: number | null;
  /** The strictest interval of these. */
  interval_seconds: number | null;
  /** Since when the first of the subscribers waits. */
  missing_since: Date | null;
  /** When the first of them has waited too long. */
  overdue_at: Date | null;
  /** The newest error after which nothing succeeded, as "kind: message"; null: none failed. */
  last_error: string | null;
}

/**
 * How the live polls of each provider fare. Those of a provider that answered after `answeredAfter` are not looked at.
 * Who subscribed lately, or whose poll was planned anew lately without a failure, begins to wait then: a poll that
 * nobody wanted for a week has not been silent for a week.
 */
export function readSilence(
  sql: Sql,
  query: { providers: readonly string[]; answeredAfter: Date; patience: Patience },
): Promise<ProviderSilence[]> {
  const { providers, answeredAfter, patience } = query;
  return sql<ProviderSilence>`
    select n.provider, n.answered_at, d.polls, d.interval_seconds, d.missing_since, d.overdue_at, d.last_error
    from (
      select e.provider, (
        select max(p.last_success_at) from polls p where p.provider = e.provider and p.interval_seconds is not null
      ) as answered_at
      from unnest(${providers}::text[]) as e(provider)
    ) n
    left join lateral (
      select count(distinct p.id) as polls, min(p.interval_seconds) as interval_seconds,
        min(m.since) as missing_since,
        min(m.since + make_interval(
          secs => greatest(${patience.intervals} * s.interval_seconds, ${patience.shortestSeconds}))) as overdue_at,
        (array_agg(p.last_error order by p.last_error_at desc) filter (
          where p.last_error_at > coalesce(p.last_success_at, '-infinity')))[1] as last_error
      from polls p
      join poll_subscriptions s on s.poll_id = p.id and s.ended_at is null
      cross join lateral (select greatest(p.last_success_at, s.started_at, case
        when p.last_error_at is null or p.last_error_at <= p.last_success_at
          then p.next_poll_at - make_interval(secs => s.interval_seconds)
      end) as since) m
      where p.provider = n.provider and p.interval_seconds is not null
    ) d on n.answered_at is null or n.answered_at <= ${answeredAfter}::timestamptz
    order by n.provider`;
}

/** Sources of these families that have live polls; marketplaces have no family. */
export async function listPolledSources(sql: Sql, families: readonly string[]): Promise<string[]> {
  const rows = await sql<{ provider: string }>`
    select distinct provider from polls
    where interval_seconds is not null and provider like '%:%'
      and split_part(provider, ':', 1) = any(${families}::text[])
    order by provider`;
  return rows.map(({ provider }) => provider);
}

/** A poll that keeps answering what cannot be read. */
export interface FailingPoll {
  poll_id: string;
  provider: string;
  missing_since: Date;
  overdue_at: Date;
}

/** Live polls whose last run failed by its answer alone and whose first subscriber has waited too long by `overdueBy`. */
export function findFailingPolls(
  sql: Sql,
  query: { providers: readonly string[]; overdueBy: Date; patience: Patience; limit: number },
): Promise<FailingPoll[]> {
  const { providers, overdueBy, patience, limit } = query;
  return sql<FailingPoll>`
    select p.id as poll_id, p.provider, m.missing_since, m.overdue_at
    from polls p
    cross join lateral (
      select min(greatest(p.last_success_at, s.started_at)) as missing_since,
        min(greatest(p.last_success_at, s.started_at) + make_interval(
          secs => greatest(${patience.intervals} * s.interval_seconds, ${patience.shortestSeconds}))) as overdue_at
      from poll_subscriptions s where s.poll_id = p.id and s.ended_at is null
    ) m
    where p.provider = any(${providers}::text[]) and p.interval_seconds is not null
      and p.last_error like 'bad_response:%' and (p.last_success_at is null or p.last_error_at > p.last_success_at)
      and m.overdue_at <= ${overdueBy}
    order by m.overdue_at, p.id
    limit ${limit}`;
}

/** How single polls fare now. */
export interface PollOutcome {
  id: string;
  is_live: boolean;
  last_success_at: Date | null;
  /** Its last run failed. */
  is_failing: boolean;
}

/** How these polls fare; one that is gone is left out. */
export function readPollOutcomes(sql: Sql, ids: readonly string[]): Promise<PollOutcome[]> {
  return sql<PollOutcome>`
    select id, interval_seconds is not null as is_live, last_success_at,
      coalesce(last_error_at > coalesce(last_success_at, '-infinity'), false) as is_failing
    from polls where id = any(${ids}::uuid[])`;
}
