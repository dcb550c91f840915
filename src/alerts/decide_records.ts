/** What happened to a listing, for the log of everybody it matched. Not alerts. Pure. */
import type { EventType } from "../events/schema.ts";
import type { Ingested, Listing } from "../listings/schema.ts";
import { supplyOf } from "../listings/supply.ts";
import { DEFAULT_DROP_PERCENT } from "./schema.ts";

/** Something to note about a listing; `reason` is shown. */
export interface ListingRecord {
  type: EventType;
  reason: "price_rise" | "supply_up" | "ended";
}

/**
 * What a change is worth noting: that the listing ended, that its price rose, that more copies are for sale. Bids of an
 * auction always rise, so they are no price rise; a floor moves with exchange rates every day, so a small rise of one
 * is none either.
 */
export function recordsOf({ previous, listing }: Pick<Ingested, "previous" | "listing">): ListingRecord[] {
  if (previous === null) return [];
  if (previous.status === "active" && listing.status === "ended") {
    return [{ type: "LISTING_ENDED", reason: "ended" }];
  }
  const records: ListingRecord[] = [];
  if (hasPriceRisen(previous, listing)) records.push({ type: "LISTING_PRICE_RISE", reason: "price_rise" });
  const [before, after] = [countOf(previous), countOf(listing)];
  if (before !== null && after !== null && after > before) {
    records.push({ type: "LISTING_SUPPLY_UP", reason: "supply_up" });
  }
  return records;
}

function hasPriceRisen(previous: Listing, listing: Listing): boolean {
  if (supplyOf(previous) !== "some" || supplyOf(listing) !== "some") return false;
  if (previous.price_minor === null || listing.price_minor === null) return false;
  if (previous.currency !== listing.currency || listing.price_kind === "bid") return false;
  const least = listing.kind === "floor" ? DEFAULT_DROP_PERCENT : 0;
  return listing.price_minor > previous.price_minor &&
    listing.price_minor * 100 >= previous.price_minor * (100 + least);
}

/** Copies for sale of a floor; null: it does not say, or must not be sold. */
function countOf(listing: Listing): number | null {
  return listing.kind === "floor" && !listing.is_blocked ? listing.for_sale_count : null;
}
