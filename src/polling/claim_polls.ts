import type { Clock } from "../platform/clock.ts";
import type { Sql } from "../platform/sql.ts";
import { claimDuePolls } from "../polls/store.ts";
import { callsLeft } from "../providers/quota_store.ts";
import type { ProviderRegistry } from "../providers/registry.ts";

/**
 * Claims due polls of enabled providers: of one with a quota no more than it has calls left, because the others would
 * only be postponed. An estimate; the quota itself is taken before each call.
 */
export async function claimPolls(
  deps: { sql: Sql; clock: Clock; providers: ProviderRegistry },
  options: { now: Date; limit: number },
): Promise<{ id: string; token: number }[]> {
  const enabled = deps.providers.enabled();
  const unlimited = enabled.filter((one) => one.capabilities.quota === null).map((one) => one.id);
  const claimed = await claimDuePolls(deps.sql, { ...options, providers: unlimited });
  for (const { id, capabilities: { quota } } of enabled) {
    if (quota === null) continue;
    const left = await callsLeft(deps.sql, { provider: id, quota, use: "poll", now: options.now });
    const limit = Math.min(left, options.limit - claimed.length);
    if (limit <= 0) continue;
    claimed.push(...await claimDuePolls(deps.sql, { now: options.now, limit, providers: [id] }));
  }
  return claimed;
}
