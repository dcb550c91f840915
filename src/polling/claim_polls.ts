import type { Clock } from "../platform/clock.ts";
import type { Sql } from "../platform/sql.ts";
import { claimDuePolls, type Room } from "../polls/claim_store.ts";
import { findDueSources } from "../polls/due_store.ts";
import { findCallsLeft } from "../providers/quota.ts";
import { familyOf } from "../providers/added_source.ts";
import type { Provider } from "../providers/contract.ts";
import type { ProviderRegistry } from "../providers/registry.ts";

/**
 * Claims due polls of enabled providers, added sources among them: of each, or of each family of sources, no more than `roomOf` says, and of those that share a quota no more
 * than it has calls left, because the others would only be postponed. An estimate; the quota itself is taken before
 * each call.
 */
export async function claimPolls(
  deps: { sql: Sql; clock: Clock; providers: ProviderRegistry },
  options: { now: Date; limit: number; roomOf?: (provider: string) => number },
): Promise<{ id: string; token: number; provider: string }[]> {
  const { now, limit, roomOf = () => limit } = options;
  const claimed = [];
  const families = deps.providers.enabledFamilies();
  const due = await findDueSources(deps.sql, { now, families });
  const providers = [...deps.providers.enabled(), ...due.flatMap((id) => deps.providers.get(id) ?? [])];
  for (const rooms of await findRooms(deps, providers, roomOf)) {
    const left = Math.min(limit - claimed.length, rooms.limit);
    if (left > 0) claimed.push(...await claimDuePolls(deps.sql, { now, limit: left, rooms: rooms.each }));
  }
  return claimed;
}

/** Whose places a poll of this provider takes: its own, or its family's. */
export function laneOf(provider: string): string {
  return familyOf(provider) ?? provider;
}

/**
 * One claim for all providers that share nothing, one for those of each quota that several share, and one for each family
 * of sources, which have one poll each and share its room.
 */
async function findRooms(
  deps: { sql: Sql; clock: Clock },
  providers: readonly Provider[],
  roomOf: (lane: string) => number,
): Promise<{ limit: number; each: Room[] }[]> {
  const enabled = providers.filter(({ id }) => roomOf(laneOf(id)) > 0);
  const quotas = enabled.flatMap(({ capabilities: { quota } }) => quota ?? []);
  const leftIn = await findCallsLeft(deps, quotas, "poll");
  const groups = Map.groupBy(enabled, ({ id, capabilities: { quota } }) => {
    if (laneOf(id) !== id) return laneOf(id);
    const isShared = quota && quotas.filter(({ scope }) => scope === quota.scope).length > 1;
    return isShared ? quota.scope : null;
  });
  return [...groups].map(([scope, sharing]) => {
    const each = sharing.map(({ id, capabilities: { quota } }) => {
      const left = quota ? leftIn(quota) : Infinity;
      return { provider: id, room: Math.min(roomOf(laneOf(id)), left) };
    });
    const limit = scope === null ? Infinity : Math.max(...each.map(({ room }) => room));
    return { limit, each: each.filter(({ room }) => room > 0) };
  });
}
