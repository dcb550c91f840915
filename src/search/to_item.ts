import type { Listing } from "../listings/schema.ts";
import { toNumber } from "../pricing/money.ts";
import type { SearchItem } from "./schema.ts";

/** Providers whose links go through this service, which counts what is followed. */
const OUTBOUND = new Set(["ebay"]);

/** A stored listing as a hit. An unknown price has no currency of its own: it is shown in the searcher's. */
export function toItem(listing: Listing, currency: string): SearchItem {
  const { id, provider, price_minor: minor, shipping_minor: shipping, currency: own } = listing;
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
    currency: own ?? currency,
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
