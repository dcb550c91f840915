import type { ChannelRow } from "./channel_store.ts";
import type { DeliveryItem, PendingItem } from "./item_store.ts";
import { deferTo, type DigestSlot, planDelivery, quietUntil } from "./plan_delivery.ts";
import { itemOf } from "./plan_events.ts";
import { type Obstacle, preferencesOf } from "./resolve_preferences.ts";

/** One message about to be made. */
export interface DeliveryDraft {
  channel_id: string;
  kind: "instant" | "digest";
  /** Of a digest; null for an instant message. */
  slot: DigestSlot | null;
  event_ids: string[];
}

/** What becomes of the due items of one channel: messages, later plans, or an end without a message. */
export interface CutDecision {
  deliveries: DeliveryDraft[];
  moved: DeliveryItem[];
  closed: { event_id: string; channel_id: string; state: Obstacle["state"]; reason: string }[];
}

/** What the cut knows of one channel. */
export interface CutInput {
  channel: ChannelRow;
  /** Due at `now`, oldest first. */
  items: readonly PendingItem[];
  obstacle: Obstacle | null;
  /** Whether the digest of a slot has been cut before. */
  isTaken: (slot: DigestSlot) => boolean;
  now: Date;
}

/**
 * Decides the cut of one channel. A message of its own for every instant item; one digest for everything else,
 * whatever slots it was planned for (what was missed in an outage collapses into it). Nothing leaves in quiet hours,
 * however late the cut comes. What comes too late for a slot already cut waits for the next: one digest a local date.
 */
export function decideCut(input: CutInput): CutDecision {
  const { channel, items, obstacle, now } = input;
  if (obstacle !== null) {
    const closed = items.map(({ event_id }) => ({ event_id, channel_id: channel.id, ...obstacle }));
    return { deliveries: [], moved: [], closed };
  }
  const { zone, quiet } = preferencesOf(channel);
  const end = quietUntil(now, { zone, quiet });
  if (end !== null) {
    const moved = items.map((item) => ({
      ...keyOf(item),
      ...itemOf(deferTo(end, { mode: item.mode, slot: slotOf(item), zone })),
    }));
    return { deliveries: [], moved, closed: [] };
  }
  const single = items.filter((item) => item.mode === "instant" && !item.deferred);
  const digest = cutDigest(input, items.filter((item) => item.mode !== "instant" || item.deferred));
  return {
    deliveries: [...single.map(alone), ...digest.deliveries],
    moved: digest.moved,
    closed: [],
  };
}

function cutDigest(
  { channel, isTaken, now }: CutInput,
  items: readonly PendingItem[],
): Pick<CutDecision, "deliveries" | "moved"> {
  if (items.length === 0) return { deliveries: [], moved: [] };
  // One message that quiet hours held back is no digest.
  if (items.length === 1 && items[0]!.mode === "instant") {
    return { deliveries: [alone(items[0]!)], moved: [] };
  }
  const slot = slotsByRank(items).find((one) => !isTaken(one));
  if (slot) {
    const event_ids = items.map((item) => item.event_id);
    return { deliveries: [{ channel_id: channel.id, kind: "digest", slot, event_ids }], moved: [] };
  }
  const preferences = preferencesOf(channel);
  return {
    deliveries: items.filter((item) => item.mode === "instant").map(alone),
    moved: items.filter((item) => item.mode !== "instant").flatMap((item) => {
      const plan = planDelivery(now, { ...preferences, mode: item.mode });
      return plan.mode === "off" ? [] : [{ ...keyOf(item), ...itemOf(plan) }];
    }),
  };
}

const RANK = { daily: 0, hourly: 1, instant: 2 } as const satisfies Record<PendingItem["mode"], number>;

/** The slots the items were planned for: daily before hourly, the latest first. */
function slotsByRank(items: readonly PendingItem[]): DigestSlot[] {
  return [...items]
    .sort((a, b) => RANK[a.mode] - RANK[b.mode] || (textOf(a) < textOf(b) ? 1 : -1))
    .flatMap((item) => slotOf(item) ?? []);
}

function textOf(item: PendingItem): string {
  return `${item.local_date} ${item.slot}`;
}

function slotOf({ local_date, slot }: PendingItem): DigestSlot | null {
  return local_date === null || slot === null ? null : { local_date, name: slot };
}

function keyOf({ event_id, channel_id }: PendingItem): { event_id: string; channel_id: string } {
  return { event_id, channel_id };
}

function alone(item: PendingItem): DeliveryDraft {
  return { channel_id: item.channel_id, kind: "instant", slot: null, event_ids: [item.event_id] };
}
