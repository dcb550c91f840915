import type { Listing } from "../listings/schema.ts";
import type { Verdict } from "../matching/verdict.ts";
import type { WatchSource } from "../matching/watch.ts";

/** What owns a compiled rule. */
export type OwnerKind = "watch_rule" | "watch_release";

/** What a rule does with offers that were already for sale when it began (semantics §4). */
export const FIRST_RUN_POLICIES = ["none", "top", "all"] as const;
export type FirstRunPolicy = (typeof FIRST_RUN_POLICIES)[number];

/** How far below the price last told a listing has to fall, in whole per cent, where a rule does not say. */
export const DEFAULT_DROP_PERCENT = 5;

/** Offers already for sale that a rule with policy `top` alerts, per `active_since`. */
export const FIRST_RUN_TOP = 5;

/** All that the matcher knows of a rule or release watch. */
export interface CompiledRule {
  id: string;
  owner_kind: OwnerKind;
  owner_id: string;
  user_id: string;
  /** The owner's name, shown in alerts. */
  label: string;
  first_run: FirstRunPolicy;
  drop_percent: number;
  /** Null: no reminders. */
  remind_after_days: number | null;
  /** Of a provider with several marketplaces, those it watches; null: it names none. */
  marketplaces: string[] | null;
  version: number;
  active: boolean;
  active_since: Date;
  backfill_state: "pending" | "running" | "completed";
  backfill_found: number;
  backfill_alerted: number;
}

/** A rule or release watch as its owner saves it. */
export type CompiledRuleInput = WatchSource & {
  id: string;
  owner_id: string;
  user_id: string;
  label: string;
  first_run: FirstRunPolicy;
  /** Absent: DEFAULT_DROP_PERCENT. */
  drop_percent?: number;
  /** Absent or null: no reminders. */
  remind_after_days?: number | null;
  active: boolean;
};

/** One rule that matches one listing, about to be published. */
export interface MatchDraft {
  rule: CompiledRule;
  listing: Listing;
  verdict: Extract<Verdict, { kind: "match" }>;
  /** The price in the rule's currency, in minor units; null when unknown or not convertible. */
  comparable_minor: number | null;
  /** The offer was for sale before the rule began: the rule's first-run policy decides. */
  alreadyForSale: boolean;
  /** The listing was known and outside this rule. */
  cameIntoRange: boolean;
  reason: MatchReason;
}

/**
 * Why a first alert fires: a new offer, a release new in the catalogue, one known before out of range or at a higher
 * price, or one of the first run.
 * Of a floor: the first copy for sale, or a price within the bound of a rule.
 */
export type MatchReason =
  | "new_listing"
  | "new_release"
  | "into_range"
  | "already_for_sale"
  | "first_available"
  | "at_or_below_target";

/** Why an alert fires: of a first one as above, of a later one how the price moved, or that it is still for sale. */
export type AlertReason = MatchReason | "price_drop" | "new_low" | "fell_again" | "reminder";
