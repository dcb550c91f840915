import type { Sql } from "../../platform/sql.ts";
import type { EventType } from "../../events/schema.ts";
import type { ShippingReadings } from "../../listings/shipping.ts";

/** An event of a delivery with what its provider said then, and what the listing is now. */
export interface MessageRow {
  event_id: string;
  type: EventType;
  /** It is about a listing. */
  is_find: boolean;
  payload: Record<string, unknown>;
  /** Null: the event has no listing, or it is gone. */
  then: ListingFacts | null;
  now: ListingFacts & { status: "active" | "ended" } | null;
  /** Events of the whole delivery, and those about a listing among them. */
  total: number;
  total_finds: number;
}

/** What a provider said, in the form of json: times are text. */
export interface ListingFacts {
  provider: string;
  title: string | null;
  url: string | null;
  image_url: string | null;
  price_minor: number | null;
  currency: string | null;
  price_kind: "fixed" | "bid";
  /** The price told before, where the event is about its change; only of what was said then. */
  previous_price_minor?: number | null;
  previous_currency?: string | null;
  /** Of a floor: copies for sale. */
  for_sale_count?: number | null;
  /** Then: to where the rules that matched look; now: to everybody. */
  shipping_minor?: number | null;
  /** Only of what it is now. */
  shipping?: ShippingReadings;
  ends_at?: string | null;
  condition: string | null;
  expires_at: string | null;
  /** What is left since then is free to be shown. */
  blanked_at: string | null;
}

/** The first `limit` events of a delivery: what can still be had before what has ended, each newest first. */
export function listMessageRows(
  sql: Sql,
  query: { delivery_id: string; limit: number },
): Promise<MessageRow[]> {
  return sql<MessageRow>`
    select i.event_id, e.type, e.listing_id is not null as is_find, e.payload,
      to_jsonb(c) as then, to_jsonb(l) - 'keys' as now,
      count(*) over () as total, count(e.listing_id) over () as total_finds
    from delivery_items i
    join events e on e.id = i.event_id
    left join event_content c on c.event_id = i.event_id
    left join listings l on l.id = e.listing_id
    where i.delivery_id = ${query.delivery_id}
    order by coalesce(l.status, 'active'), e.seq desc
    limit ${query.limit}`;
}
