/** The log of calls to providers, as its readers see it: a user what was asked for him, an administrator everything. */
import type { PageRequest } from "../platform/paging.ts";
import type { Sql } from "../platform/sql.ts";
import type { LoggedRequest, RequestFilter, RequestSummary } from "./request_schema.ts";

/**
 * Calls of polls while the user subscribed to them, and calls made for him alone, newest first; one row more than the
 * page's limit when there is more. Subscriptions that overlap are merged first, so each call comes once, and each stretch
 * of time, both ends in it, is read from the newest end of an index. One that ended before it began, by a clock that was
 * set back, is no stretch.
 */
export function listVisibleRequests(
  sql: Sql,
  query: { user_id: string; page: PageRequest },
): Promise<LoggedRequest[]> {
  const { after, limit, offset } = query.page;
  const place = { at: after?.created_at ?? null, id: after?.id ?? null };
  return sql<LoggedRequest>`
    with stretches as (
      select poll_id, unnest(range_agg(tstzrange(started_at, ended_at, '[]'))) as stretch
      from poll_subscriptions
      where user_id = ${query.user_id} and (ended_at is null or ended_at >= started_at)
      group by poll_id
    ), visible as (
      (
        select r.*
        from stretches s cross join lateral (
          select id, provider, operation, method, url, status_code, error, duration_ms, started_at, user_id
          from provider_requests
          where poll_id = s.poll_id and user_id is null and started_at >= lower(s.stretch)
            and started_at <= coalesce(upper(s.stretch), 'infinity')
            and (started_at, id) < (
              coalesce(${place.at}::timestamptz, 'infinity'),
              coalesce(${place.id}::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
          order by started_at desc, id desc
          limit ${limit + 1 + offset}
        ) r
      )
      union all
      (
        select id, provider, operation, method, url, status_code, error, duration_ms, started_at, user_id
        from provider_requests
        where user_id = ${query.user_id}
          and (started_at, id) < (
            coalesce(${place.at}::timestamptz, 'infinity'),
            coalesce(${place.id}::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
        order by started_at desc, id desc
        limit ${limit + 1 + offset}
      )
    )
    select id, provider, operation, method, url, status_code, error, duration_ms, started_at as created_at, user_id
    from visible
    order by started_at desc, id desc
    limit ${limit + 1} offset ${offset}`;
}

/** The calls that a user may see, counted by provider. An answer of 400 or above is an error, and so is none. */
export function sumVisibleRequests(sql: Sql, userId: string): Promise<RequestSummary[]> {
  return sql<RequestSummary>`
    with stretches as (
      select poll_id, unnest(range_agg(tstzrange(started_at, ended_at, '[]'))) as stretch
      from poll_subscriptions
      where user_id = ${userId} and (ended_at is null or ended_at >= started_at)
      group by poll_id
    ), visible as (
      select r.provider, r.status_code, r.error, r.duration_ms
      from stretches s join provider_requests r
        on r.poll_id = s.poll_id and r.user_id is null and r.started_at >= lower(s.stretch)
        and r.started_at <= coalesce(upper(s.stretch), 'infinity')
      union all
      select provider, status_code, error, duration_ms from provider_requests where user_id = ${userId}
    )
    select provider, count(*) as total_requests,
      count(*) filter (where status_code >= 400 or error is not null) as error_requests,
      round(avg(duration_ms), 1)::float8 as avg_duration_ms
    from visible group by provider order by provider`;
}

/** Every call that fits the filter, newest first; one row more than the page's limit when there is more. */
export function listRequests(
  sql: Sql,
  query: RequestFilter & { page: PageRequest },
): Promise<LoggedRequest[]> {
  const { after, limit, offset } = query.page;
  return sql<LoggedRequest>`
    select id, provider, operation, method, url, status_code, error, duration_ms, started_at as created_at, user_id
    from provider_requests
    where started_at >= coalesce(${query.created_from}::timestamptz, '-infinity')
      and started_at <= coalesce(${query.created_to}::timestamptz, 'infinity')
      and (started_at, id) < (
        coalesce(${after?.created_at ?? null}::timestamptz, 'infinity'),
        coalesce(${after?.id ?? null}::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
      and (${query.provider}::text is null or provider = ${query.provider})
      and (${query.user_id}::uuid is null or user_id = ${query.user_id})
      and (${query.status_code_gte}::int is null or status_code >= ${query.status_code_gte})
      and (${query.status_code_lte}::int is null or status_code <= ${query.status_code_lte})
    order by started_at desc, id desc
    limit ${limit + 1} offset ${offset}`;
}

/** Every call that fits the filter, counted by provider as for a user. */
export function sumRequests(sql: Sql, query: RequestFilter): Promise<RequestSummary[]> {
  return sql<RequestSummary>`
    select provider, count(*) as total_requests,
      count(*) filter (where status_code >= 400 or error is not null) as error_requests,
      round(avg(duration_ms), 1)::float8 as avg_duration_ms
    from provider_requests
    where started_at >= coalesce(${query.created_from}::timestamptz, '-infinity')
      and started_at <= coalesce(${query.created_to}::timestamptz, 'infinity')
      and (${query.provider}::text is null or provider = ${query.provider})
      and (${query.user_id}::uuid is null or user_id = ${query.user_id})
      and (${query.status_code_gte}::int is null or status_code >= ${query.status_code_gte})
      and (${query.status_code_lte}::int is null or status_code <= ${query.status_code_lte})
    group by provider order by provider`;
}
