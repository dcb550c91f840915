import { z } from "zod";
import { toNumber } from "../pricing/money.ts";
import { GRADES } from "../matching/grades.ts";
import type { Listing } from "./schema.ts";
import { shippingTo } from "./shipping.ts";

/** A stored listing as clients read it; a null price is unknown. */
export const listingSchema = z.object({
  id: z.uuid(),
  provider: z.string(),
  external_id: z.string().describe("The provider's own id"),
  kind: z.enum(["offer", "release", "floor"]),
  title: z.string(),
  url: z.string().nullable(),
  image_url: z.string().nullable(),
  price: z.number().nullable().describe("In whole units of currency; null: unknown, never 0"),
  currency: z.string().nullable(),
  price_kind: z.enum(["fixed", "bid"]),
  shipping: z.number().nullable().describe(
    "null: unknown, 0: free; of eBay to buyers on your own eBay where you chose one, else only what all pay",
  ),
  for_sale_count: z.int().nullable().describe("Of a floor: copies for sale"),
  is_blocked: z.boolean().describe("Of a floor: the marketplace forbids selling it"),
  condition: z.string().nullable().describe("In the seller's words"),
  grade: z.enum(GRADES).nullable().describe("Goldmine grade of the medium; null: none can be told"),
  formats: z.array(z.string()),
  seller: z.string().nullable(),
  location: z.string().nullable(),
  discogs_release_id: z.int().nullable(),
  discogs_master_id: z.int().nullable(),
  status: z.enum(["active", "ended"]),
  listed_at: z.date().nullable().describe("When the provider says it went on sale"),
  ends_at: z.date().nullable().describe("When an auction ends; null: the provider does not say"),
  marketplaces: z.array(z.string()).meta({
    description: "Where it is listed or was found; empty: its provider has but one marketplace",
    examples: [["EBAY_GB"]],
  }),
  first_seen_at: z.date(),
  observed_at: z.date().describe("What it says is as of this moment"),
  expires_at: z.date().nullable().describe("Until when it may be shown unless it is seen again"),
}).meta({
  id: "Listing",
  description: "One thing seen: an offer, a release, or the floor price of a release",
});

/**
 * The `listingSchema` form of a stored listing that was just observed; one that may be blanked: toShownListingJson().
 * Shipping is to the buyers of `marketplaces`; none: of all.
 */
export function toListingJson(
  listing: Listing,
  to: { marketplaces: readonly string[]; now: Date },
): z.input<typeof listingSchema> {
  const { price_minor: minor, currency } = listing;
  const { minor: shipping } = shippingTo(listing, to);
  return {
    id: listing.id,
    provider: listing.provider,
    external_id: listing.external_id,
    kind: listing.kind,
    title: listing.title ?? "",
    url: listing.url,
    image_url: listing.image_url,
    price: minor === null || currency === null ? null : toNumber(minor, currency),
    currency,
    price_kind: listing.price_kind,
    shipping: shipping === null || currency === null ? null : toNumber(shipping, currency),
    for_sale_count: listing.for_sale_count,
    is_blocked: listing.is_blocked,
    condition: listing.condition,
    grade: listing.grade,
    formats: listing.formats,
    seller: listing.seller,
    location: listing.location,
    discogs_release_id: listing.discogs_release_id,
    discogs_master_id: listing.discogs_master_id,
    status: listing.status,
    listed_at: listing.listed_at,
    ends_at: listing.ends_at,
    marketplaces: listing.marketplaces,
    first_seen_at: listing.first_seen_at,
    observed_at: listing.observed_at,
    expires_at: listing.expires_at,
  };
}
