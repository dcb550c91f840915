import type { EventType } from "../events/schema.ts";
import type { Listing } from "../listings/schema.ts";
import { supplyOf } from "../listings/supply.ts";
import type { Rates } from "../matching/verdict.ts";
import { type AgainDecision, decideAgain, type Told } from "./decide_again.ts";
import { hasTarget } from "./match_reason.ts";
import { type AlertReason, FIRST_RUN_TOP, type MatchDraft, type MatchReason } from "./schema.ts";

/** A match, and whether it is the first of this rule and listing. */
export interface JudgedDraft extends MatchDraft {
  isNew: boolean;
}

/** One user and one listing: whatever number of rules, they make one alert or none. */
export interface AlertGroup {
  user_id: string;
  listing: Listing;
  /** The rules that match now. */
  drafts: JudgedDraft[];
  told: Told;
  /** The listing before something that rules look at changed; null: it is new or the same. */
  previous: Listing | null;
}

/** What happens to one group. Null alert: recorded only. */
export interface AlertDecision {
  group: AlertGroup;
  alert: { type: EventType; reason: AlertReason } | null;
  armed: boolean;
  /** The price of now counts as told. */
  rebase: boolean;
}

/**
 * Which groups alert (semantics §4). A user who was not told yet is told of a match that is not of a first run, and of
 * first runs as far as the rule's policy lets it: `all`, or among the best of `top` that the rule has left. A listing
 * that he knows, told or recorded, is told again only by its price. The first alert is NEW_MATCH whatever its reason,
 * every later one LISTING_PRICE_DROP. Pure; `rule.backfill_alerted` and `told` must be read under lock.
 */
export function decideAlerts(groups: readonly AlertGroup[], rates: Rates): AlertDecision[] {
  const decisions = groups.map((group) => decideOne(group, rates));
  for (const contenders of topContenders(decisions).values()) {
    const left = FIRST_RUN_TOP - contenders[0]!.draft.rule.backfill_alerted;
    for (const { decision } of contenders.sort(byPriceThenNewest).slice(0, Math.max(0, left))) {
      decision.alert = { type: "NEW_MATCH", reason: strongestReason(decision.group) };
    }
  }
  return decisions;
}

/** How many first-run offers each rule recorded and alerted in these decisions. */
export function countFirstRuns(
  decisions: readonly AlertDecision[],
): { id: string; found: number; alerted: number }[] {
  const counts = new Map<string, { id: string; found: number; alerted: number }>();
  for (const { group, alert } of decisions) {
    for (const { rule, alreadyForSale, isNew } of group.drafts) {
      if (!isNew || !alreadyForSale) continue;
      const count = counts.get(rule.id) ?? { id: rule.id, found: 0, alerted: 0 };
      count.found += 1;
      if (alert) count.alerted += 1;
      counts.set(rule.id, count);
    }
  }
  return [...counts.values()];
}

function decideOne(group: AlertGroup, rates: Rates): AlertDecision {
  const { told, drafts } = group;
  if (told.alerted_at === null && drafts.some(alertsByItself)) {
    return {
      group,
      alert: { type: "NEW_MATCH", reason: strongestReason(group) },
      armed: false,
      rebase: false,
    };
  }
  // A rule that comes later finds nothing new in a listing that stayed as it was.
  if (group.previous === null) return { group, alert: null, armed: told.armed, rebase: false };
  const again = decideAgain(told, seenBy(group), rates);
  return { ...again, group, alert: again.alert && alertAgain(group, again.alert) };
}

function seenBy({ listing, drafts, previous }: AlertGroup) {
  const isFloor = listing.kind === "floor";
  return {
    price_minor: listing.price_minor,
    currency: listing.currency,
    isConverted: isFloor,
    isFloor,
    supply: supplyOf(listing),
    isOtherKind: previous !== null && previous.price_kind !== listing.price_kind,
    dropPercent: drafts.length > 0 ? Math.min(...drafts.map(({ rule }) => rule.drop_percent)) : null,
    cameIntoRange: drafts.some((draft) => draft.cameIntoRange),
  };
}

function alertAgain(group: AlertGroup, how: NonNullable<AgainDecision["alert"]>): AlertDecision["alert"] {
  const isFloor = group.listing.kind === "floor";
  const hitsTarget = isFloor && group.drafts.some((draft) => draft.cameIntoRange && hasTarget(draft));
  const type = group.told.alerted_at === null ? "NEW_MATCH" : "LISTING_PRICE_DROP";
  if (hitsTarget) return { type, reason: "at_or_below_target" };
  if (type === "NEW_MATCH") return { type, reason: "into_range" };
  return { type, reason: isFloor && how === "price_drop" ? "new_low" : how };
}

function alertsByItself(draft: JudgedDraft): boolean {
  return draft.isNew && (!draft.alreadyForSale || draft.rule.first_run === "all");
}

const BY_STRENGTH: readonly MatchReason[] = [
  "new_listing",
  "new_release",
  "at_or_below_target",
  "first_available",
  "into_range",
  "already_for_sale",
];

/** News beats a fallen price beats a first run. */
function strongestReason({ drafts }: AlertGroup): MatchReason {
  const reasons = new Set(drafts.filter((draft) => draft.isNew).map((draft) => draft.reason));
  return BY_STRENGTH.find((reason) => reasons.has(reason)) ?? "already_for_sale";
}

interface Contender {
  decision: AlertDecision;
  draft: JudgedDraft;
}

function topContenders(decisions: readonly AlertDecision[]): Map<string, Contender[]> {
  const byRule = new Map<string, Contender[]>();
  for (const decision of decisions) {
    if (decision.group.told.alerted_at !== null || decision.alert) continue;
    for (const draft of decision.group.drafts) {
      if (!draft.isNew || draft.rule.first_run !== "top") continue;
      const list = byRule.get(draft.rule.id) ?? [];
      list.push({ decision, draft });
      byRule.set(draft.rule.id, list);
    }
  }
  return byRule;
}

/** Lowest comparable price first (unknown or incomparable last), then the newest offer. */
function byPriceThenNewest(a: Contender, b: Contender): number {
  const priceA = a.draft.comparable_minor ?? Infinity;
  const priceB = b.draft.comparable_minor ?? Infinity;
  if (priceA !== priceB) return priceA - priceB;
  return (b.draft.listing.listed_at?.getTime() ?? 0) - (a.draft.listing.listed_at?.getTime() ?? 0);
}
