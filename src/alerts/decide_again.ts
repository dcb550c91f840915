/** When a listing that a user knows is told again (semantics §4, "re-arm"). Pure. */
import type { Supply } from "../listings/supply.ts";
import type { Rates } from "../matching/verdict.ts";
import {
  comparePrices,
  hasFallen,
  hasRisen,
  isBack,
  REARM_RISE_PERCENT,
  type SeenPrice,
  type ToldPrice,
} from "./compare_prices.ts";

/** What a user was last told about a listing; what was only recorded counts as told, `alerted_at` null. */
export interface Told extends ToldPrice {
  alerted_at: Date | null;
  armed: boolean;
}

/** The listing as it is now, and what of the user's rules matches it. */
export interface Seen extends SeenPrice {
  isFloor: boolean;
  supply: Supply;
  /** The price was to buy it for and is a bid now, or the reverse. */
  isOtherKind: boolean;
  /** The smallest of the rules that match now; null: none does, so nothing alerts. */
  dropPercent: number | null;
  /** It was outside a rule that matches now. */
  cameIntoRange: boolean;
}

/** Null alert: nothing to tell. `rebase`: the price of now counts as told from now on. */
export interface AgainDecision {
  alert: "price_drop" | "fell_again" | null;
  armed: boolean;
  rebase: boolean;
}

/**
 * Tells again when the price is at or below the one told less the drop, or when it rose by REARM_RISE_PERCENT and fell
 * again: back to the price told or below, or back into the range of a rule. A fall that stops between is not news,
 * because the user knows a better price.
 *
 * A release with no copy for sale has no price, which is above every price: it arms too. Being blocked or unknown does
 * not, and neither does the end of a single offer: a search that loses an offer for a while must not tell it twice.
 * A price that becomes known counts as told without an alert: nobody can say that it fell. Neither can anybody of an
 * auction that loses its Buy It Now with its first bid, which nobody can have it for.
 */
export function decideAgain(told: Told, seen: Seen, rates: Rates): AgainDecision {
  const quiet = (armed: boolean, rebase = false): AgainDecision => ({ alert: null, armed, rebase });
  if (seen.supply !== "some") return quiet(told.armed || (seen.isFloor && seen.supply === "none"));
  if (told.price_minor === null || seen.isOtherKind) return quiet(told.armed, seen.price_minor !== null);
  const compared = comparePrices(told, seen, rates);
  if (compared === null) return quiet(told.armed);
  if (hasRisen(compared, REARM_RISE_PERCENT)) return quiet(true);
  if (seen.dropPercent === null) return quiet(told.armed);
  if (hasFallen(compared, seen.dropPercent)) return { alert: "price_drop", armed: false, rebase: false };
  const isBackInReach = isBack(compared) || seen.cameIntoRange;
  if (told.armed && isBackInReach) return { alert: "fell_again", armed: false, rebase: false };
  return quiet(told.armed);
}
