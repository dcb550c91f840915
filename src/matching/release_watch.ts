/** Watching a release or any version of a master, by Discogs' numbers (semantics §3). Pure. */
import type { AnchorRow } from "./anchors.ts";
import { boundInMinor } from "./decimal.ts";
import type { Grade } from "./grades.ts";
import {
  active,
  bound,
  condition,
  type Finding,
  finding,
  inRuleCurrency,
  type ListingFacts,
  type Rates,
  type Verdict,
  verdictOf,
} from "./verdict.ts";

/** How a release watch matches: this release alone, or any version of its master. */
export const MATCH_MODES = ["exact_release", "master_release"] as const;
export type MatchMode = (typeof MATCH_MODES)[number];

/** What a release watch asks for, as stored with its compiled rule; everything in it is enforced. */
export interface ReleaseQuery {
  match_mode: MatchMode;
  discogs_release_id: number;
  /** Not null where `match_mode` is `master_release`. */
  discogs_master_id: number | null;
  /** Inclusive, in whole units of `currency`; null: any price. */
  target_price: number | null;
  currency: string;
  min_condition: Grade | null;
}

/** A release watch with everything worked out that matchRelease() needs. Plain data. */
export interface CompiledRelease {
  release_id: number;
  /** Null: only the release itself matches. */
  master_id: number | null;
  currency: string;
  /** Minor units of `currency`; null is no bound. */
  max_minor: number | null;
  min_grade: Grade | null;
}

/** Works a release watch out for matching. */
export function compileRelease(query: ReleaseQuery): CompiledRelease {
  return {
    release_id: query.discogs_release_id,
    master_id: query.match_mode === "master_release" ? query.discogs_master_id : null,
    currency: query.currency,
    max_minor: query.target_price === null ? null : boundInMinor(query.target_price, query.currency, "max"),
    min_grade: query.min_condition,
  };
}

/** The keys of a listing that names Discogs' numbers, beside the words of its title. No word contains a colon. */
export function releaseKeys(
  ids: { discogs_release_id?: number | null; discogs_master_id?: number | null },
): string[] {
  return [
    ...(ids.discogs_release_id ? [`release:${ids.discogs_release_id}`] : []),
    ...(ids.discogs_master_id ? [`master:${ids.discogs_master_id}`] : []),
  ];
}

/** The rows a release watch is indexed under. */
export function releaseAnchors({ release_id, master_id }: CompiledRelease): AnchorRow[] {
  return releaseKeys({ discogs_release_id: release_id, discogs_master_id: master_id })
    .map((anchor) => ({ anchor, tokens: [] }));
}

/**
 * The verdict of a release watch on a listing, complete like matchListing(); the reason is that of the first failing
 * check in this order: active, release, target price, condition, for sale. A floor says nothing about condition, so a
 * watch with a lowest grade never matches one: the cheapest copy may be the worst.
 */
export function matchRelease(
  rule: { compiled: CompiledRelease; active: boolean },
  listing: ListingFacts,
  rates: Rates,
): Verdict {
  const { compiled } = rule;
  const price = compiled.max_minor === null ? null : inRuleCurrency(compiled, listing, rates);
  const findings = [
    active(rule.active),
    sameRelease(compiled, listing),
    ...(price === null || compiled.max_minor === null
      ? []
      : [bound("target_price", compiled.max_minor, price)]),
    ...condition({ min_grade: compiled.min_grade, ungraded: "exclude" }, listing),
    ...forSale(listing),
  ];
  return verdictOf(findings, price?.rate ?? null);
}

/** Whether a listing is what the watch is about, whatever it costs. */
export function isOfRelease({ release_id, master_id }: CompiledRelease, listing: ListingFacts): boolean {
  return listing.discogs_release_id === release_id ||
    (master_id !== null && listing.discogs_master_id === master_id);
}

/**
 * What a listing of the catalogue or a floor without a price has to fail by: neither can be bought. An offer without a
 * stated price can, and gives no finding.
 */
export function forSale(listing: ListingFacts): Finding[] {
  const kind = listing.kind ?? "offer";
  if (kind === "offer") return [];
  const isForSale = kind === "floor" && listing.price_minor !== null;
  return [finding("for_sale", { expected: true, actual: isForSale }, isForSale ? null : "not_for_sale")];
}

function sameRelease(compiled: CompiledRelease, listing: ListingFacts): Finding {
  const isSame = isOfRelease(compiled, listing);
  const [predicate, expected, actual] = compiled.master_id === null
    ? ["discogs_release_id", compiled.release_id, listing.discogs_release_id] as const
    : ["discogs_master_id", compiled.master_id, listing.discogs_master_id] as const;
  return finding(predicate, { expected, actual: actual ?? null }, isSame ? null : "release_mismatch");
}
