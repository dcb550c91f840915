import type { Clock } from "../platform/clock.ts";
import type { Sql } from "../platform/sql.ts";
import { claimDuePolls, type Room } from "../polls/claim_store.ts";
import { findCallsLeft } from "../providers/quota.ts";
import type { ProviderRegistry } from "../providers/registry.ts";

/**
 * Claims due polls of enabled providers: of each no more than `roomOf` says, and of those that share a quota no more
 * than it has calls left, because the others would only be postponed. An estimate; the quota itself is taken before
 * each call.
 */
export async function claimPolls(
  deps: { sql: Sql; clock: Clock; providers: ProviderRegistry },
  options: { now: Date; limit: number; roomOf?: (provider: string) => number },
): Promise<{ id: string; token: number; provider: string }[]> {
  const { now, limit, roomOf = () => limit } = options;
  const claimed = [];
  for (const rooms of await findRooms(deps, roomOf)) {
    const left = Math.min(limit - claimed.length, rooms.limit);
    if (left > 0) claimed.push(...await claimDuePolls(deps.sql, { now, limit: left, rooms: rooms.each }));
  }
  return claimed;
}

/** One claim for all providers that share nothing, and one for those of each quota that several share. */
async function findRooms(
  deps: { sql: Sql; clock: Clock; providers: ProviderRegistry },
  roomOf: (provider: string) => number,
): Promise<{ limit: number; each: Room[] }[]> {
  const enabled = deps.providers.enabled().filter(({ id }) => roomOf(id) > 0);
  const quotas = enabled.flatMap(({ capabilities: { quota } }) => quota ?? []);
  const leftIn = await findCallsLeft(deps, quotas, "poll");
  const groups = Map.groupBy(enabled, ({ capabilities: { quota } }) => {
    const isShared = quota && quotas.filter(({ scope }) => scope === quota.scope).length > 1;
    return isShared ? quota.scope : null;
  });
  return [...groups].map(([scope, providers]) => {
    const each = providers.map(({ id, capabilities: { quota } }) => {
      const left = quota ? leftIn(quota) : Infinity;
      return { provider: id, room: Math.min(roomOf(id), left) };
    });
    const limit = scope === null ? Infinity : Math.max(...each.map(({ room }) => room));
    return { limit, each: each.filter(({ room }) => room > 0) };
  });
}
