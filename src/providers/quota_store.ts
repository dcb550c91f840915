/** The log of recent calls that quotas are counted by: table provider_quotas. */
import { addSeconds } from "../platform/clock.ts";
import type { Sql } from "../platform/sql.ts";
import type { CallQuota, ProviderId } from "./contract.ts";

/** The window a quota counts in, in seconds. */
const WINDOW_SECONDS = 60;
/** Times are kept for two windows: processes whose clocks differ by less than one still count each other's calls. */
const KEPT_SECONDS = 2 * WINDOW_SECONDS;

/** Who asks: `poll` leaves the reserve alone, `search` may use it. */
export type QuotaUse = "poll" | "search";

/** A call somebody wants to make at `now`. */
export interface QuotaRequest {
  provider: ProviderId;
  quota: CallQuota;
  use: QuotaUse;
  now: Date;
}

/**
 * Takes one call; false when none is left. The row's lock makes takers wait for each other, so no window of 60 s ever
 * holds more than the limit, whatever number of processes takes.
 */
export async function takeCall(sql: Sql, { provider, quota, use, now }: QuotaRequest): Promise<boolean> {
  const since = addSeconds(now, -WINDOW_SECONDS);
  const rows = await sql`
    insert into provider_quotas as q (provider, scope, taken)
    values (${provider}, ${quota.scope}, array[${now}::timestamptz])
    on conflict (provider, scope) do update set
      taken = array(
        select at from unnest(q.taken) as t(at) where at > ${addSeconds(now, -KEPT_SECONDS)} order by at
      ) || ${now}::timestamptz
    where (select count(*) from unnest(q.taken) as t(at) where at > ${since}) < ${limitOf(quota, use)}::int
    returning scope`;
  return rows.length === 1;
}

/** How many calls are left at `now`: an estimate, others take meanwhile. */
export async function callsLeft(
  sql: Sql,
  { provider, quota, use, now }: QuotaRequest,
): Promise<number> {
  const rows = await sql<{ used: number }>`
    select count(*) as used from provider_quotas q cross join lateral unnest(q.taken) as t(at)
    where q.provider = ${provider} and q.scope = ${quota.scope} and at > ${addSeconds(now, -WINDOW_SECONDS)}`;
  return Math.max(0, limitOf(quota, use) - (rows[0]?.used ?? 0));
}

/** When a call is free again: `now` when one is. */
export async function nextCallAt(sql: Sql, { provider, quota, use, now }: QuotaRequest): Promise<Date> {
  const rows = await sql<{ at: Date }>`
    select at from provider_quotas q cross join lateral unnest(q.taken) as t(at)
    where q.provider = ${provider} and q.scope = ${quota.scope} and at > ${addSeconds(now, -WINDOW_SECONDS)}
    order by at desc offset ${limitOf(quota, use) - 1} limit 1`;
  return rows[0] ? addSeconds(rows[0].at, WINDOW_SECONDS) : now;
}

/** At least one, so that a reserve as large as the quota does not stop polls for ever. */
function limitOf({ perMinute, reserve }: CallQuota, use: QuotaUse): number {
  return use === "search" ? perMinute : Math.max(1, perMinute - reserve);
}
