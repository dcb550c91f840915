import { z } from "zod";
import type { ItemStateRow } from "./delivery_store.ts";

/** Where an event stands on a channel: exactly one of these, always. */
const VISIBLE_STATES = ["sent", "digested", "deferred", "suppressed", "failed", "off"] as const;
type VisibleState = (typeof VISIBLE_STATES)[number];

/** One channel's answer to "what became of this alert". */
export const deliveryStateSchema = z.object({
  channel: z.enum(["email"]),
  channel_id: z.uuid(),
  state: z.enum(VISIBLE_STATES),
  reason: z.string().nullable().describe(
    "Why it is suppressed, off or failed, or what the last attempt said",
  ),
  until: z.date().nullable().describe("When it leaves or is tried next, where it is deferred"),
  attempts: z.int(),
  delivery_id: z.uuid().nullable(),
  sent_at: z.date().nullable(),
}).meta({ id: "DeliveryState", description: "What became of an alert on one channel" });

/**
 * One channel's answer to "what became of this alert": the visible state of one event on it. `until`: when it leaves or
 * is tried next, where it is deferred.
 */
export function toDeliveryJson(row: ItemStateRow): z.input<typeof deliveryStateSchema> {
  const { state, reason, until } = stateOf(row);
  return {
    channel: row.channel,
    channel_id: row.channel_id,
    state,
    reason,
    until,
    attempts: row.attempts ?? 0,
    delivery_id: row.delivery_id,
    sent_at: row.delivery_state === "sent" ? row.finished_at : null,
  };
}

function stateOf(row: ItemStateRow): { state: VisibleState; reason: string | null; until: Date | null } {
  switch (row.item_state) {
    case null:
      return { state: "off", reason: "not_wanted", until: null };
    case "off":
    case "suppressed":
      return { state: row.item_state, reason: row.item_reason, until: null };
    case "pending":
      return { state: "deferred", reason: null, until: row.not_before };
    case "cut":
      return stateOfDelivery(row);
    default:
      return row.item_state satisfies never;
  }
}

function stateOfDelivery(
  row: ItemStateRow,
): { state: VisibleState; reason: string | null; until: Date | null } {
  const reason = row.delivery_reason;
  switch (row.delivery_state) {
    case "sent":
      return { state: row.kind === "digest" ? "digested" : "sent", reason: null, until: null };
    case "pending":
      return { state: "deferred", reason, until: row.next_attempt_at };
    case "failed":
    case "suppressed":
    case "off":
      return { state: row.delivery_state, reason, until: null };
    case null:
      throw new Error(`Cannot tell the state of an item without its delivery on channel ${row.channel_id}`);
    default:
      return row.delivery_state satisfies never;
  }
}
