import type { MatchDraft, MatchReason } from "./schema.ts";

/** Why a match is told when it is the first of its listing. A floor is not an offer, so it is never a new one. */
export function matchReason(
  draft: Pick<MatchDraft, "listing" | "verdict" | "alreadyForSale" | "cameIntoRange">,
): MatchReason {
  if (draft.listing.kind === "release") return "new_release";
  if (draft.listing.kind === "floor") {
    if (hasTarget(draft)) return "at_or_below_target";
    return draft.alreadyForSale ? "already_for_sale" : "first_available";
  }
  if (draft.cameIntoRange) return "into_range";
  return draft.alreadyForSale ? "already_for_sale" : "new_listing";
}

/** The rule has an upper price bound, and the listing is within it. */
export function hasTarget({ verdict }: Pick<MatchDraft, "verdict">): boolean {
  return verdict.checks.some(({ predicate }) => predicate === "max_price" || predicate === "target_price");
}
