import type { Sql } from "../platform/sql.ts";
import type { AppendedEvent } from "../events/schema.ts";
import { ensureEmailChannels, listChannels } from "./channel_store.ts";
import { type DeliveryItem, insertDeliveryItems } from "./item_store.ts";
import { type DeliveryPlan, planDelivery } from "./plan_delivery.ts";
import { preferencesOf } from "./resolve_preferences.ts";

/**
 * Writes one delivery item for each event and channel of its user that is not off, three statements for any number.
 * Whether the address may be mailed is asked when the message leaves: it may be verified until then.
 */
export async function planEvents(tx: Sql, events: readonly AppendedEvent[], now: Date): Promise<void> {
  if (events.length === 0) return;
  const users = [...new Set(events.map((event) => event.user_id))];
  await ensureEmailChannels(tx, users, now);
  const plans = new PlanCache(now);
  const byUser = new Map<string, DeliveryItem[]>();
  for (const channel of await listChannels(tx, users)) {
    const plan = plans.get(channel);
    if (plan.mode === "off") continue;
    const item = { ...itemOf(plan), event_id: "", channel_id: channel.id };
    byUser.set(channel.user_id, [...byUser.get(channel.user_id) ?? [], item]);
  }
  const rows = events.flatMap((event) =>
    (byUser.get(event.user_id) ?? []).map((item) => ({ ...item, event_id: event.id }))
  );
  if (rows.length > 0) await insertDeliveryItems(tx, rows, now);
}

/** The columns of an item that a plan decides. */
export function itemOf(
  plan: Exclude<DeliveryPlan, { mode: "off" }>,
): Omit<DeliveryItem, "event_id" | "channel_id"> {
  const { mode, not_before, slot, deferred } = plan;
  return { mode, not_before, local_date: slot?.local_date ?? null, slot: slot?.name ?? null, deferred };
}

/** Plans of one instant: thousands of users share a few preferences, and local times cost. */
class PlanCache {
  readonly #at: Date;
  readonly #plans = new Map<string, DeliveryPlan>();

  constructor(at: Date) {
    this.#at = at;
  }

  get(channel: Parameters<typeof preferencesOf>[0]): DeliveryPlan {
    const preferences = preferencesOf(channel);
    const key = JSON.stringify(preferences);
    const plan = this.#plans.get(key) ?? planDelivery(this.#at, preferences);
    this.#plans.set(key, plan);
    return plan;
  }
}
