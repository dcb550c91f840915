import type { ListingDraft } from "../providers/contract.ts";
import type { ShippingReadings } from "./shipping.ts";
import type { Grade } from "../matching/grades.ts";

/** A stored listing. Prices in minor units of `currency`; null always means unknown. */
export interface Listing {
  id: string;
  provider: string;
  external_id: string;
  kind: ListingDraft["kind"];
  /** Null: blanked, because the provider's terms no longer let it be kept. */
  title: string | null;
  url: string | null;
  image_url: string | null;
  price_minor: number | null;
  currency: string | null;
  price_kind: "fixed" | "bid";
  /** What everybody pays for shipping; null also where it differs by marketplace, see shippingTo(). */
  shipping_minor: number | null;
  shipping: ShippingReadings;
  /** Of a floor: copies for sale; null is unknown. */
  for_sale_count: number | null;
  /** Of a floor: the marketplace forbids selling it. */
  is_blocked: boolean;
  condition: string | null;
  /** Media grade; null when none can be told. */
  grade: Grade | null;
  formats: string[];
  seller: string | null;
  location: string | null;
  discogs_release_id: number | null;
  discogs_master_id: number | null;
  status: "active" | "ended";
  /** When the provider says it went on sale. */
  listed_at: Date | null;
  /** When the provider says it will be over; null: it does not say. */
  ends_at: Date | null;
  /** Where it is listed and where searches have shown it, sorted; empty: its provider has but one marketplace. */
  marketplaces: string[];
  first_seen_at: Date;
  observed_at: Date;
  /** Until when it may be shown unless it is observed again; null: no limit. */
  expires_at: Date | null;
  /** Since when nothing is left of what was said but what the terms set free; null: it is as observed. */
  blanked_at: Date | null;
}

/** What one ingest did to one listing. */
export interface Ingested {
  listing: Listing;
  /** Seen for the first time. */
  created: boolean;
  /** The listing as it was before, when something that rules look at changed; null: it is new or the same. */
  previous: Listing | null;
  /** A price or status different from the last one was recorded. */
  observed: boolean;
}
