import type { Clock } from "../platform/clock.ts";
import type { Pool, Sql } from "../platform/sql.ts";
import { type ChannelRow, lockDueChannels } from "./channel_store.ts";
import type { Channels } from "./channels/contract.ts";
import { type CutDecision, decideCut } from "./decide_cut.ts";
import { findTakenSlots, insertDeliveries } from "./delivery_store.ts";
import { assignItems, closeItems, listDueItems, moveItems, type PendingItem } from "./item_store.ts";
import { obstacleOf } from "./resolve_preferences.ts";

/** Channels cut in one transaction. */
const CUT_PAGE = 500;

/** What cutting needs. */
export interface CutDeps {
  sql: Pool;
  clock: Clock;
  channels: Channels;
  isDevLike: boolean;
}

/** What a cut made. */
export interface CutReport {
  delivery_count: number;
  moved_count: number;
  closed_count: number;
}

/**
 * Cuts everything due: puts the items of each channel into deliveries, all of a channel in one transaction. Two cuts
 * at once never take one channel; what arrives meanwhile is the next cut's. A crash afterwards loses nothing: the
 * deliveries are rows that become due.
 */
export async function cutDueItems(deps: CutDeps): Promise<CutReport> {
  return await deps.sql.begin(async (tx) => {
    const now = deps.clock.now();
    const channels = await lockDueChannels(tx, { now, limit: CUT_PAGE });
    if (channels.length === 0) return { delivery_count: 0, moved_count: 0, closed_count: 0 };
    const decisions = await decideAll(tx, deps, { channels, now });
    return await writeCut(tx, decisions, now);
  });
}

async function decideAll(
  tx: Sql,
  deps: CutDeps,
  { channels, now }: { channels: readonly ChannelRow[]; now: Date },
): Promise<CutDecision[]> {
  const items = await listDueItems(tx, { channel_ids: channels.map((channel) => channel.id), now });
  const byChannel = Map.groupBy(items, (item) => item.channel_id);
  const taken = new Set((await findTakenSlots(tx, items.filter(hasSlot))).map(textOf));
  return channels.map((channel) =>
    decideCut({
      channel,
      items: byChannel.get(channel.id) ?? [],
      obstacle: obstacleOf(channel, {
        isConfigured: deps.channels.has(channel.kind),
        isDevLike: deps.isDevLike,
      }),
      isTaken: ({ local_date, name }) =>
        taken.has(textOf({ channel_id: channel.id, local_date, slot: name })),
      now,
    })
  );
}

async function writeCut(tx: Sql, decisions: readonly CutDecision[], now: Date): Promise<CutReport> {
  const drafts = decisions.flatMap((decision) => decision.deliveries).map((draft) => ({
    ...draft,
    id: crypto.randomUUID(),
    local_date: draft.slot?.local_date ?? null,
    slot: draft.slot?.name ?? null,
  }));
  const moved = decisions.flatMap((decision) => decision.moved);
  const closed = decisions.flatMap((decision) => decision.closed);
  if (drafts.length > 0) {
    await insertDeliveries(tx, drafts.map(({ event_ids: _, ...row }) => row), now);
    const assigned = drafts.flatMap(({ id: delivery_id, channel_id, event_ids }) =>
      event_ids.map((event_id) => ({ event_id, channel_id, delivery_id }))
    );
    await assignItems(tx, assigned);
  }
  if (moved.length > 0) await moveItems(tx, moved);
  if (closed.length > 0) await closeItems(tx, closed);
  return { delivery_count: drafts.length, moved_count: moved.length, closed_count: closed.length };
}

type PlannedSlot = { channel_id: string; local_date: string; slot: string };

function hasSlot(item: PendingItem): item is PendingItem & PlannedSlot {
  return item.local_date !== null && item.slot !== null;
}

function textOf({ channel_id, local_date, slot }: PlannedSlot): string {
  return `${channel_id} ${local_date} ${slot}`;
}
