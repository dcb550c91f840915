import type { Sql } from "../platform/sql.ts";
import { factsOf } from "../listings/facts.ts";
import type { Ingested, Listing } from "../listings/schema.ts";
import { isTombstone, supplyOf } from "../listings/supply.ts";
import { pairKeys } from "../matching/anchors.ts";
import { listingKeys } from "../matching/tokens.ts";
import { releaseKeys } from "../matching/release_watch.ts";
import type { ListingFacts, Rates, Verdict } from "../matching/verdict.ts";
import { type CompiledWatch, judge as judgeWatch, watchedPrice } from "../matching/watch.ts";
import { findCandidates, type IndexedListing } from "./candidate_store.ts";
import { matchReason } from "./match_reason.ts";
import type { ReadyQuery, RuleCache } from "./rule_cache.ts";
import { findCompiledRules } from "./rule_store.ts";
import type { CompiledRule, MatchDraft } from "./schema.ts";

/** Most users one transaction publishes to: their event heads stay locked until it ends. */
export const MAX_USERS_PER_PUBLISH = 2_000;

/** A batch of more than one listing concerns too many users: the caller rolls back and cuts it by listings. */
export class BatchTooWideError extends Error {
  constructor(readonly users: number) {
    super(`Cannot publish to ${users} users in one transaction: the most is ${MAX_USERS_PER_PUBLISH}`);
    this.name = "BatchTooWideError";
  }
}

/** What the index of watches is asked for. */
export function indexed(facts: ListingFacts, ord: number): IndexedListing {
  const keys = listingKeys(facts.tokens);
  return { ord, provider: facts.provider, keys: [...keys, ...releaseKeys(facts)], pairs: pairKeys(keys) };
}

/**
 * Who found a listing: the backfill; a poll, whose last successful run before this one was at `lastRunAt` (null: there
 * was none); a sweep, behind what the poll itself would have read; or nobody but its sender.
 */
export type Origin =
  | { kind: "backfill" }
  | { kind: "poll"; lastRunAt: Date | null }
  | { kind: "sweep" }
  | { kind: "direct" };

/**
 * Whether an offer was for sale before the rule began: by the provider's date where it gives one, else when it comes
 * from the backfill, from the poll's first successful run since, or from behind the newest offers.
 */
export function wasAlreadyForSale(
  activeSince: Date,
  listing: Pick<Listing, "listed_at">,
  origin: Origin,
): boolean {
  if (listing.listed_at) return listing.listed_at < activeSince;
  switch (origin.kind) {
    case "backfill":
    case "sweep":
      return true;
    case "poll":
      return origin.lastRunAt === null || origin.lastRunAt < activeSince;
    case "direct":
      return false;
    default:
      return origin satisfies never;
  }
}

/**
 * Tests new and changed listings against every active rule of every user and gives the matches. Listings that are the
 * same as before were tested when they changed last.
 * @throws {BatchTooWideError} when more than one listing concerns more users than one transaction should hold
 */
export async function matchListings(
  tx: Sql,
  deps: { rules: RuleCache; rates: Rates },
  input: { ingested: readonly Ingested[]; originOf: (listing: Listing) => Origin },
): Promise<MatchDraft[]> {
  const changed = input.ingested.filter((one) =>
    (one.created || one.previous) && supplyOf(one.listing) === "some"
  );
  if (changed.length === 0) return [];
  const facts = changed.map((one) => factsOf(one.listing));
  const candidates = await findCandidates(tx, facts.map(indexed));
  const users = new Set(candidates.map((candidate) => candidate.user_id)).size;
  if (users > MAX_USERS_PER_PUBLISH && changed.length > 1) throw new BatchTooWideError(users);
  const ready = await deps.rules.load(tx, [...new Set(candidates.map((one) => one.compiled_rule_id))]);
  const matches = candidates.flatMap(({ ord, compiled_rule_id: id }): Match[] => {
    const query = ready.get(id);
    if (!query) return [];
    const verdict = judge(query.compiled, facts[ord]!, deps.rates);
    return verdict.kind === "match" ? [{ id, query, verdict, one: changed[ord]!, facts: facts[ord]! }] : [];
  });
  if (matches.length === 0) return [];
  // What publishing needs is read for the matches alone: most candidates fail.
  const rules = await findCompiledRules(tx, [...new Set(matches.map(({ id }) => id))]);
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  return matches.flatMap((match) => {
    const rule = byId.get(match.id);
    if (!rule?.active || rule.version !== match.query.version) return [];
    return [draftOf(match, rule, { rates: deps.rates, origin: input.originOf(match.one.listing) })];
  });
}

/** A candidate that matches. */
interface Match {
  id: string;
  query: ReadyQuery;
  verdict: MatchDraft["verdict"];
  one: Ingested;
  facts: ListingFacts;
}

function judge(compiled: CompiledWatch, facts: ListingFacts, rates: Rates): Verdict {
  return judgeWatch({ compiled, active: true }, facts, rates, { untilFailure: true });
}

function draftOf(
  { query, verdict, one: { listing, previous }, facts }: Match,
  rule: CompiledRule,
  { rates, origin }: { rates: Rates; origin: Origin },
): MatchDraft {
  // Of a blanked offer nobody can say what it was, only whether the rule had seen it.
  const blankedAt = previous?.status === "active" && isTombstone(previous) ? previous.blanked_at : null;
  const before = previous && blankedAt === null ? judge(query.compiled, factsOf(previous), rates) : null;
  // A floor without copies is out of range where the rule has a bound, and else only not for sale.
  // Found on a further marketplace, or to be a version of a master, it is as old as it was: the rule had only not looked.
  const cameIntoRange = before?.kind === "no_match" && before.reason !== "not_for_sale" &&
    before.reason !== "marketplace_not_watched" && before.reason !== "release_mismatch";
  const cameForSale = previous !== null && blankedAt === null && supplyOf(previous) !== "some";
  // The rule judged it before it was blanked: where it matches only now, it has changed.
  const changedUnseen = blankedAt !== null && rule.active_since < blankedAt;
  // Known before and out of the rule's range, or not for sale: its coming is news, however old the offer is.
  const alreadyForSale = !cameIntoRange && !cameForSale && !changedUnseen &&
    (blankedAt !== null || wasAlreadyForSale(rule.active_since, listing, origin));
  return {
    rule,
    listing,
    verdict,
    comparable_minor: watchedPrice(query.compiled, facts, rates),
    alreadyForSale,
    cameIntoRange,
    reason: matchReason({ listing, verdict, alreadyForSale, cameIntoRange: cameIntoRange || changedUnseen }),
  };
}
