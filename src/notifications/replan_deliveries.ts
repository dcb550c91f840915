import type { Sql } from "../platform/sql.ts";
import { lockEventHead } from "../events/store.ts";
import { type ChannelRow, listChannels, lockChannels, reviveSwitchedOffChannels } from "./channel_store.ts";
import {
  closeItems,
  type DeliveryItem,
  listPendingItems,
  moveItems,
  type PendingItem,
} from "./item_store.ts";
import { localTime } from "./local_time.ts";
import { type DigestSlot, planDelivery } from "./plan_delivery.ts";
import { itemOf } from "./plan_events.ts";
import { preferencesOf } from "./resolve_preferences.ts";

/**
 * Plans anew what has not left, by the preferences as the caller's transaction has just written them. What was sent
 * stays sent; a message that is cut already asks the preferences itself before it leaves. Call it after the write: it
 * waits for publishes of this user under way, and later ones read the new preferences.
 */
export async function replanDeliveries(
  tx: Sql,
  { user_id, now }: { user_id: string; now: Date },
): Promise<void> {
  await lockEventHead(tx, user_id);
  await lockChannels(tx, user_id);
  await reviveSwitchedOffChannels(tx, user_id);
  const items = await listPendingItems(tx, user_id);
  if (items.length === 0) return;
  const channels = new Map((await listChannels(tx, [user_id])).map((channel) => [channel.id, channel]));
  const plans = items.map((item) => ({ item, plan: planAnew(item, channels.get(item.channel_id)!, now) }));
  const closed = plans.filter(({ plan }) => plan === null).map(({ item: { event_id, channel_id } }) => ({
    event_id,
    channel_id,
    state: "off" as const,
    reason: "switched_off",
  }));
  const moved = plans.flatMap(({ plan }) => plan ?? []);
  if (closed.length > 0) await closeItems(tx, closed);
  if (moved.length > 0) await moveItems(tx, moved);
}

/** The item by its channel's present preferences; null: the channel is off. */
function planAnew(item: PendingItem, channel: ChannelRow, now: Date): DeliveryItem | null {
  const preferences = preferencesOf(channel);
  const plan = planDelivery(item.event_at, preferences);
  if (plan.mode === "off") return null;
  const { event_id, channel_id } = item;
  const isReleased = plan.mode === "instant" && plan.not_before <= now && item.slot !== null;
  if (!isReleased) return { event_id, channel_id, ...itemOf(plan) };
  // What waited for a digest or the end of quiet hours leaves now, and still together.
  const slot = momentSlot(now, preferences.zone);
  return { event_id, channel_id, ...itemOf({ ...plan, not_before: now, slot, deferred: true }) };
}

function momentSlot(now: Date, zone: string): DigestSlot {
  const local = localTime(now, zone);
  return { local_date: local.toPlainDate().toString(), name: local.toPlainTime().toString() };
}
