import type { Clock } from "../platform/clock.ts";
import type { Sql } from "../platform/sql.ts";
import { claimDuePolls } from "../polls/store.ts";
import { findCallsLeft } from "../providers/quota.ts";
import type { ProviderRegistry } from "../providers/registry.ts";

/**
 * Claims due polls of enabled providers: of those that share a quota no more than it has calls left, because the others
 * would only be postponed. An estimate; the quota itself is taken before each call.
 */
export async function claimPolls(
  deps: { sql: Sql; clock: Clock; providers: ProviderRegistry },
  options: { now: Date; limit: number },
): Promise<{ id: string; token: number }[]> {
  const enabled = deps.providers.enabled();
  const unlimited = enabled.filter((one) => one.capabilities.quota === null).map((one) => one.id);
  const claimed = await claimDuePolls(deps.sql, { ...options, providers: unlimited });
  const quotas = enabled.flatMap(({ id, capabilities: { quota } }) => quota ? [{ id, quota }] : []);
  const leftIn = await findCallsLeft(deps, quotas.map(({ quota }) => quota), "poll");
  for (const scope of new Set(quotas.map(({ quota }) => quota.scope))) {
    const sharing = quotas.filter(({ quota }) => quota.scope === scope);
    const left = Math.min(...sharing.map(({ quota }) => leftIn(quota)));
    const limit = Math.min(left, options.limit - claimed.length);
    if (limit <= 0) continue;
    const providers = sharing.map(({ id }) => id);
    claimed.push(...await claimDuePolls(deps.sql, { now: options.now, limit, providers }));
  }
  return claimed;
}
