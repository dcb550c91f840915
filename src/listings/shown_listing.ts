import { z } from "zod";
import { listingSchema, toListingJson } from "./listing_json.ts";
import type { Listing } from "./schema.ts";

/** A stored listing with what its provider's terms let us show of it. */
export const shownListingSchema = listingSchema.extend({
  title: z.string().nullable().describe("Null: what the provider said may no longer be shown"),
  attribution: z.object({ text: z.string(), url: z.string() }).nullable()
    .describe("Credit that the provider asks to be shown beside it"),
}).meta({
  id: "ShownListing",
  description: "One thing seen; once expires_at has passed, what the provider said of it is null",
});

/** The credit that a provider's terms ask for beside what `page` shows; null: none. */
export type DescribeCredit = (
  provider: string,
  page: string | null,
) => { attribution: { text: string; url: string } | null };

/** The `shownListingSchema` form of a stored listing at `now`, for somebody who buys on `marketplaces` (none: anywhere). */
export function toShownListingJson(
  listing: Listing,
  options: { now: Date; marketplaces: readonly string[]; describe: DescribeCredit },
): z.input<typeof shownListingSchema> {
  const isExpired = listing.expires_at !== null && listing.expires_at <= options.now;
  const isHidden = isExpired && listing.blanked_at === null;
  const { attribution } = options.describe(listing.provider, isHidden ? null : listing.url);
  const shown = { ...toListingJson(listing, options), attribution };
  if (!isExpired) return shown;
  if (isHidden) return { ...shown, ...BLANK };
  // What is left is free.
  return { ...shown, ...BLANK, title: listing.title, url: listing.url, formats: listing.formats };
}

const BLANK = {
  title: null,
  url: null,
  image_url: null,
  price: null,
  currency: null,
  shipping: null,
  for_sale_count: null,
  condition: null,
  grade: null,
  formats: [],
  seller: null,
  location: null,
  ends_at: null,
  marketplaces: [],
};
