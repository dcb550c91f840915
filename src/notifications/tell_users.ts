import { ringDoorbell } from "../platform/doorbell.ts";
import type { Sql } from "../platform/sql.ts";
import type { AppendedEvent, EventType } from "../events/schema.ts";
import { insertNotifications } from "./inbox_store.ts";

/** Which events become an inbox row (semantics §4); the others stay in the log. */
const IN_INBOX = {
  RULE_CREATED: false,
  RULE_UPDATED: false,
  RULE_DISABLED: false,
  RULE_ENABLED: false,
  RULE_DELETED: false,
  NEW_MATCH: true,
} satisfies Record<EventType, boolean>;

/**
 * Puts events into their users' inboxes and rings the doorbell once, in the transaction that appended them: nobody
 * hears of what was rolled back. Rings also for events without an inbox row, because rules made due work.
 */
export async function tellUsers(tx: Sql, events: readonly AppendedEvent[], now: Date): Promise<void> {
  if (events.length === 0) return;
  const rows = events.filter((event) => IN_INBOX[event.type]).map((event) => ({
    user_id: event.user_id,
    event_id: event.id,
    event_type: event.type,
    seq: event.seq,
  }));
  if (rows.length > 0) await insertNotifications(tx, rows, now);
  await ringDoorbell(tx, events.map((event) => event.user_id));
}
