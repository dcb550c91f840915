import type { Clock } from "../platform/clock.ts";
import type { Sql } from "../platform/sql.ts";
import { claimDuePolls, type Room } from "../polls/claim_store.ts";
import { findDueSources } from "../polls/due_store.ts";
import { findCallsLeft } from "../providers/quota.ts";
import { familyOf, HOSTED_KINDS, sourceHostOf } from "../providers/added_source.ts";
import type { Provider, ProviderId } from "../providers/contract.ts";
import type { ProviderRegistry } from "../providers/registry.ts";

/** A claimed poll; `lanes`: where it takes a place. */
export interface LanedPoll {
  id: string;
  token: number;
  provider: string;
  lanes: readonly string[];
}

/**
 * Claims due polls of enabled providers, added sources among them: in each lane no more than `roomOf` says, and of those
 * that share a quota no more than it has calls left, because the others would only be postponed. An estimate; the quota
 * itself is taken before each call.
 */
export async function claimPolls(
  deps: { sql: Sql; clock: Clock; providers: ProviderRegistry },
  options: { now: Date; limit: number; roomOf?: (lane: string) => number },
): Promise<LanedPoll[]> {
  const { now, limit, roomOf = () => limit } = options;
  const claimed: LanedPoll[] = [];
  const due = await findDueSources(deps.sql, { now, families: deps.providers.enabledFamilies() });
  const sources = due.flatMap(({ provider: id, failed }) => {
    const provider = deps.providers.get(id);
    return provider ? { provider, lanes: lanesOf(id, { failed }) } : [];
  });
  const markets = deps.providers.enabled().map((provider) => ({ provider, lanes: lanesOf(provider.id) }));
  const rooms = await findRooms(deps, { markets, sources }, roomOf);
  for (const { limit: most, each } of rooms) {
    const left = Math.min(limit - claimed.length, most);
    if (left <= 0) continue;
    const lanesBy = new Map(each.map(({ provider, lanes }) => [provider, lanes]));
    const rows = await claimDuePolls(deps.sql, { now, limit: left, rooms: each });
    claimed.push(...rows.map((row) => ({ ...row, lanes: lanesBy.get(row.provider) ?? [] })));
  }
  return claimed;
}

/** All hosts of shops and feeds together. */
const HOSTS = "hosts";
/** Those of them that failed when they were last asked, and may do so again. */
const FAILING_HOSTS = "hosts that failed";
const HOST = "host:";

/**
 * Where a poll of this provider takes a place: a shop or a feed in the lane of its host and in that of all hosts, and
 * where it failed the last time also in that of those; any other in its own lane, which sellers have together.
 */
export function lanesOf(id: ProviderId, { failed = false } = {}): string[] {
  const family = familyOf(id);
  if (family === null || !HOSTED_KINDS.includes(family)) return [family ?? id];
  return [HOST + sourceHostOf(id), HOSTS, ...(failed ? [FAILING_HOSTS] : [])];
}

/**
 * How many polls a lane may hold. A host holds one: whatever it does, the others go on. A third of the hosts' places is
 * for those that failed, so that they never wait for each other in front of those that are well.
 */
export function placesOfLane(lane: string, places: { hosts: number; provider: number }): number {
  if (lane.startsWith(HOST)) return 1;
  if (lane === HOSTS) return places.hosts;
  return lane === FAILING_HOSTS ? Math.ceil(places.hosts / 3) : places.provider;
}

interface Laned {
  provider: Provider;
  lanes: readonly string[];
}

type LanedRoom = Room & Pick<Laned, "lanes">;

/** One claim for all sources and the marketplaces that share nothing, and one for those of each quota that several share. */
async function findRooms(
  deps: { sql: Sql; clock: Clock },
  { markets, sources }: { markets: readonly Laned[]; sources: readonly Laned[] },
  roomOf: (lane: string) => number,
): Promise<{ limit: number; each: LanedRoom[] }[]> {
  const quotas = [...markets, ...sources].flatMap(({ provider }) => provider.capabilities.quota ?? []);
  const leftIn = await findCallsLeft(deps, quotas, "poll");
  const callsLeft = ({ capabilities: { quota } }: Provider) => quota ? leftIn(quota) : Infinity;
  const groups = Map.groupBy(markets, ({ provider: { capabilities: { quota } } }) => {
    const isShared = quota && quotas.filter(({ scope }) => scope === quota.scope).length > 1;
    return isShared ? quota.scope : null;
  });
  const ofSources = takePlaces(sources, { roomOf, callsLeft });
  if (!groups.has(null)) groups.set(null, []);
  return [...groups].map(([scope, sharing]) => {
    const each = sharing.map(({ provider, lanes }) => {
      const room = Math.min(...lanes.map(roomOf), callsLeft(provider));
      return { provider: provider.id, lanes, room };
    });
    const limit = scope === null ? Infinity : Math.max(...each.map(({ room }) => room));
    return { limit, each: [...each, ...(scope === null ? ofSources : [])].filter(({ room }) => room > 0) };
  });
}

/** Those that find a place in each of their lanes and a call of their quota, in the order given; each has one poll. */
function takePlaces(
  sources: readonly Laned[],
  { roomOf, callsLeft }: { roomOf: (lane: string) => number; callsLeft: (provider: Provider) => number },
): LanedRoom[] {
  const taken = new Map<string, number>();
  const takenOf = (key: string) => taken.get(key) ?? 0;
  return sources.flatMap(({ provider, lanes }) => {
    const scope = `calls of ${provider.capabilities.quota?.scope}`;
    const hasRoom = lanes.every((lane) => roomOf(lane) > takenOf(lane));
    if (!hasRoom || callsLeft(provider) <= takenOf(scope)) return [];
    for (const key of [...lanes, scope]) taken.set(key, takenOf(key) + 1);
    return [{ provider: provider.id, lanes, room: 1 }];
  });
}
