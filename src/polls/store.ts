import { LEASE_SECONDS } from "../platform/lease.ts";
import type { Sql } from "../platform/sql.ts";
import type { Poll, SubscriptionOrigin } from "./schema.ts";

/** A poll with the key under which equal queries meet. */
export interface KeyedQuery {
  provider: string;
  query: unknown;
  query_key: string;
}

/** Makes the polls that are missing; locks none that exist. */
export async function insertMissingPolls(tx: Sql, queries: readonly KeyedQuery[], now: Date): Promise<void> {
  await tx`
    insert into polls (provider, query, query_key, next_poll_at, created_at)
    select provider, query, query_key, ${now}, ${now}
    from jsonb_to_recordset(${
    JSON.stringify(queries)
  }::text::jsonb) as r(provider text, query jsonb, query_key text)
    order by provider, query_key
    on conflict (provider, query_key) do nothing`;
}

/**
 * Locks the polls of these queries and these ids to the end of the transaction, all in one order that cannot deadlock,
 * and gives their ids.
 */
export function lockPolls(
  tx: Sql,
  input: { queries: readonly KeyedQuery[]; ids: readonly string[] },
): Promise<{ id: string; query_key: string; provider: string }[]> {
  return tx<{ id: string; query_key: string; provider: string }>`
    select id, query_key, provider from polls
    where id = any(${input.ids}::uuid[]) or (provider, query_key) in (
      select * from unnest(${input.queries.map((one) => one.provider)}::text[], ${
    input.queries.map((one) => one.query_key)
  }::text[]))
    order by provider, query_key
    for no key update`;
}

/** Polls a subscriber has now, and how often he wants each. */
export function findSubscriptions(
  sql: Sql,
  subscriberId: string,
): Promise<{ poll_id: string; origin: SubscriptionOrigin; interval_seconds: number }[]> {
  return sql<{ poll_id: string; origin: SubscriptionOrigin; interval_seconds: number }>`
    select poll_id, origin, interval_seconds from poll_subscriptions
    where subscriber_id = ${subscriberId} and ended_at is null`;
}

/** Polls that anything of a user's subscribes to now. */
export async function findPollsOfUser(sql: Sql, userId: string): Promise<string[]> {
  const rows = await sql<{ poll_id: string }>`
    select distinct poll_id from poll_subscriptions where user_id = ${userId} and ended_at is null`;
  return rows.map((row) => row.poll_id);
}

/** Somebody's wish to have a poll, and how often. */
export interface Subscription {
  subscriber_id: string;
  poll_id: string;
  interval_seconds: number;
  origin: SubscriptionOrigin;
}

/** Subscribes subscribers of one user to polls, or changes interval and origin of subscriptions that exist. */
export async function putSubscriptions(
  tx: Sql,
  input: { user_id: string; subscriptions: readonly Subscription[]; now: Date },
): Promise<void> {
  await tx`
    insert into poll_subscriptions (poll_id, subscriber_id, user_id, origin, interval_seconds, started_at)
    select poll_id, subscriber_id, ${input.user_id}, origin, interval_seconds, ${input.now}
    from jsonb_to_recordset(${
    JSON.stringify(input.subscriptions)
  }::text::jsonb) as r(poll_id uuid, subscriber_id uuid, interval_seconds int, origin text)
    on conflict (subscriber_id, poll_id) where ended_at is null
    do update set interval_seconds = excluded.interval_seconds, origin = excluded.origin`;
}

/** Ends a subscriber's subscriptions to these polls; the rows stay, with the last run they saw. */
export async function endSubscriptions(
  tx: Sql,
  input: { subscriber_id: string; poll_ids: readonly string[]; now: Date },
): Promise<void> {
  await tx`
    update poll_subscriptions s set
      ended_at = ${input.now}, last_run_at = case when p.last_success_at >= s.started_at then p.last_success_at end
    from polls p
    where s.subscriber_id = ${input.subscriber_id} and s.poll_id = any(${input.poll_ids}::uuid[]) and s.ended_at is null
      and p.id = s.poll_id`;
}

