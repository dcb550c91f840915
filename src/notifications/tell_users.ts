import { ringDoorbell } from "../platform/doorbell.ts";
import type { Sql } from "../platform/sql.ts";
import type { AppendedEvent } from "../events/schema.ts";
import { findToggles } from "./channel_store.ts";
import { insertNotifications } from "./inbox_store.ts";
import { planEvents } from "./plan_events.ts";
import { togglesOf } from "./toggles.ts";

/**
 * Puts events into their users' inboxes, plans their messages and rings the doorbell once, in the transaction that
 * appended them: nobody hears of what was rolled back. Rings also for events that go nowhere, because rules made due
 * work. The caller holds the event heads of these users, which orders it with a change of their preferences.
 */
export async function tellUsers(tx: Sql, events: readonly AppendedEvent[], now: Date): Promise<void> {
  if (events.length === 0) return;
  const toggles = togglesOf(
    await findToggles(tx, {
      user_ids: [...new Set(events.map((event) => event.user_id))],
      event_types: [...new Set(events.map((event) => event.type))],
    }),
  );
  const rows = events.filter((event) => toggles.inInbox(event)).map((event) => ({
    user_id: event.user_id,
    event_id: event.id,
    event_type: event.type,
    seq: event.seq,
  }));
  if (rows.length > 0) await insertNotifications(tx, rows, now);
  await planEvents(tx, events.filter((event) => toggles.isOutgoing(event)), now);
  await ringDoorbell(tx, events.map((event) => event.user_id));
}
