import { LEASE_SECONDS } from "../platform/lease.ts";
import type { Sql } from "../platform/sql.ts";
import type { ChannelErrorKind } from "./channels/contract.ts";

/** A claimed delivery. */
export interface DeliveryRow {
  id: string;
  channel_id: string;
  kind: "instant" | "digest";
  attempts: number;
}

/** Makes deliveries that are due at once. A digest's slot is given once: a second one is refused by the table. */
export async function insertDeliveries(
  tx: Sql,
  rows: readonly {
    id: string;
    channel_id: string;
    kind: "instant" | "digest";
    local_date: string | null;
    slot: string | null;
  }[],
  now: Date,
): Promise<void> {
  await tx`
    insert into deliveries (id, channel_id, kind, local_date, slot, next_attempt_at, created_at)
    select id, channel_id, kind, local_date, slot, ${now}, ${now}
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(
      id uuid, channel_id uuid, kind text, local_date date, slot text)`;
}

/** Those of the slots whose digest was cut before. */
export function findTakenSlots(
  tx: Sql,
  slots: readonly { channel_id: string; local_date: string; slot: string }[],
): Promise<{ channel_id: string; local_date: string; slot: string }[]> {
  return tx<{ channel_id: string; local_date: string; slot: string }>`
    select channel_id, local_date, slot from deliveries
    where (channel_id, local_date, slot) in (
      select * from unnest(
        ${slots.map((one) => one.channel_id)}::uuid[], ${slots.map((one) => one.local_date)}::text[]::date[],
        ${slots.map((one) => one.slot)}::text[]))`;
}

/**
 * Claims up to `limit` deliveries due at `now` for LEASE_SECONDS and raises their lease token.
 * `skip locked` keeps two dispatchers off one delivery; an expired lease is due again.
 */
export function claimDueDeliveries(
  sql: Sql,
  options: { now: Date; limit: number },
): Promise<{ id: string; token: number }[]> {
  return sql<{ id: string; token: number }>`
    with due as (
      select id from deliveries
      where state = 'pending' and next_attempt_at <= ${options.now}
        and (lease_until is null or lease_until <= ${options.now})
      order by next_attempt_at
      limit ${options.limit}
      for update skip locked
    )
    update deliveries d
    set lease_until = ${options.now}::timestamptz + make_interval(secs => ${LEASE_SECONDS}), lease_token = d.lease_token + 1
    from due where d.id = due.id
    returning d.id, d.lease_token as token`;
}

/** When the next item is to be cut or the next delivery tried; null: nothing waits. */
export async function nextDeliveryDueAt(sql: Sql): Promise<Date | null> {
  const rows = await sql<{ due_at: Date | null }>`
    select least(
      (select min(not_before) from delivery_items where state = 'pending'),
      (select min(greatest(next_attempt_at, lease_until)) from deliveries where state = 'pending')) as due_at`;
  return rows[0]?.due_at ?? null;
}

/** Extends the lease of a delivery and gives it; null when the token is no longer its, or it is done. */
export async function renewDelivery(
  sql: Sql,
  row: { id: string; token: number; now: Date },
): Promise<DeliveryRow | null> {
  const rows = await sql<DeliveryRow>`
    update deliveries set lease_until = ${row.now}::timestamptz + make_interval(secs => ${LEASE_SECONDS})
    where id = ${row.id} and lease_token = ${row.token} and state = 'pending'
    returning id, channel_id, kind, attempts`;
  return rows[0] ?? null;
}

/** Locks the delivery while the token is still its; false: somebody else has it, write nothing. */
export async function fenceDelivery(tx: Sql, row: { id: string; token: number }): Promise<boolean> {
  const rows = await tx`
    select id from deliveries where id = ${row.id} and lease_token = ${row.token} and state = 'pending' for update`;
  return rows.length === 1;
}

/** Keeps what one attempt came to. */
export async function insertAttempt(
  tx: Sql,
  row: {
    delivery_id: string;
    attempt: number;
    started_at: Date;
    duration_ms: number;
    outcome: "sent" | ChannelErrorKind;
    detail: string;
  },
): Promise<void> {
  await tx`
    insert into delivery_attempts (delivery_id, attempt, started_at, duration_ms, outcome, detail)
    values (${row.delivery_id}, ${row.attempt}, ${row.started_at}, ${row.duration_ms}, ${row.outcome}, ${row.detail})`;
}

/** Ends a delivery and gives the lease back. */
export async function finishDelivery(
  tx: Sql,
  row: {
    id: string;
    state: "sent" | "failed" | "suppressed" | "off";
    reason: string | null;
    attempts: number;
    now: Date;
  },
): Promise<void> {
  await tx`
    update deliveries set state = ${row.state}, reason = ${row.reason}, attempts = ${row.attempts},
      finished_at = ${row.now}, lease_until = null
    where id = ${row.id}`;
}

/** Plans the next attempt and gives the lease back. */
export async function postponeDelivery(
  tx: Sql,
  row: { id: string; reason: string | null; attempts: number; next_attempt_at: Date },
): Promise<void> {
  await tx`
    update deliveries set reason = ${row.reason}, attempts = ${row.attempts}, next_attempt_at = ${row.next_attempt_at},
      lease_until = null
    where id = ${row.id}`;
}

/** Removes a delivery that was never tried and has no items left. */
export async function deleteDelivery(tx: Sql, id: string): Promise<void> {
  await tx`delete from deliveries where id = ${id}`;
}

/** A delivery of this channel; null when it has none with this id. */
export async function findDelivery(
  sql: Sql,
  query: { id: string; channel_id: string },
): Promise<DeliveryRow | null> {
  const rows = await sql<DeliveryRow>`
    select id, channel_id, kind, attempts from deliveries
    where id = ${query.id} and channel_id = ${query.channel_id}`;
  return rows[0] ?? null;
}

/** Where one event stands on one channel. */
export interface ItemStateRow {
  channel_id: string;
  channel: "email";
  /** Null: no item was written, because the channel or the event's type was off. */
  item_state: "pending" | "cut" | "suppressed" | "off" | null;
  item_reason: string | null;
  not_before: Date | null;
  delivery_id: string | null;
  kind: "instant" | "digest" | null;
  delivery_state: "pending" | "sent" | "failed" | "suppressed" | "off" | null;
  delivery_reason: string | null;
  attempts: number | null;
  next_attempt_at: Date | null;
  finished_at: Date | null;
}

/** Where the event stands on each of the user's channels. */
export function listItemStates(
  sql: Sql,
  query: { user_id: string; event_id: string },
): Promise<ItemStateRow[]> {
  return sql<ItemStateRow>`
    select c.id as channel_id, c.kind as channel, i.state as item_state, i.reason as item_reason, i.not_before,
      d.id as delivery_id, d.kind, d.state as delivery_state, d.reason as delivery_reason, d.attempts, d.next_attempt_at,
      d.finished_at
    from channels c
    left join delivery_items i on i.channel_id = c.id and i.event_id = ${query.event_id}
    left join deliveries d on d.id = i.delivery_id
    where c.user_id = ${query.user_id}
    order by c.created_at, c.id`;
}
