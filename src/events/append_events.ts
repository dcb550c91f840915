import type { Sql } from "../platform/sql.ts";
import type { AppendedEvent, EventDraft } from "./schema.ts";
import { insertEventContent, insertEvents, reserveSequence } from "./store.ts";

/**
 * Appends events to their users' logs, in the given order per user, inside the caller's transaction, and gives them.
 * Those of users who were deleted meanwhile are dropped: their end must not fail what concerns others.
 * Call it late: it holds the heads of all users concerned until the transaction ends.
 */
export async function appendEvents(
  tx: Sql,
  drafts: readonly EventDraft[],
  now: Date,
): Promise<AppendedEvent[]> {
  if (drafts.length === 0) return [];
  const counts = new Map<string, number>();
  for (const draft of drafts) counts.set(draft.user_id, (counts.get(draft.user_id) ?? 0) + 1);
  const next = await reserveSequence(tx, counts);
  const events = drafts.filter((draft) => next.has(draft.user_id)).map((draft) => {
    const seq = next.get(draft.user_id)! + 1; // safe: filtered
    next.set(draft.user_id, seq);
    return { ...draft, id: crypto.randomUUID(), seq };
  });
  if (events.length === 0) return [];
  await insertEvents(tx, events.map(toRow), now);
  const content = events.flatMap((event) => event.content ? [{ event_id: event.id, ...event.content }] : []);
  if (content.length > 0) await insertEventContent(tx, content);
  return events;
}

function toRow(event: AppendedEvent) {
  const { id, user_id, seq, type, payload } = event;
  return {
    id,
    user_id,
    seq,
    type,
    payload,
    rule_id: event.rule_id ?? null,
    watch_release_id: event.watch_release_id ?? null,
    listing_id: event.listing_id ?? null,
  };
}
