import type { PageRequest } from "../platform/paging.ts";
import type { Sql } from "../platform/sql.ts";
import type { Listing } from "../listings/schema.ts";
import { shippingTo } from "../listings/shipping.ts";
import type { InboxRow } from "./schema.ts";

/** Inserts inbox rows; a second row for one event is refused by the table. */
export async function insertNotifications(
  tx: Sql,
  rows: readonly { user_id: string; event_id: string; event_type: string; seq: number }[],
  now: Date,
): Promise<void> {
  await tx`
    insert into notifications (user_id, event_id, event_type, seq, created_at)
    select user_id, event_id, event_type, seq, ${now}
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(
      user_id uuid, event_id uuid, event_type text, seq bigint)`;
}

/** A user's inbox, newest first, as its terms let us show it at `now`; one row more than the page's limit when there is more. */
export async function listNotifications(
  sql: Sql,
  query: { user_id: string; unread: boolean; page: PageRequest; now: Date },
): Promise<InboxRow[]> {
  const after = query.page.after;
  const rows = await sql<InboxRow>`
    select n.id, n.user_id, n.event_id, n.event_type, n.seq, n.read_at, n.created_at,
      e.rule_id, e.watch_release_id, e.listing_id, e.payload,
      k.provider, c.title, c.url, c.image_url, c.price_minor, c.currency,
      c.previous_price_minor, c.previous_currency, c.for_sale_count, c.shipping_minor, c.ends_at, c.condition, c.observed_at,
      k.event_id is not null and (c.event_id is null or c.blanked_at is not null) as is_forgotten
    from notifications n
    join events e on e.id = n.event_id
    left join event_content k on k.event_id = n.event_id
    left join event_content c on c.event_id = n.event_id
      and (c.expires_at is null or c.expires_at > ${query.now} or c.blanked_at is not null)
    where n.user_id = ${query.user_id}
      and (not ${query.unread}::boolean or n.read_at is null)
      and (${after?.id ?? null}::uuid is null
        or (n.created_at, n.id) < (${after?.created_at ?? null}::timestamptz, ${after?.id ?? null}::uuid))
    order by n.created_at desc, n.id desc
    limit ${query.page.limit + 1} offset ${query.page.offset}`;
  return await withListingsNow(sql, rows, query.now);
}

/** Inbox rows of a user with a sequence number above `afterSeq`, oldest first: the replay of a stream. */
export async function listNotificationsAfter(
  sql: Sql,
  query: { user_id: string; afterSeq: number; limit: number; now: Date },
): Promise<InboxRow[]> {
  const rows = await sql<InboxRow>`
    select n.id, n.user_id, n.event_id, n.event_type, n.seq, n.read_at, n.created_at,
      e.rule_id, e.watch_release_id, e.listing_id, e.payload,
      k.provider, c.title, c.url, c.image_url, c.price_minor, c.currency,
      c.previous_price_minor, c.previous_currency, c.for_sale_count, c.shipping_minor, c.ends_at, c.condition, c.observed_at,
      k.event_id is not null and (c.event_id is null or c.blanked_at is not null) as is_forgotten
    from notifications n
    join events e on e.id = n.event_id
    left join event_content k on k.event_id = n.event_id
    left join event_content c on c.event_id = n.event_id
      and (c.expires_at is null or c.expires_at > ${query.now} or c.blanked_at is not null)
    where n.user_id = ${query.user_id} and n.seq > ${query.afterSeq}
    order by n.seq
    limit ${query.limit}`;
  return await withListingsNow(sql, rows, query.now);
}

/** One inbox row; null when the user has none with this id. */
export async function findNotification(
  sql: Sql,
  query: { user_id: string; id: string; now: Date },
): Promise<InboxRow | null> {
  const rows = await sql<InboxRow>`
    select n.id, n.user_id, n.event_id, n.event_type, n.seq, n.read_at, n.created_at,
      e.rule_id, e.watch_release_id, e.listing_id, e.payload,
      k.provider, c.title, c.url, c.image_url, c.price_minor, c.currency,
      c.previous_price_minor, c.previous_currency, c.for_sale_count, c.shipping_minor, c.ends_at, c.condition, c.observed_at,
      k.event_id is not null and (c.event_id is null or c.blanked_at is not null) as is_forgotten
    from notifications n
    join events e on e.id = n.event_id
    left join event_content k on k.event_id = n.event_id
    left join event_content c on c.event_id = n.event_id
      and (c.expires_at is null or c.expires_at > ${query.now} or c.blanked_at is not null)
    where n.user_id = ${query.user_id} and n.id = ${query.id}`;
  return (await withListingsNow(sql, rows, query.now))[0] ?? null;
}

/**
 * Where what was said then may no longer be shown, what was said since: a listing that is still for sale is shown as it
 * is now, with the time of that. Rows whose listing is gone or just as old stay.
 */
async function withListingsNow(sql: Sql, rows: InboxRow[], now: Date): Promise<InboxRow[]> {
  const ids = rows.flatMap((row) => row.is_forgotten && row.listing_id !== null ? [row.listing_id] : []);
  if (ids.length === 0) return rows;
  type Fresh =
    & Pick<
      InboxRow,
      | "title"
      | "url"
      | "image_url"
      | "price_minor"
      | "currency"
      | "for_sale_count"
      | "ends_at"
      | "condition"
      | "observed_at"
    >
    & Pick<Listing, "id" | "shipping_minor" | "shipping">;
  const listings = await sql<Fresh>`
    select id, title, url, image_url, price_minor, currency, for_sale_count, shipping_minor, shipping, ends_at, condition,
      observed_at
    from listings
    where id = any(${ids}::uuid[]) and status = 'active' and blanked_at is null
      and (expires_at is null or expires_at > ${now})`;
  const byId = new Map(listings.map((listing) => [listing.id, listing]));
  return rows.map((row) => {
    const listing = row.is_forgotten ? byId.get(row.listing_id ?? "") : undefined;
    if (!listing) return row;
    const { id: _id, shipping: _shipping, ...fresh } = listing;
    const { minor: shipping_minor } = shippingTo(listing, {
      marketplaces: row.payload.marketplaces ?? [],
      now,
    });
    return { ...row, ...fresh, shipping_minor, is_forgotten: false };
  });
}

/** Marks an inbox row read; the first time stands. */
export async function markRead(sql: Sql, query: { user_id: string; id: string; now: Date }): Promise<void> {
  await sql`
    update notifications set read_at = ${query.now}
    where user_id = ${query.user_id} and id = ${query.id} and read_at is null`;
}

/** How many inbox rows a user has not read. */
export async function countUnread(sql: Sql, userId: string): Promise<number> {
  const rows = await sql<{ count: number }>`
    select count(*) as count from notifications where user_id = ${userId} and read_at is null`;
  return rows[0]?.count ?? 0;
}

/** A user's last sequence number; 0: nothing has happened yet. */
export async function findLastSeq(sql: Sql, userId: string): Promise<number> {
  const rows = await sql<{ last_seq: number }>`select last_seq from event_heads where user_id = ${userId}`;
  return rows[0]?.last_seq ?? 0;
}