/** As `endSubscriptions`, for everything of a user's that subscribes to these polls. */
export async function endSubscriptionsOfUser(
  tx: Sql,
  input: { user_id: string; poll_ids: readonly string[]; now: Date },
): Promise<void> {
  await tx`
    update poll_subscriptions s set
      ended_at = ${input.now}, last_run_at = case when p.last_success_at >= s.started_at then p.last_success_at end
    from polls p
    where s.user_id = ${input.user_id} and s.poll_id = any(${input.poll_ids}::uuid[]) and s.ended_at is null
      and p.id = s.poll_id`;
}

/**
 * Sets the interval of polls that this transaction has locked to the strictest of their live subscriptions (null: nobody
 * is left). A poll that became due earlier by this is planned earlier; one that failed keeps its waiting time. One that
 * nobody wanted is late from now on only.
 */
export async function refreshPollIntervals(tx: Sql, pollIds: readonly string[], now: Date): Promise<void> {
  await tx`
    with strictest as (
      select p.id, (
        select min(s.interval_seconds) from poll_subscriptions s where s.poll_id = p.id and s.ended_at is null
      ) as seconds, case
        when p.interval_seconds is null then greatest(p.next_poll_at, ${now}::timestamptz) else p.next_poll_at
      end as planned_at
      from polls p where p.id = any(${pollIds}::uuid[])
    )
    update polls p set
      interval_seconds = s.seconds,
      gap_seconds = case when p.interval_seconds = s.seconds then p.gap_seconds end,
      next_poll_at = case
        when s.seconds is null or p.last_error_at > coalesce(p.last_success_at, '-infinity') then s.planned_at
        when p.last_success_at is null then least(s.planned_at, ${now}::timestamptz)
        else least(s.planned_at, greatest(${now}::timestamptz, p.last_success_at + make_interval(secs => s.seconds)))
      end
    from strictest s where p.id = s.id`;
}

/** Plans those of these polls that were made at `now` for the first time somewhere within their interval. */
export async function spreadNewPolls(tx: Sql, pollIds: readonly string[], now: Date): Promise<void> {
  await tx`
    update polls set next_poll_at = ${now}::timestamptz + random() * make_interval(secs => interval_seconds)
    where id = any(${pollIds}::uuid[]) and created_at = ${now} and runs = 0 and interval_seconds is not null`;
}

/** Extends the lease and gives the poll; null when the token is no longer the poll's. */
export async function renewPoll(
  sql: Sql,
  row: { id: string; token: number; now: Date },
): Promise<Poll | null> {
  const rows = await sql<Poll>`
    update polls set lease_until = ${row.now}::timestamptz + make_interval(secs => ${LEASE_SECONDS})
    where id = ${row.id} and lease_token = ${row.token} and lease_until is not null and interval_seconds is not null
    returning id, provider, query, interval_seconds, runs, failures, last_success_at, last_sweep_at`;
  return rows[0] ?? null;
}

/**
 * Locks the poll to the end of the transaction while the token is still its, and extends the lease for the next part of
 * a run; false: somebody else has it, write nothing.
 */
export async function fencePoll(tx: Sql, row: { id: string; token: number; now: Date }): Promise<boolean> {
  const rows = await tx`
    update polls set lease_until = ${row.now}::timestamptz + make_interval(secs => ${LEASE_SECONDS})
    where id = ${row.id} and lease_token = ${row.token} and lease_until is not null
    returning id`;
  return rows.length === 1;
}

/** Which of these items the poll read in an earlier successful run. */
export async function findKnownItems(
  sql: Sql,
  query: { poll_id: string; provider: string; external_ids: readonly string[] },
): Promise<Set<string>> {
  const rows = await sql<{ external_id: string }>`
    select l.external_id
    from listings l join poll_items i on i.listing_id = l.id and i.poll_id = ${query.poll_id}
    where l.provider = ${query.provider} and l.external_id = any(${query.external_ids}::text[])`;
  return new Set(rows.map((row) => row.external_id));
}

