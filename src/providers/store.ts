/** The request log and the state of each provider: tables provider_requests and provider_states. */
import type { Sql } from "../platform/sql.ts";
import { backoffSeconds, blocksProvider, PROVIDER_BACKOFF_SECONDS } from "./backoff.ts";
import type { ProviderCall, ProviderErrorKind, ProviderId } from "./contract.ts";

/** Longest address the log keeps, in characters. */
const MAX_URL_LENGTH = 2_000;

/** Longest error text the log and the state keep, in characters. */
const MAX_ERROR_LENGTH = 1_000;

/** One row of the request log; null: no poll, or no user, caused the call. */
export interface ProviderRequestRow extends ProviderCall {
  poll_id: string | null;
  user_id: string | null;
}

/** Logs outbound calls in one statement, in the order given; none is no statement. */
export async function insertProviderRequests(sql: Sql, rows: readonly ProviderRequestRow[]): Promise<void> {
  if (rows.length === 0) return;
  const records = rows.map((row) => ({
    ...row,
    url: row.url.slice(0, MAX_URL_LENGTH),
    error: row.error?.slice(0, MAX_ERROR_LENGTH) ?? null,
    duration_ms: Math.round(row.duration_ms),
  }));
  await sql`
    insert into provider_requests
      (provider, operation, method, url, status_code, error, duration_ms, started_at, poll_id, user_id)
    select provider, operation, method, url, status_code, error, duration_ms, started_at, poll_id, user_id
    from jsonb_to_recordset(${JSON.stringify(records)}::text::jsonb) as r(
      provider text, operation text, method text, url text, status_code int, error text, duration_ms int,
      started_at timestamptz, poll_id uuid, user_id uuid)`;
}

/** How a provider fares. `blocked_until` in the past or null: it may be asked. */
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

/** Until when a provider is left alone; null: it may be asked at `now`. */
export async function findBlock(sql: Sql, query: { provider: ProviderId; now: Date }): Promise<Date | null> {
  const rows = await sql<{ blocked_until: Date }>`
    select blocked_until from provider_states where provider = ${query.provider} and blocked_until > ${query.now}`;
  return rows[0]?.blocked_until ?? null;
}

/**
 * Notes a success and steps the back-off down one level. A call that was under way when the provider was blocked does
 * not lift the block. While all is well the row is written at most every ten seconds, so that polls do not queue for it.
 */
export async function recordProviderSuccess(
  sql: Sql,
  success: { provider: ProviderId; now: Date },
): Promise<void> {
  const { provider, now } = success;
  await sql`
    insert into provider_states as s (provider, failures, last_success_at)
    values (${provider}, 0, ${now})
    on conflict (provider) do update set
      failures = case when s.blocked_until > ${now} then s.failures else greatest(s.failures - 1, 0) end,
      blocked_until = case when s.blocked_until > ${now} then s.blocked_until end,
      last_success_at = greatest(s.last_success_at, excluded.last_success_at)
    where s.failures > 0 or s.last_success_at is null or s.last_success_at <= ${now}::timestamptz - interval '10 seconds'`;
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
      last_error = excluded.last_error,
      last_error_at = excluded.last_error_at
    returning blocked_until`;
  return rows[0]?.blocked_until ?? null;
}

/** Forgets calls made before `before`; gives how many. */
export async function pruneProviderRequests(sql: Sql, before: Date): Promise<number> {
  const rows = await sql`delete from provider_requests where started_at < ${before} returning id`;
  return rows.length;
}
