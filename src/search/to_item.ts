import type { Listing } from "../listings/schema.ts";
import { shippingTo } from "../listings/shipping.ts";
import { toNumber } from "../pricing/money.ts";
import type { SearchItem } from "./schema.ts";

/** Providers whose links go through this service, which counts what is followed. */
const OUTBOUND = new Set(["ebay"]);

/** Who reads a hit, and when. */
export interface Reader {
  /** Shown where a price is unknown, and so has no currency of its own. */
  currency: string;
  /** Searched marketplaces: shipping is to buyers there. */
  marketplaces: readonly string[];
  now: Date;
}

/** A stored listing as a hit. */
export function toItem(listing: Listing, reader: Reader): SearchItem {
  const { id, provider, price_minor: minor, currency: own } = listing;
  const { minor: shipping } = shippingTo(listing, reader);
  const publicUrl = listing.url ?? "";
  return {
    id,
    listing_id: id,
    provider,
    external_id: listing.external_id,
    kind: listing.kind,
    // A search shows what its provider has just said.
    title: listing.title ?? "",
    url: OUTBOUND.has(provider) ? `/api/outbound/${provider}/${id}` : publicUrl,
    public_url: publicUrl,
    image_url: listing.image_url,
    price: minor === null || own === null ? null : toNumber(minor, own),
    price_kind: listing.price_kind,
    currency: own ?? reader.currency,
    shipping: shipping === null || own === null ? null : toNumber(shipping, own),
    condition: listing.condition,
    grade: listing.grade,
    seller: listing.seller,
    location: listing.location,
    discogs_release_id: listing.discogs_release_id,
    listed_at: listing.listed_at,
    ends_at: listing.ends_at,
    marketplaces: listing.marketplaces,
    observed_at: listing.observed_at,
  };
}
