import type { Listing } from "./schema.ts";

/** Whether one can buy it: `blocked` is forbidden to be sold, `unknown` is not "none". */
export type Supply = "some" | "none" | "blocked" | "unknown";

/** What a listing says about being for sale. An offer that is active is; a floor is when it has a price or a count. */
export function supplyOf(
  listing: Pick<Listing, "kind" | "status" | "is_blocked" | "for_sale_count" | "price_minor" | "blanked_at">,
): Supply {
  if (listing.status === "ended") return "none";
  if (isTombstone(listing)) return "unknown";
  if (listing.kind !== "floor") return "some";
  if (listing.is_blocked) return "blocked";
  if (listing.for_sale_count === 0) return "none";
  return listing.price_minor !== null || listing.for_sale_count !== null ? "some" : "unknown";
}

/** Whether what was said of it is gone, so that it must not be judged. A release of the catalogue has only free facts. */
export function isTombstone({ kind, blanked_at }: Pick<Listing, "kind" | "blanked_at">): boolean {
  return blanked_at !== null && kind !== "release";
}
