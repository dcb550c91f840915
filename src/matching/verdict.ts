import type { Rate } from "../pricing/money.ts";
import type { CompiledKeyword, CompiledQuery, CompiledWords } from "./compile_rule.ts";
import { convertMinor } from "./decimal.ts";
import { type Grade, gradeRank } from "./grades.ts";
import { findKeyword, hasRun } from "./phrase.ts";

/** Why a listing does not match; stable codes, stored and shown. */
export type NoMatchReason =
  | "rule_inactive"
  | "source_not_watched"
  | "marketplace_not_watched"
  | "keyword_missing"
  | "excluded_keyword"
  | "price_below_min"
  | "price_above_max"
  | "price_unknown"
  | "price_not_comparable"
  | "condition_below_min"
  | "condition_unknown"
  | "format_mismatch"
  | "release_mismatch"
  | "not_for_sale";

/** A key of the rule that was looked at. */
export type Predicate =
  | "active"
  | "sources"
  | "marketplaces"
  | "keywords"
  | "q"
  | "any_keywords"
  | "exclude_keywords"
  | "min_price"
  | "max_price"
  | "min_condition"
  | "formats"
  | "discogs_release_id"
  | "discogs_master_id"
  | "target_price"
  | "for_sale";

/** What a check compares: prices in minor units of the rule's currency, texts, lists of texts. Null: not there. */
export type CheckValue = string | number | boolean | readonly string[] | null;

/** One predicate of the rule against one listing. `unknown`: the listing does not say. */
export interface Check {
  predicate: Predicate;
  expected: CheckValue;
  actual: CheckValue;
  outcome: "pass" | "fail" | "unknown";
}

/** What the verdict reads of a listing. */
export interface ListingFacts {
  provider: string;
  /** tokens() of artist and title. */
  tokens: readonly string[];
  /** Minor units of `currency`; null is unknown, never 0. */
  price_minor: number | null;
  currency: string | null;
  grade: Grade | null;
  /** Of FORMATS; empty is unknown. */
  formats: readonly string[];
  /** Absent: an offer. */
  kind?: "offer" | "release" | "floor";
  /** Of a provider with several: where it is to be had. Empty or absent: the provider has but one, or none is known. */
  marketplaces?: readonly string[];
  /** Null or absent: the listing does not say. */
  discogs_release_id?: number | null;
  discogs_master_id?: number | null;
}

/** The rate a price was converted with; stored on the match. */
export interface RateUsed extends Rate {
  from: string;
  to: string;
}

/** Usable exchange rates. */
export interface Rates {
  /** Null: there is no usable rate. Not asked for a currency and itself. */
  rate(from: string, to: string): Rate | null;
}

/** No rate at all: prices compare within their own currency only. */
export const NO_RATES: Rates = { rate: () => null };

/** The verdict on a listing, with every check that led to it. `rate` is null when nothing was converted. */
export type Verdict =
  | { kind: "match"; checks: Check[]; rate: RateUsed | null }
  | { kind: "no_match"; reason: NoMatchReason; checks: Check[] };

/**
 * The one verdict on a listing: pure, and complete: every predicate the rule has gives a check, also after one failed.
 * The reason is that of the first failing check in this order: active, sources, marketplaces, keywords, q,
 * any_keywords, exclude_keywords and exclusions of q, min_price, max_price, min_condition, formats. With `untilFailure` the checks end
 * there: for the many candidates of which only the matches are kept.
 */
export function matchListing(
  rule: { compiled: CompiledQuery; active: boolean },
  listing: ListingFacts,
  rates: Rates,
  { untilFailure = false }: { untilFailure?: boolean } = {},
): Verdict {
  const checks: Check[] = [];
  let reason: NoMatchReason | null = null;
  const steps = findings(rule, listing, rates);
  let step = steps.next();
  for (; !step.done; step = steps.next()) {
    checks.push(step.value.check);
    reason ??= step.value.reason;
    if (reason !== null && untilFailure) break;
  }
  if (reason !== null) return { kind: "no_match", reason, checks };
  return { kind: "match", checks, rate: step.done ? step.value : null };
}