/** Notes that a run read these listings. */
export async function upsertPollItems(
  tx: Sql,
  input: { poll_id: string; listing_ids: readonly string[]; run: number },
): Promise<void> {
  await tx`
    insert into poll_items (poll_id, listing_id, last_seen_run)
    select ${input.poll_id}, id, ${input.run} from unnest(${input.listing_ids}::uuid[]) as l(id) order by id
    on conflict (poll_id, listing_id)
    do update set last_seen_run = excluded.last_seen_run, missed_sweeps = 0, missed_since = null`;
}

/** What the newest run counts for in how often a poll runs: after five of them it is most of it. */
const NEWEST_GAP = 0.3;

/**
 * A successful run: the next one is planned an interval on, or sooner, and the lease given back. How long it took to come is its
 * interval and how late it was for its plan, which leaves out times when nobody asked for it.
 */
export async function advancePoll(
  tx: Sql,
  input: { id: string; now: Date; coverageGap: boolean; isSweep: boolean; nextSeconds?: number | null },
): Promise<void> {
  await tx`
    with paced as (
      select id, interval_seconds + greatest(0, extract(epoch from ${input.now}::timestamptz - next_poll_at)) as seconds
      from polls where id = ${input.id} and runs > 0
    )
    update polls set
      gap_seconds = (select coalesce(polls.gap_seconds * ${
    1 - NEWEST_GAP
  } + p.seconds * ${NEWEST_GAP}, p.seconds)
        from paced p),
      runs = runs + 1, failures = greatest(failures - 1, 0), last_success_at = ${input.now}, lease_until = null,
      not_before = null,
      next_poll_at = ${input.now}::timestamptz
        + make_interval(secs => least(coalesce(interval_seconds, 86400), ${input.nextSeconds ?? null}::int)),
      coverage_gap_at = case when ${input.coverageGap}::boolean then ${input.now}::timestamptz else coverage_gap_at end,
      last_sweep_at = case when ${input.isSweep}::boolean then ${input.now}::timestamptz else last_sweep_at end
    where id = ${input.id}`;
}

/**
 * A failed run: planned again at `nextPollAt`, the lease given back; `escalates`: the next failure waits longer. False
 * when the token is no longer the poll's.
 */
export async function failPoll(
  sql: Sql,
  input: { id: string; token: number; error: string; nextPollAt: Date; escalates: boolean; now: Date },
): Promise<boolean> {
  const rows = await sql`
    update polls set
      failures = case when ${input.escalates}::boolean then failures + 1 else greatest(failures, 1) end,
      last_error = ${input.error}, last_error_at = ${input.now}, lease_until = null, not_before = null,
      next_poll_at = ${input.nextPollAt}
    where id = ${input.id} and lease_token = ${input.token} and lease_until is not null
    returning id`;
  return rows.length === 1;
}

/** Whether a poll has had no success since its last failure, and somebody else with its provider has. */
export async function failsAlone(sql: Sql, id: string): Promise<boolean> {
  const rows = await sql`
    select 1 from polls p join provider_states s on s.provider = p.provider
    where p.id = ${id} and s.last_success_at > p.last_error_at
      and (p.last_success_at is null or p.last_success_at < p.last_error_at)`;
  return rows.length === 1;
}

/** Polls a subscriber has now, for running them out of turn. */
export function findPollsOfSubscriber(sql: Sql, subscriberId: string): Promise<Poll[]> {
  return sql<Poll>`
    select p.id, p.provider, p.query, p.interval_seconds, p.runs, p.failures, p.last_success_at, p.last_sweep_at
    from polls p join poll_subscriptions s on s.poll_id = p.id and s.ended_at is null
    where s.subscriber_id = ${subscriberId}
    order by p.provider, p.query_key`;
}

/** When the poll of a query ran last with success; null: never, or there is none. */
export async function findLastSuccess(
  sql: Sql,
  query: { provider: string; query_key: string },
): Promise<Date | null> {
  const rows = await sql<{ last_success_at: Date | null }>`
    select last_success_at from polls where provider = ${query.provider} and query_key = ${query.query_key}`;
  return rows[0]?.last_success_at ?? null;
}
