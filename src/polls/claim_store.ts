/** Which poll runs when, and in whose hands it is. */
import { LEASE_SECONDS, SWEEP_SECONDS } from "../platform/lease.ts";
import type { Sql } from "../platform/sql.ts";

/** A poll that never ran is late as if it was asked for this often. */
const FIRST_RUN_SECONDS = 60;

/** How many polls of a provider may be claimed. */
export interface Room {
  provider: string;
  room: number;
}

/**
 * Claims up to `limit` polls due at `now` for LEASE_SECONDS and raises their lease token: of each provider in `rooms` no
 * more than its room, and after a block the one that probes. Where there is more to do than calls, who is latest for his
 * interval goes first, so that all intervals stretch alike; a poll that never ran counts as asked for every minute, for
 * somebody waits for his first hits. `skip locked` keeps two dispatchers off one poll; an expired lease is due again.
 */
export function claimDuePolls(
  sql: Sql,
  { now, limit, rooms }: { now: Date; limit: number; rooms: readonly Room[] },
): Promise<{ id: string; token: number; provider: string }[]> {
  return sql<{ id: string; token: number; provider: string }>`
    with open as (
      select r.provider, case when s.blocked_until is null then r.room else least(r.room, 1) end as room
      from unnest(${rooms.map((one) => one.provider)}::text[], ${rooms.map((one) => one.room)}::int[])
        as r(provider, room)
      left join provider_states s on s.provider = r.provider
      where s.blocked_until is null
        or (s.blocked_until <= ${now} and (s.probe_until is null or s.probe_until <= ${now}))
    ), due as (
      select p.id
      from open cross join lateral (
        select p.id, extract(epoch from ${now}::timestamptz - p.next_poll_at) / case
            when p.runs = 0 then least(p.interval_seconds, ${FIRST_RUN_SECONDS}) else p.interval_seconds
          end as lateness
        from polls p
        where p.provider = open.provider and p.interval_seconds is not null and p.next_poll_at <= ${now}
          and (p.not_before is null or p.not_before <= ${now})
          and (p.lease_until is null or p.lease_until <= ${now})
        order by lateness desc
        limit open.room
        for update of p skip locked
      ) p
      order by p.lateness desc
      limit ${limit}
    )
    update polls p
    set lease_until = ${now}::timestamptz + make_interval(secs => ${LEASE_SECONDS}), lease_token = p.lease_token + 1
    from due where p.id = due.id
    returning p.id, p.lease_token as token, p.provider`;
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
 */
export async function nextPollDueAt(
  sql: Sql,
  { after, families }: { after: Date; families: readonly string[] },
): Promise<Date | null> {
  const rows = await sql<{ due_at: Date | null }>`
    select min(due.at) as due_at
    from polls p left join provider_states s on s.provider = p.provider
    cross join lateral (
      select greatest(p.next_poll_at, p.lease_until, p.not_before, s.blocked_until, s.probe_until) as at
    ) due
    where p.interval_seconds is not null and p.next_poll_at > ${after}
      and p.next_poll_at <= ${after}::timestamptz + make_interval(secs => ${SWEEP_SECONDS})
      and split_part(p.provider, ':', 1) = any(${families}::text[])`;
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
