import type { Clock } from "../platform/clock.ts";
import type { Pool, Sql } from "../platform/sql.ts";
import {
  findFloorCandidates,
  findUnsettledWatches,
  type FloorCandidate,
  settleFloorCandidates,
  type UnsettledWatch,
} from "../alerts/floor_candidate_store.ts";
import { lockCompiledRules } from "../alerts/rule_store.ts";
import type { WantedPoll } from "../polls/schema.ts";
import { findSubscriptions } from "../polls/store.ts";
import { subscribeToCandidates } from "../polls/subscribe.ts";
import type { Provider } from "../providers/contract.ts";
import type { ProviderRegistry } from "../providers/registry.ts";

/** Watches dealt with in one go; the rest follows a minute later. */
const MAX_WATCHES = 200;
/** Floors of one watch, the one of a watched release among them; a broad search would else eat everybody's quota. */
export const MAX_FLOORS = 20;
/** Of these, those that are read as often as the watch asks, the best first; the others when they may wait no longer. */
const PROMPT_FLOORS = 2;
/** How often the floor of a found release is read where its watch asks for nothing stricter. */
const DEFAULT_INTERVAL_SECONDS = 3_600;
/**
 * How often the other floors are read at most: half of the six hours that such a price may be shown. Eighteen of them cost
 * as many calls as one that is read every ten minutes: a hundred watches take 1,800 of the 2,800 calls that Discogs leaves
 * to polls in an hour, a hundred rules with their searches 2,400, where every ten minutes took 12,000 and more.
 */
const PATIENT_INTERVAL_SECONDS = 10_800;

/** What settling needs of the service. */
export interface FloorDeps {
  sql: Pool;
  clock: Clock;
  providers: ProviderRegistry;
}

/**
 * Subscribes watches to the floors that are worth it of the releases that were found for them, and ends what a better one
 * took the place of. A step of its own after the transaction that found them: that one holds its poll and rules, and must
 * not lock other polls. Safe to repeat and to run anywhere. What changed meanwhile is left for the next time, and what
 * a disabled provider would have to be asked for until it is enabled.
 */
export async function settleFloors(deps: FloorDeps): Promise<{ watch_count: number }> {
  const providers = deps.providers.enabled().flatMap(({ id, planRelease }) => planRelease ? [id] : []);
  const watches = await findUnsettledWatches(deps.sql, { providers, limit: MAX_WATCHES });
  for (const watch of watches) await settleWatch(deps, { watch, providers });
  return { watch_count: watches.length };
}

async function settleWatch(
  deps: FloorDeps,
  { watch, providers }: { watch: UnsettledWatch; providers: readonly string[] },
): Promise<void> {
  const { id, user_id } = watch;
  const now = deps.clock.now();
  const candidates = await findFloorCandidates(deps.sql, id);
  const asked = await findAskedInterval(deps.sql, id);
  const wanted = await planFloors(deps, { watch, candidates, asked });
  await deps.sql.begin(async (tx) => {
    const isStillWanted = async () => {
      const [rule] = await lockCompiledRules(tx, [id]);
      return rule?.active === true && areSame(candidates, await findFloorCandidates(tx, id)) &&
        asked === await findAskedInterval(tx, id);
    };
    if (!await subscribeToCandidates(tx, { subscriber_id: id, user_id, wanted, now }, isStillWanted)) return;
    await settleFloorCandidates(tx, { id, candidates, providers, now });
  });
}

/**
 * The floors of the best candidates, the first of them read every `asked` seconds. Chosen outside any transaction, because
 * providers read with connections of their own.
 */
async function planFloors(
  deps: FloorDeps,
  { watch, candidates, asked }: {
    watch: UnsettledWatch;
    candidates: readonly FloorCandidate[];
    asked: number;
  },
): Promise<WantedPoll[]> {
  const own = watch.owner_kind === "watch_release" ? 1 : 0;
  let room = MAX_FLOORS - own;
  const wanted: WantedPoll[] = [];
  for (const [id, found] of Map.groupBy(candidates, (one) => one.provider)) {
    const provider = deps.providers.get(id);
    if (!provider?.planRelease || !deps.providers.isEnabled(id)) continue;
    const ids = found.map((one) => one.discogs_release_id);
    const chosen = await provider.chooseReleases?.(ids, room) ?? ids.slice(0, room);
    const read = MAX_FLOORS - room;
    room -= chosen.length;
    wanted.push(...chosen.flatMap((releaseId, place) => {
      const isPrompt = read + place < PROMPT_FLOORS;
      const seconds = isPrompt ? asked : Math.max(asked, PATIENT_INTERVAL_SECONDS);
      return planFloor(provider, { releaseId, seconds });
    }));
  }
  return wanted;
}

function planFloor(
  provider: Provider,
  { releaseId, seconds }: { releaseId: number; seconds: number },
): WantedPoll[] {
  const planned = provider.planRelease?.({ discogs_release_id: releaseId, discogs_master_id: null }) ?? [];
  return planned.map(({ query, minIntervalSeconds }) => ({
    provider: provider.id,
    query,
    interval_seconds: Math.max(seconds, minIntervalSeconds, provider.capabilities.minIntervalSeconds),
  }));
}

/** As often as the watch asks for its own polls, in seconds. */
async function findAskedInterval(sql: Sql, subscriberId: string): Promise<number> {
  const own = (await findSubscriptions(sql, subscriberId)).filter((one) => one.origin === "plan");
  return own.length > 0 ? Math.min(...own.map((one) => one.interval_seconds)) : DEFAULT_INTERVAL_SECONDS;
}

function areSame(a: readonly FloorCandidate[], b: readonly FloorCandidate[]): boolean {
  const keyOf = (one: FloorCandidate) => `${one.provider} ${one.discogs_release_id}`;
  return a.map(keyOf).join() === b.map(keyOf).join();
}
