import type { Sql } from "../platform/sql.ts";

/** One event on its way to one channel. */
export interface DeliveryItem {
  event_id: string;
  channel_id: string;
  mode: "instant" | "hourly" | "daily";
  not_before: Date;
  /** `YYYY-MM-DD` and name of the digest it is planned for; both null: it leaves on its own. */
  local_date: string | null;
  slot: string | null;
  /** Quiet hours moved it. */
  deferred: boolean;
}

/** An item with the time of its event, from which plans are made anew. */
export interface PendingItem extends DeliveryItem {
  event_at: Date;
}

/** Inserts planned items; one for an event and channel that is there already stays as it is. */
export async function insertDeliveryItems(tx: Sql, rows: readonly DeliveryItem[], now: Date): Promise<void> {
  await tx`
    insert into delivery_items (event_id, channel_id, mode, not_before, local_date, slot, deferred, created_at)
    select event_id, channel_id, mode, not_before, local_date, slot, deferred, ${now}
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(
      event_id uuid, channel_id uuid, mode text, not_before timestamptz, local_date date, slot text, deferred boolean)
    on conflict do nothing`;
}

/** Items of these channels that are due at `now`, oldest event first. */
export function listDueItems(
  tx: Sql,
  query: { channel_ids: readonly string[]; now: Date },
): Promise<PendingItem[]> {
  return tx<PendingItem>`
    select i.event_id, i.channel_id, i.mode, i.not_before, i.local_date, i.slot, i.deferred, e.created_at as event_at
    from delivery_items i join events e on e.id = i.event_id
    where i.channel_id = any(${query.channel_ids}::uuid[]) and i.state = 'pending' and i.not_before <= ${query.now}
    order by e.seq`;
}

/** Every item of a user that has not been cut, oldest event first. */
export function listPendingItems(tx: Sql, userId: string): Promise<PendingItem[]> {
  return tx<PendingItem>`
    select i.event_id, i.channel_id, i.mode, i.not_before, i.local_date, i.slot, i.deferred, e.created_at as event_at
    from delivery_items i join events e on e.id = i.event_id join channels c on c.id = i.channel_id
    where c.user_id = ${userId} and i.state = 'pending'
    order by e.seq`;
}

/** Writes new plans over pending items. */
export async function moveItems(tx: Sql, rows: readonly DeliveryItem[]): Promise<void> {
  await tx`
    update delivery_items i
    set mode = r.mode, not_before = r.not_before, local_date = r.local_date, slot = r.slot, deferred = r.deferred
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(
      event_id uuid, channel_id uuid, mode text, not_before timestamptz, local_date date, slot text, deferred boolean)
    where i.event_id = r.event_id and i.channel_id = r.channel_id and i.state = 'pending'`;
}

/** Puts pending items into the deliveries they leave with. */
export async function assignItems(
  tx: Sql,
  rows: readonly { event_id: string; channel_id: string; delivery_id: string }[],
): Promise<void> {
  await tx`
    update delivery_items i set state = 'cut', delivery_id = r.delivery_id
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(
      event_id uuid, channel_id uuid, delivery_id uuid)
    where i.event_id = r.event_id and i.channel_id = r.channel_id and i.state = 'pending'`;
}

/** Ends pending items that will not leave, saying why. */
export async function closeItems(
  tx: Sql,
  rows: readonly { event_id: string; channel_id: string; state: "off" | "suppressed"; reason: string }[],
): Promise<void> {
  await tx`
    update delivery_items i set state = r.state, reason = r.reason
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(
      event_id uuid, channel_id uuid, state text, reason text)
    where i.event_id = r.event_id and i.channel_id = r.channel_id and i.state = 'pending'`;
}

/** Takes the items of a delivery back: they wait again, as planned by `plan`. */
export async function releaseItems(
  tx: Sql,
  input: { delivery_id: string; not_before: Date; local_date: string; slot: string },
): Promise<void> {
  await tx`
    update delivery_items
    set state = 'pending', delivery_id = null, deferred = true, not_before = ${input.not_before},
      local_date = case when mode = 'daily' then local_date else ${input.local_date}::date end,
      slot = case when mode = 'daily' then slot else ${input.slot} end
    where delivery_id = ${input.delivery_id}`;
}