/** One finding after the other, worked out when it is asked for; at last the rate that was used. */
function* findings(
  { compiled, active: isActive }: { compiled: CompiledQuery; active: boolean },
  listing: ListingFacts,
  rates: Rates,
): Generator<Finding, RateUsed | null> {
  yield active(isActive);
  yield* source(compiled, listing);
  yield* marketplace(compiled, listing);
  for (const keyword of compiled.required) yield required(keyword, listing);
  for (const words of compiled.words) yield allWords(words, listing);
  yield* anyKeyword(compiled, listing);
  for (const keyword of compiled.excluded) yield excluded(keyword, listing);
  const price = comparablePrice(compiled, listing, rates);
  yield* priceBounds(compiled, price);
  yield* condition(compiled, listing);
  yield* format(compiled, listing);
  return price?.rate ?? null;
}

/** The verdict that findings add up to: the first reason against, or a match. */
export function verdictOf(findings: readonly Finding[], rate: RateUsed | null): Verdict {
  const checks = findings.map(({ check }) => check);
  const reason = findings.find((finding) => finding.reason !== null)?.reason ?? null;
  if (reason !== null) return { kind: "no_match", reason, checks };
  return { kind: "match", checks, rate };
}

/** A listing's price in minor units of the rule's currency; null when unknown or not convertible. */
export function comparableMinor(
  compiled: Pick<CompiledQuery, "currency">,
  listing: ListingFacts,
  rates: Rates,
): number | null {
  return inRuleCurrency(compiled, listing, rates).minor;
}

/** A check with what it means for the verdict: a reason against, or null. */
export interface Finding {
  check: Check;
  reason: NoMatchReason | null;
}

/** Whether the rule is active at all. */
export function active(isActive: boolean): Finding {
  return finding("active", { expected: true, actual: isActive }, isActive ? null : "rule_inactive");
}

function source({ sources }: CompiledQuery, { provider }: ListingFacts): Finding[] {
  if (sources === null) return [];
  const reason = sources.includes(provider) ? null : "source_not_watched";
  return [finding("sources", { expected: sources, actual: provider }, reason)];
}

/** Says nothing of listings of other providers, nor of one whose marketplace nobody knows. */
function marketplace({ marketplaces }: CompiledQuery, listing: ListingFacts): Finding[] {
  const actual = listing.marketplaces ?? [];
  if (marketplaces === null || actual.length === 0) return [];
  const reason = actual.some((id) => marketplaces.includes(id)) ? null : "marketplace_not_watched";
  return [finding("marketplaces", { expected: marketplaces, actual }, reason)];
}

function required(keyword: CompiledKeyword, listing: ListingFacts): Finding {
  const actual = findKeyword(keyword, listing.tokens);
  return finding(
    keyword.predicate,
    { expected: keyword.text, actual },
    actual === null ? "keyword_missing" : null,
  );
}

function allWords({ text, runs }: CompiledWords, listing: ListingFacts): Finding {
  const isFound = runs.some((run) => hasRun(run, listing.tokens));
  return finding("q", { expected: text, actual: isFound ? text : null }, isFound ? null : "keyword_missing");
}

/** A rule without any text is refused at the door; if one got past it, it matches nothing. */
function anyKeyword({ any, required, words }: CompiledQuery, listing: ListingFacts): Finding[] {
  if (any.length === 0 && required.length + words.length > 0) return [];
  const found = any.find((keyword) => findKeyword(keyword, listing.tokens) !== null);
  const values = { expected: any.map(({ text }) => text), actual: found?.text ?? null };
  return [finding("any_keywords", values, found ? null : "keyword_missing")];
}

