/** The state of each provider: table provider_states. */
import { addSeconds } from "../platform/clock.ts";
import type { Sql } from "../platform/sql.ts";
import { backoffSeconds, blocksProvider, PROVIDER_BACKOFF_SECONDS } from "./backoff.ts";
import type { ProviderErrorKind, ProviderId } from "./contract.ts";

/** Longest error text the state keeps, in characters. */
const MAX_ERROR_LENGTH = 1_000;

/** How long a probe may take: twice the longest wait for an answer. Who died with it holds the others up no longer. */
export const PROBE_SECONDS = 30;

/** When whoever meets another's probe comes again: most are answered by then. */
const PROBE_WAIT_SECONDS = 2;

/** How a provider fares. `blocked_until`: null, it may be asked; in the past, by one caller first. */
export interface ProviderState {
  provider: ProviderId;
  blocked_until: Date | null;
  /** Level of the back-off, 0 when all is well. */
  failures: number;
  last_success_at: Date | null;
  last_error: string | null;
  last_error_at: Date | null;
}

/** The state of every provider that was ever asked. */
export function readProviderStates(sql: Sql): Promise<ProviderState[]> {
  return sql<ProviderState>`
    select provider, blocked_until, failures, last_success_at, last_error, last_error_at
    from provider_states order by provider`;
}

/** Until when a provider is left alone; null: it may be asked at `now`, by one caller first when a block just ended. */
export async function findBlock(sql: Sql, query: { provider: ProviderId; now: Date }): Promise<Date | null> {
  const rows = await sql<{ blocked_until: Date }>`
    select blocked_until from provider_states where provider = ${query.provider} and blocked_until > ${query.now}`;
  return rows[0]?.blocked_until ?? null;
}

/** What a caller may do. `probe`: he is the first after a block, and everybody else waits for how it goes. */
export type Admission = { kind: "open" } | { kind: "probe"; until: Date } | { kind: "blocked"; until: Date };

/**
 * Whether a provider may be asked at `now`. After a block the first who comes may, alone among all processes, until he
 * says how it went or PROBE_SECONDS pass; the others are let through when a call of that time has succeeded.
 */
export async function admitCall(sql: Sql, query: { provider: ProviderId; now: Date }): Promise<Admission> {
  const { provider, now } = query;
  const rows = await sql<{ probe_until: Date | null; blocked_until: Date }>`
    with probe as (
      update provider_states set probe_until = ${now}::timestamptz + make_interval(secs => ${PROBE_SECONDS})
      where provider = ${provider} and blocked_until <= ${now} and (probe_until is null or probe_until <= ${now})
      returning probe_until
    )
    select (select probe_until from probe) as probe_until, blocked_until
    from provider_states where provider = ${provider} and blocked_until is not null`;
  const [state] = rows;
  if (!state) return { kind: "open" };
  const { probe_until, blocked_until } = state;
  if (probe_until) return { kind: "probe", until: probe_until };
  return {
    kind: "blocked",
    until: blocked_until > now ? blocked_until : addSeconds(now, PROBE_WAIT_SECONDS),
  };
}

/** Gives back a probe, by its end, that came to nothing: the next who asks is the first. */
export async function releaseProbe(sql: Sql, probe: { provider: ProviderId; until: Date }): Promise<void> {
  await sql`
    update provider_states set probe_until = null
    where provider = ${probe.provider} and probe_until = ${probe.until}`;
}

/**
 * Notes a success of a call that began at `startedAt` and steps the back-off down one level. One that began before a
 * block was over does not lift it. While all is well the row is written at most every ten seconds, so that polls do not
 * queue for it.
 */
export async function recordProviderSuccess(
  sql: Sql,
  success: { provider: ProviderId; now: Date; startedAt?: Date },
): Promise<void> {
  const { provider, now, startedAt = now } = success;
  await sql`
    insert into provider_states as s (provider, failures, last_success_at)
    values (${provider}, 0, ${now})
    on conflict (provider) do update set
      failures = case when s.blocked_until > ${startedAt} then s.failures else greatest(s.failures - 1, 0) end,
      blocked_until = case when s.blocked_until > ${startedAt} then s.blocked_until end,
      probe_until = case when s.blocked_until > ${startedAt} then s.probe_until end,
      last_success_at = greatest(s.last_success_at, excluded.last_success_at)
    where s.failures > 0 or s.blocked_until is not null or s.last_success_at is null
      or s.last_success_at <= ${now}::timestamptz - interval '10 seconds'`;
}

/** A failed call, as the provider's state keeps it. */
export interface ProviderFailure {
  provider: ProviderId;
  now: Date;
  kind: ProviderErrorKind;
  /** Fit for users: the message of the ProviderError. */
  message: string;
  retryAfterSeconds: number | null;
  /** False: noted only, whatever its kind, because the caller waited less long than a poll does. */
  blocks?: boolean;
}

/**
 * Notes a failure and, for kinds that concern the whole provider, leaves it alone until `blocked_until`, which is
 * given back. One statement: of many calls that fail together the first escalates, the others meet its block and can
 * only lengthen it to what the provider asked for.
 */
export async function recordProviderFailure(sql: Sql, failure: ProviderFailure): Promise<Date | null> {
  const { provider, now, kind, retryAfterSeconds } = failure;
  const message = failure.message.slice(0, MAX_ERROR_LENGTH);
  if (failure.blocks === false || !blocksProvider(kind)) {
    await sql`
      insert into provider_states as s (provider, last_error, last_error_at) values (${provider}, ${message}, ${now})
      on conflict (provider) do update set last_error = excluded.last_error, last_error_at = excluded.last_error_at`;
    return null;
  }
  const waits = PROVIDER_BACKOFF_SECONDS.map((_, index) => backoffSeconds(index + 1, retryAfterSeconds));
  const askedSeconds = retryAfterSeconds === null ? 0 : backoffSeconds(1, retryAfterSeconds);
  const rows = await sql<{ blocked_until: Date }>`
    insert into provider_states as s (provider, failures, blocked_until, last_error, last_error_at)
    values (${provider}, 1, ${now}::timestamptz + make_interval(secs => ${waits[0] ?? 0}), ${message}, ${now})
    on conflict (provider) do update set
      failures = case when s.blocked_until > ${now} then s.failures else s.failures + 1 end,
      blocked_until = case
        when s.blocked_until > ${now}
          then greatest(s.blocked_until, ${now}::timestamptz + make_interval(secs => ${askedSeconds}))
        else ${now}::timestamptz + make_interval(
          secs => (${waits}::int[])[least(s.failures + 1, ${waits.length})])
      end,
      probe_until = null,
      last_error = excluded.last_error,
      last_error_at = excluded.last_error_at
    returning blocked_until`;
  return rows[0]?.blocked_until ?? null;
}
