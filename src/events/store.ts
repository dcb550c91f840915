import type { Sql } from "../platform/sql.ts";

/**
 * Adds `counts` to each user's head and gives the last number before; a user who was deleted meanwhile is left out.
 * Keeps the users from being deleted, then locks the heads in order of user id until the transaction ends: two batches
 * that share users wait for each other and never deadlock, and numbers appear in commit order.
 */
export async function reserveSequence(
  tx: Sql,
  counts: ReadonlyMap<string, number>,
): Promise<Map<string, number>> {
  const users = [...counts.keys()].sort();
  await tx`
    insert into event_heads (user_id, last_seq)
    select id, 0 from (select id from users where id = any(${users}::uuid[]) order by id for key share) u
    on conflict (user_id) do nothing`;
  const heads = await tx<{ user_id: string; last_seq: number }>`
    select user_id, last_seq from event_heads where user_id = any(${users}::uuid[]) order by user_id for update`;
  await tx`
    update event_heads h set last_seq = h.last_seq + n.count
    from unnest(${users}::uuid[], ${users.map((user) => counts.get(user)!)}::bigint[]) as n(user_id, count)
    where h.user_id = n.user_id`;
  return new Map(heads.map((head) => [head.user_id, head.last_seq]));
}

/** Rows as insertEvents() takes them. */
export interface EventRow {
  id: string;
  user_id: string;
  seq: number;
  type: string;
  rule_id: string | null;
  watch_release_id: string | null;
  listing_id: string | null;
  payload: Record<string, unknown>;
}

/** Inserts events whose numbers were reserved in this transaction. */
export async function insertEvents(tx: Sql, rows: readonly EventRow[], now: Date): Promise<void> {
  await tx`
    insert into events (id, user_id, seq, type, rule_id, watch_release_id, listing_id, payload, created_at)
    select id, user_id, seq, type, rule_id, watch_release_id, listing_id, payload, ${now}
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(
      id uuid, user_id uuid, seq bigint, type text, rule_id uuid, watch_release_id uuid, listing_id uuid, payload jsonb)`;
}

/** Inserts what providers said, beside the events it belongs to. */
export async function insertEventContent(tx: Sql, rows: readonly Record<string, unknown>[]): Promise<void> {
  await tx`
    insert into event_content (
      event_id, provider, title, url, image_url, price_minor, currency, previous_price_minor, previous_currency,
      for_sale_count, shipping_minor, ends_at, condition, observed_at, expires_at)
    select
      event_id, provider, title, url, image_url, price_minor, currency, previous_price_minor, previous_currency,
      for_sale_count, shipping_minor, ends_at, condition, observed_at, expires_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(
      event_id uuid, provider text, title text, url text, image_url text, price_minor bigint, currency text,
      previous_price_minor bigint, previous_currency text, for_sale_count int, shipping_minor bigint, ends_at timestamptz,
      condition text, observed_at timestamptz, expires_at timestamptz)`;
}

/**
 * Waits for every publish to this user under way and holds up later ones until the transaction ends; a user who was
 * deleted meanwhile has none.
 */
export async function lockEventHead(tx: Sql, userId: string): Promise<void> {
  await tx`
    insert into event_heads (user_id, last_seq)
    select id, 0 from (select id from users where id = ${userId} for key share) u
    on conflict (user_id) do update set last_seq = event_heads.last_seq`;
}

/**
 * Blanks at most `limit` pieces of content that have expired, the longest expired first, and gives how many. Titles and
 * addresses of the named providers stay. Processes that do it at once share the work.
 */
export async function blankEventContent(
  sql: Sql,
  input: { now: Date; limit: number; keepTitle: readonly string[]; keepUrl: readonly string[] },
): Promise<number> {
  const rows = await sql`
    with expired as (
      select event_id from event_content
      where expires_at <= ${input.now} and blanked_at is null
      order by expires_at
      limit ${input.limit}
      for update skip locked
    )
    update event_content c set
      title = case when c.provider = any(${input.keepTitle}::text[]) then c.title end,
      url = case when c.provider = any(${input.keepUrl}::text[]) then c.url end,
      image_url = null, price_minor = null, currency = null, previous_price_minor = null, previous_currency = null,
      for_sale_count = null, shipping_minor = null, ends_at = null, condition = null, blanked_at = ${input.now}
    from expired e where e.event_id = c.event_id
    returning c.event_id`;
  return rows.length;
}
