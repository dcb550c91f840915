/** The two kinds of watches behind one face: rules by text, and release watches by Discogs' numbers. Pure. */
import { type AnchorRow, anchorsOf } from "./anchors.ts";
import { type CompiledQuery, compileRule } from "./compile_rule.ts";
import {
  type CompiledRelease,
  compileRelease,
  forSale,
  isOfRelease,
  matchRelease,
  releaseAnchors,
  type ReleaseQuery,
} from "./release_watch.ts";
import { matchesText } from "./matches_text.ts";
import type { RuleQuery } from "./rule_query.ts";
import { comparableMinor, type ListingFacts, matchListing, type Rates, type Verdict } from "./verdict.ts";

/** What a watch is compiled from, by its owner. */
export type WatchSource =
  | { owner_kind: "watch_rule"; query: RuleQuery & { sources: string[] } }
  | { owner_kind: "watch_release"; query: ReleaseQuery };

/** A watch with everything worked out that judge() needs. Plain data. */
export type CompiledWatch = { kind: "text"; text: CompiledQuery } | {
  kind: "release";
  release: CompiledRelease;
};

/** Works a watch out for matching; a pure function of its source. */
export function compileWatch(source: WatchSource): CompiledWatch {
  return source.owner_kind === "watch_rule"
    ? { kind: "text", text: compileRule(source.query) }
    : { kind: "release", release: compileRelease(source.query) };
}

/** The rows a watch is indexed under. */
export function watchAnchors(watch: CompiledWatch): AnchorRow[] {
  return watch.kind === "text" ? anchorsOf(watch.text) : releaseAnchors(watch.release);
}

/** Providers whose listings a watch looks at; empty: all of them, also those added later. */
export function watchSources(source: WatchSource): string[] {
  return source.owner_kind === "watch_rule" ? source.query.sources : [];
}

/** A listing's price in minor units of the watch's currency; null when unknown or not convertible. */
export function watchedPrice(watch: CompiledWatch, listing: ListingFacts, rates: Rates): number | null {
  return comparableMinor(watch.kind === "text" ? watch.text : watch.release, listing, rates);
}

/**
 * The one verdict of any watch on any listing: matchListing() or matchRelease(), and what is not an offer. With
 * `untilFailure` the checks of a text rule may end at the first failure.
 */
export function judge(
  watch: { compiled: CompiledWatch; active: boolean },
  listing: ListingFacts,
  rates: Rates,
  options: { untilFailure?: boolean } = {},
): Verdict {
  const { compiled, active } = watch;
  if (compiled.kind === "release") {
    return matchRelease({ compiled: compiled.release, active }, listing, rates);
  }
  const verdict = matchListing({ compiled: compiled.text, active }, listing, rates, options);
  // A release of the catalogue is news by itself; under bounds its floor has to say what it costs.
  const isNews = listing.kind === "release" && !hasBounds(compiled.text);
  const [unsold] = isNews ? [] : forSale(listing);
  if (unsold === undefined) return verdict;
  const checks = [...verdict.checks, unsold.check];
  if (verdict.kind === "no_match" || unsold.reason === null) return { ...verdict, checks };
  return { kind: "no_match", reason: unsold.reason, checks };
}

/**
 * Whether a listing of the catalogue is one whose floor could match the watch, so that it has to be polled. Not where a
 * floor can never match: it has no grade.
 */
export function wantsFloor(watch: CompiledWatch, listing: ListingFacts): boolean {
  if (listing.kind !== "release") return false;
  if (watch.kind === "release") {
    // Its own release has a poll of its own.
    const isOwn = listing.discogs_release_id === watch.release.release_id;
    return !isOwn && watch.release.min_grade === null && isOfRelease(watch.release, listing);
  }
  const { text } = watch;
  const isGradeOpen = text.min_grade === null || text.ungraded === "include";
  const isFormat = text.formats.length === 0 || text.formats.some((name) => listing.formats.includes(name));
  return hasBounds(text) && isGradeOpen && isFormat &&
    (text.sources?.includes(listing.provider) ?? true) && matchesText(text, listing.tokens);
}

function hasBounds({ min_minor, max_minor, min_grade }: CompiledQuery): boolean {
  return min_minor !== null || max_minor !== null || min_grade !== null;
}
