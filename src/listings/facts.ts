import { tokens } from "../matching/tokens.ts";
import type { ListingFacts } from "../matching/verdict.ts";
import type { Listing } from "./schema.ts";

/** What a listing is judged by. */
export function factsOf(listing: Listing): ListingFacts {
  return {
    provider: listing.provider,
    tokens: listing.title === null ? [] : tokens(listing.title),
    price_minor: listing.price_minor,
    currency: listing.currency,
    grade: listing.grade,
    formats: listing.formats,
    marketplaces: listing.marketplaces,
    kind: listing.kind,
    discogs_release_id: listing.discogs_release_id,
    discogs_master_id: listing.discogs_master_id,
  };
}
