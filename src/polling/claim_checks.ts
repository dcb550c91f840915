import type { Clock } from "../platform/clock.ts";
import type { Sql } from "../platform/sql.ts";
import { claimDueChecks, findIdleProviders } from "../alerts/check_store.ts";
import { findCallsLeft } from "../providers/quota.ts";
import type { ProviderRegistry } from "../providers/registry.ts";

/**
 * Claims checks of single listings where there is nothing better to do: of providers that can be asked so, have no poll
 * due, are not being left alone, and have calls that would be left idle. An estimate; the quota itself is taken before
 * each call.
 */
export async function claimChecks(
  deps: { sql: Sql; clock: Clock; providers: Pick<ProviderRegistry, "enabled"> },
  { now, limit }: { now: Date; limit: number },
): Promise<{ id: string; token: number }[]> {
  const able = deps.providers.enabled().filter((provider) => provider.findListing !== undefined);
  if (able.length === 0 || limit <= 0) return [];
  const idle = new Set(await findIdleProviders(deps.sql, { providers: able.map(({ id }) => id), now }));
  const asked = able.filter(({ id }) => idle.has(id));
  const leftIn = await findCallsLeft(
    deps,
    asked.flatMap(({ capabilities: { quota } }) => quota ?? []),
    "spare",
  );
  const claimed: { id: string; token: number }[] = [];
  for (const { id: provider, capabilities: { quota } } of asked) {
    const room = Math.min(limit - claimed.length, quota ? leftIn(quota) : limit);
    if (room > 0) claimed.push(...await claimDueChecks(deps.sql, { provider, now, limit: room }));
  }
  return claimed;
}
