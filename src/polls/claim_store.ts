/** Which poll runs when, and in whose hands it is. */
import { LEASE_SECONDS, SWEEP_SECONDS } from "../platform/lease.ts";
import type { Sql } from "../platform/sql.ts";

/** How many polls of a provider may be claimed. */
export interface Room {
  provider: string;
  room: number;
}

/**
 * Claims up to `limit` polls due at `now` for LEASE_SECONDS and raises their lease token: of each provider in `rooms` no
 * more than its room, and after a block the one that probes. Where there is more to do than calls, who is latest for his
 * pace goes first, so that all intervals stretch alike; gives them in this order. `skip locked` keeps two dispatchers off
 * one poll; an expired lease is due again.
 *
 * Among polls of one pace the latest is the one that was due first, so the first few of each pace, read from the index,
 * hold the latest of all, whatever number of polls is due. They say how many of each pace are claimed; these are locked
 * then, so that a dispatcher that finds some of them taken takes the next ones. Each part is ordered as its index is, for
 * among thousands of sources the planner takes every provider for one of few polls, and any index for as good.
 */
export function claimDuePolls(
  sql: Sql,
  { now, limit, rooms }: { now: Date; limit: number; rooms: readonly Room[] },
): Promise<{ id: string; token: number; provider: string }[]> {
  return sql<{ id: string; token: number; provider: string }>`
    with recursive open as (
      select r.provider, case when s.blocked_until is null then r.room else least(r.room, 1) end as room
      from unnest(${rooms.map((one) => one.provider)}::text[], ${rooms.map((one) => one.room)}::int[])
        as r(provider, room)
      left join provider_states s on s.provider = r.provider
      where s.blocked_until is null
        or (s.blocked_until <= ${now} and (s.probe_until is null or s.probe_until <= ${now}))
    ), paces as (
      select provider, room, 0 as pace from open
      union all
      select o.provider, o.room, (
        select p.pace_seconds from polls p
        where p.provider = o.provider and p.interval_seconds is not null and p.pace_seconds > o.pace
        order by p.pace_seconds limit 1
      )
      from paces o where o.pace is not null
    ), latest as (
      select o.provider, o.pace, o.room, p.lateness,
        row_number() over (partition by o.provider order by p.lateness desc, o.pace) as place
      from paces o cross join lateral (
        select extract(epoch from ${now}::timestamptz - p.next_poll_at) / o.pace as lateness
        from polls p
        where p.provider = o.provider and p.interval_seconds is not null and p.pace_seconds = o.pace
          and p.next_poll_at <= ${now} and (p.not_before is null or p.not_before <= ${now})
          and (p.lease_until is null or p.lease_until <= ${now})
        order by p.next_poll_at
        limit o.room
      ) p
    ), shares as (
      select provider, pace, count(*) as share
      from (select provider, pace from latest where place <= room order by lateness desc, pace limit ${limit}) l
      group by provider, pace
    ), due as (
      select p.id, h.pace, extract(epoch from ${now}::timestamptz - p.next_poll_at) / h.pace as lateness
      from shares h cross join lateral (
        select p.id, p.next_poll_at
        from polls p
        where p.provider = h.provider and p.interval_seconds is not null and p.pace_seconds = h.pace
          and p.next_poll_at <= ${now} and (p.not_before is null or p.not_before <= ${now})
          and (p.lease_until is null or p.lease_until <= ${now})
        order by p.next_poll_at
        limit h.share
        for update of p skip locked
      ) p
    ), claimed as (
      update polls p
      set lease_until = ${now}::timestamptz + make_interval(secs => ${LEASE_SECONDS}), lease_token = p.lease_token + 1
      where p.id = any(array(select id from due))
      returning p.id, p.lease_token as token, p.provider
    )
    select c.id, c.token, c.provider from claimed c join due d on d.id = c.id order by d.lateness desc, d.pace`;
}

/** Polls of these families that are due at `now`, and how many of them for more than a minute; for who watches over it. */
export async function countDuePolls(
  sql: Sql,
  { now, families }: { now: Date; families: readonly string[] },
): Promise<{ due: number; late: number }> {
  const rows = await sql<{ due: number; late: number }>`
    select count(*) as due, count(*) filter (where next_poll_at <= ${now}::timestamptz - interval '1 minute') as late
    from polls
    where interval_seconds is not null and next_poll_at <= ${now} 
      and split_part(provider, ':', 1) = any(${families}::text[])`;
  return rows[0]!; // safe: an aggregate gives one row
}

/**
 * When the first poll of these families becomes due after `after`, leases and back-off considered; null: none within
 * SWEEP_SECONDS. Nobody waits longer than that, and to look further, or for those that were put off, is to read all polls.
 * Ordered as claimDuePolls() is, and why.
 */
export async function nextPollDueAt(
  sql: Sql,
  { after, families }: { after: Date; families: readonly string[] },
): Promise<Date | null> {
  const rows = await sql<{ due_at: Date | null }>`
    with next as (
      select p.provider, p.at
      from unnest(${families}::text[]) as f(family) cross join lateral (
        select p.provider, greatest(p.next_poll_at, p.lease_until, p.not_before) as at
        from polls p
        where p.provider = f.family and p.interval_seconds is not null and p.next_poll_at > ${after}
          and p.next_poll_at <= ${after}::timestamptz + make_interval(secs => ${SWEEP_SECONDS})
        order by p.next_poll_at
      ) p
      union all
      select p.provider, greatest(p.next_poll_at, p.lease_until, p.not_before)
      from polls p
      where p.host is not null and split_part(p.provider, ':', 1) = any(${families}::text[])
        and p.interval_seconds is not null and p.next_poll_at > ${after}
        and p.next_poll_at <= ${after}::timestamptz + make_interval(secs => ${SWEEP_SECONDS})
    )
    select min(greatest(n.at, s.blocked_until, s.probe_until)) as due_at
    from next n left join provider_states s on s.provider = n.provider`;
  return rows[0]?.due_at ?? null;
}

/** Claims one poll now, due or not; null while somebody else has it. */
export async function claimPoll(
  sql: Sql,
  input: { id: string; now: Date },
): Promise<{ id: string; token: number } | null> {
  const rows = await sql<{ id: string; token: number }>`
    update polls
    set lease_until = ${input.now}::timestamptz + make_interval(secs => ${LEASE_SECONDS}), lease_token = lease_token + 1
    where id = ${input.id} and (lease_until is null or lease_until <= ${input.now})
    returning id, lease_token as token`;
  return rows[0] ?? null;
}

/**
 * A run that may not call its provider before `until`: the lease is given back, and it stays as late as it is, which
 * puts it before others then. Null: it was run out of turn, and its plan stays. False when the token is no longer the
 * poll's.
 */
export async function postponePoll(
  sql: Sql,
  input: { id: string; token: number; until: Date | null },
): Promise<boolean> {
  const rows = await sql`
    update polls set not_before = coalesce(${input.until}, not_before), lease_until = null
    where id = ${input.id} and lease_token = ${input.token} and lease_until is not null
    returning id`;
  return rows.length === 1;
}
