import type { Clock } from "../platform/clock.ts";
import type { Sql } from "../platform/sql.ts";
import { claimDueChecks, findCheckedSources, findIdleProviders } from "../alerts/check_store.ts";
import { findCallsLeft } from "../providers/quota.ts";
import type { Provider } from "../providers/contract.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import { lanesOf } from "./claim_polls.ts";

/** Added sources that are looked at for one claim. */
const MAX_SOURCES = 50;

/** A claimed check; `lanes`: where it takes a place. */
export interface LanedCheck {
  id: string;
  token: number;
  lanes: readonly string[];
}

/**
 * Claims checks of single listings where there is nothing better to do: of marketplaces that can be asked so and of added
 * sources, that have no poll due, are not being left alone, have calls that would be left idle and places in their lanes.
 * An estimate; the quota itself is taken before each call. A source that cannot be asked so is claimed as well: its checks
 * end without a call.
 */
export async function claimChecks(
  deps: { sql: Sql; clock: Clock; providers: Pick<ProviderRegistry, "enabled" | "isEnabled" | "get"> },
  options: { now: Date; limit: number; roomOf?: (lane: string) => number },
): Promise<LanedCheck[]> {
  const { now, limit, roomOf = () => limit } = options;
  if (limit <= 0) return [];
  const asked = await findIdle(deps, now);
  const leftIn = await findCallsLeft(
    deps,
    asked.flatMap(({ capabilities: { quota } }) => quota ?? []),
    "spare",
  );
  const claimed: LanedCheck[] = [];
  for (const { id: provider, capabilities: { quota } } of asked) {
    const lanes = lanesOf(provider);
    const roomIn = (lane: string) => roomOf(lane) - claimed.filter((one) => one.lanes.includes(lane)).length;
    const room = Math.min(limit - claimed.length, quota ? leftIn(quota) : limit, ...lanes.map(roomIn));
    if (room <= 0) continue;
    const rows = await claimDueChecks(deps.sql, { provider, now, limit: room });
    claimed.push(...rows.map((row) => ({ ...row, lanes })));
  }
  return claimed;
}

async function findIdle(
  { sql, providers }: { sql: Sql; providers: Pick<ProviderRegistry, "enabled" | "isEnabled" | "get"> },
  now: Date,
): Promise<Provider[]> {
  const markets = providers.enabled().filter((provider) => provider.findListing !== undefined);
  const due = await findCheckedSources(sql, { now, limit: MAX_SOURCES });
  const sources = due.filter((id) => providers.isEnabled(id)).flatMap((id) => providers.get(id) ?? []);
  const able = [...markets, ...sources];
  if (able.length === 0) return [];
  const idle = new Set(await findIdleProviders(sql, { providers: able.map(({ id }) => id), now }));
  return able.filter(({ id }) => idle.has(id));
}
