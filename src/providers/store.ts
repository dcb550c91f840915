/** The request log: table provider_requests. */
import type { Sql } from "../platform/sql.ts";
import type { ProviderCall } from "./contract.ts";

/** Longest address the log keeps, in characters. */
const MAX_URL_LENGTH = 2_000;

/** Longest error text the log keeps, in characters. */
const MAX_ERROR_LENGTH = 1_000;

/** One row of the request log; null: no poll, or no user, caused the call. */
export interface ProviderRequestRow extends ProviderCall {
  poll_id: string | null;
  user_id: string | null;
}

/** Logs outbound calls in one statement, in the order given; none is no statement. */
export async function insertProviderRequests(sql: Sql, rows: readonly ProviderRequestRow[]): Promise<void> {
  if (rows.length === 0) return;
  const records = rows.map(({ quota: _quota, ...row }) => ({
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

/** Rows forgotten in one statement: whoever writes calls meanwhile does not wait, and one that is cut off has done its part. */
const PRUNE_PAGE = 10_000;

/** Forgets calls made before `before`; gives how many. */
export async function pruneProviderRequests(sql: Sql, before: Date, page = PRUNE_PAGE): Promise<number> {
  let count = 0;
  for (let pruned = page; pruned >= page;) {
    const rows = await sql`
      delete from provider_requests where id in (
        select id from provider_requests where started_at < ${before} order by started_at limit ${page})
      returning 1`;
    pruned = rows.length;
    count += pruned;
  }
  return count;
}