function excluded(keyword: CompiledKeyword, listing: ListingFacts): Finding {
  const actual = findKeyword(keyword, listing.tokens);
  const { predicate } = keyword;
  const expected = predicate === "q" ? `-${keyword.text}` : keyword.text;
  return finding(predicate, { expected, actual }, actual === null ? null : "excluded_keyword");
}

/** A listing's price in the rule's currency, or why there is none. */
export type ComparablePrice =
  | { minor: number; rate: RateUsed | null }
  | { minor: null; rate: null; reason: "price_unknown" | "price_not_comparable" };

/** Null when the rule has no bound: then currencies do not matter. */
function comparablePrice(
  compiled: CompiledQuery,
  listing: ListingFacts,
  rates: Rates,
): ComparablePrice | null {
  if (compiled.min_minor === null && compiled.max_minor === null) return null;
  return inRuleCurrency(compiled, listing, rates);
}

/** A listing's price in the currency of `compiled`, or why there is none. */
export function inRuleCurrency(
  compiled: Pick<CompiledQuery, "currency">,
  listing: ListingFacts,
  rates: Rates,
): ComparablePrice {
  const { price_minor: minor, currency: from } = listing;
  const to = compiled.currency;
  if (minor === null) return { minor: null, rate: null, reason: "price_unknown" };
  if (from === to) return { minor, rate: null };
  const rate = from === null ? null : rates.rate(from, to);
  if (from === null || rate === null) return { minor: null, rate: null, reason: "price_not_comparable" };
  return {
    minor: convertMinor(minor, { rate: rate.rate, from, to }),
    rate: { rate: rate.rate, date: rate.date, source: rate.source, from, to },
  };
}

function priceBounds({ min_minor, max_minor }: CompiledQuery, price: ComparablePrice | null): Finding[] {
  if (price === null) return [];
  const findings: Finding[] = [];
  if (min_minor !== null) findings.push(bound("min_price", min_minor, price));
  if (max_minor !== null) findings.push(bound("max_price", max_minor, price));
  return findings;
}

/** One inclusive price bound. */
export function bound(
  predicate: "min_price" | "max_price" | "target_price",
  expected: number,
  price: ComparablePrice,
): Finding {
  if (price.minor === null) {
    return { check: { predicate, expected, actual: null, outcome: "unknown" }, reason: price.reason };
  }
  const isMin = predicate === "min_price";
  const isInside = isMin ? price.minor >= expected : price.minor <= expected;
  const reason = isMin ? "price_below_min" : "price_above_max";
  return finding(predicate, { expected, actual: price.minor }, isInside ? null : reason);
}

/** The lowest grade, where one is asked for. */
export function condition(
  { min_grade, ungraded }: Pick<CompiledQuery, "min_grade" | "ungraded">,
  { grade }: ListingFacts,
): Finding[] {
  if (min_grade === null) return [];
  if (grade === null) {
    const check: Check = {
      predicate: "min_condition",
      expected: min_grade,
      actual: null,
      outcome: "unknown",
    };
    return [{ check, reason: ungraded === "include" ? null : "condition_unknown" }];
  }
  const reason = gradeRank(grade) >= gradeRank(min_grade) ? null : "condition_below_min";
  return [finding("min_condition", { expected: min_grade, actual: grade }, reason)];
}

/** A listing that names no format is not known to have the one asked for: no match. */
function format({ formats }: CompiledQuery, listing: ListingFacts): Finding[] {
  if (formats.length === 0) return [];
  const reason = formats.some((name) => listing.formats.includes(name)) ? null : "format_mismatch";
  const { check } = finding("formats", { expected: formats, actual: listing.formats }, reason);
  return [{ check: listing.formats.length === 0 ? { ...check, outcome: "unknown" } : check, reason }];
}

/** A check that passes, or fails for `reason`. */
export function finding(
  predicate: Predicate,
  { expected, actual }: Pick<Check, "expected" | "actual">,
  reason: NoMatchReason | null,
): Finding {
  return { check: { predicate, expected, actual, outcome: reason === null ? "pass" : "fail" }, reason };
}
