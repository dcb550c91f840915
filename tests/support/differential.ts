/** The index of rules against brute force: the same rules and titles through the database and through memory. */
import assert from "node:assert/strict";
import { findCandidates } from "../../src/alerts/candidate_store.ts";
import { insertCompiledRules, replaceAnchors } from "../../src/alerts/rule_store.ts";
import { anchorsOf, pairKeys } from "../../src/matching/anchors.ts";
import { type CompiledQuery, compileRule } from "../../src/matching/compile_rule.ts";
import { hotness } from "../../src/matching/hot_tokens.ts";
import { type RuleQuery, type RuleQueryInput, ruleQuerySchema } from "../../src/matching/rule_query.ts";
import { listingKeys, tokens } from "../../src/matching/tokens.ts";
import { matchesText } from "../../src/matching/matches_text.ts";
import { type ListingFacts, matchListing } from "../../src/matching/verdict.ts";
import type { Pool } from "../../src/platform/sql.ts";
import { readCorpusTitles } from "../matching/corpus.ts";
import { aListing, pick, ratesOf, seeded } from "../matching/support.ts";
import { NOON } from "./clock.ts";

/** How much was compared, and how selective the index was. */
export interface Difference {
  listings: number;
  rules: number;
  /** Pairs whose text matches. */
  textual: number;
  matches: number;
  candidates: number;
  /** Rules that are found by a pair of common words. */
  paired: number;
}

type Random = () => number;
interface Rule {
  id: string;
  query: RuleQuery & { sources: string[] };
  compiled: CompiledQuery;
}

const PROVIDERS = ["ebay", "discogs", "mock"];
const RATES = ratesOf({ EUR_USD: 1.16, USD_EUR: 1 / 1.16 });
/** Listings of one candidate query, as a page of a marketplace has; also rules of one transaction. */
const BATCH = 200;

/**
 * Compares `counts.listings` titles with `counts.rules` rules.
 * @throws {AssertionError} naming rule and title when a match is no candidate, or the verdicts differ
 */
export async function compareWithBruteForce(
  sql: Pool,
  counts: { listings: number; rules: number; seed: number },
): Promise<Difference> {
  const random = seeded(counts.seed);
  const titles = await titlesOf(counts.listings, random);
  const listings = titles.map((title) => aFacts(title, random));
  const rules = Array.from({ length: counts.rules }, () => aRuleOf(titles, random));
  await save(sql, rules);
  const found = await candidatesOf(sql, listings);
  const report: Difference = {
    listings: listings.length,
    rules: rules.length,
    textual: 0,
    matches: 0,
    candidates: [...found.values()].reduce((sum, set) => sum + set.size, 0),
    paired:
      rules.filter(({ compiled }) => anchorsOf(compiled).some(({ anchor }) => anchor.includes(" "))).length,
  };
  for (const rule of rules) compareRule(rule, { titles, listings, found, report });
  return report;
}

interface Compared {
  titles: readonly string[];
  listings: readonly ListingFacts[];
  found: ReadonlyMap<number, ReadonlySet<string>>;
  report: Difference;
}

function compareRule(rule: Rule, { titles, listings, found, report }: Compared): void {
  for (const [ord, listing] of listings.entries()) {
    const isText = matchesText(rule.compiled, listing.tokens);
    const isCandidate = found.get(ord)?.has(rule.id) ?? false;
    // A verdict on every pair would take hours; what text and index both leave out is looked at now and then.
    if (!isText && !isCandidate && ord % 97 !== 0) continue;
    const verdict = matchListing({ compiled: rule.compiled, active: true }, listing, RATES);
    const isMatch = verdict.kind === "match";
    if (isText) report.textual++;
    if (isMatch) report.matches++;
    const why = () =>
      JSON.stringify({ query: rule.query, title: titles[ord], anchors: anchorsOf(rule.compiled) });
    assert.ok(isText || !isMatch, `a match without its text: ${why()}`);
    const isWatched = rule.query.sources.includes(listing.provider);
    assert.ok(isCandidate || !isText || !isWatched, `text matches and is no candidate: ${why()}`);
    assert.ok(isCandidate || !isMatch, `a match is no candidate: ${why()}`);
  }
}

async function save(sql: Pool, rules: readonly Rule[]): Promise<void> {
  const [user] = await sql<{ id: string }>`
    insert into users (email, created_at, updated_at) values ('ada@example.com', ${NOON}, ${NOON}) returning id`;
  const user_id = user!.id;
  for (let start = 0; start < rules.length; start += BATCH) {
    await sql.begin(async (tx) => {
      for (const { id, query, compiled } of rules.slice(start, start + BATCH)) {
        const owner = {
          owner_kind: "watch_rule",
          owner_id: id,
          user_id,
          label: "x",
          first_run: "top",
        } as const;
        await insertCompiledRules(tx, [{ id, query, active: true, ...owner }], NOON);
        await replaceAnchors(tx, { id, user_id, sources: query.sources, anchors: anchorsOf(compiled) });
      }
    });
  }
}

async function candidatesOf(sql: Pool, listings: readonly ListingFacts[]): Promise<Map<number, Set<string>>> {
  const found = new Map<number, Set<string>>();
  for (let start = 0; start < listings.length; start += BATCH) {
    const batch = listings.slice(start, start + BATCH).map(({ provider, tokens }, index) => {
      const keys = listingKeys(tokens);
      return { ord: start + index, provider, keys, pairs: pairKeys(keys) };
    });
    for (const { ord, compiled_rule_id } of await findCandidates(sql, batch)) {
      found.set(ord, (found.get(ord) ?? new Set()).add(compiled_rule_id));
    }
  }
  return found;
}

const ENDINGS = ["", " LP", " Vinyl LP VG+", ' 12" Single', " 2LP 180g", " CD", " Live", " UK Mono Press"];

async function titlesOf(count: number, random: Random): Promise<string[]> {
  const works = await readCorpusTitles();
  return Array.from({ length: count }, () => {
    const { artist, title } = pick(random, works);
    return respelt(`${artist} - ${title}${pick(random, ENDINGS)}`, random);
  });
}

/** One title in four is written otherwise: words joined, words torn apart. */
function respelt(title: string, random: Random): string {
  if (random() < 0.75) return title;
  const joined = title.replace(/ /g, () => (random() < 0.25 ? "" : " "));
  return random() < 0.5
    ? joined
    : joined.replace(/(\p{L}{2,3})(\p{L}{2,})/gu, (word, a, b) => random() < 0.3 ? `${a}-${b}` : word);
}

function aFacts(title: string, random: Random): ListingFacts {
  return aListing({
    title,
    provider: pick(random, PROVIDERS),
    price_minor: random() < 0.1 ? null : Math.floor(random() * 8_000),
    currency: pick(random, ["USD", "EUR", "CHF"]),
    grade: pick(random, [null, "VG", "VG+", "NM"]),
    formats: pick(random, [[], ["lp"], ["cd"]]),
  });
}

function aRuleOf(titles: readonly string[], random: Random): Rule {
  for (;;) {
    const read = ruleQuerySchema.safeParse({ ...textOf(pick(random, titles), random), ...restOf(random) });
    const sources = PROVIDERS.filter(() => random() < 0.6);
    if (!read.success || sources.length === 0) continue;
    const query = { ...read.data, sources };
    return { id: crypto.randomUUID(), query, compiled: compileRule(query) };
  }
}

/** Text made of a title: a run of its words, its common words only, words in another order, alternatives. */
function textOf(title: string, random: Random): RuleQueryInput {
  const words = title.split(/[\s-]+/).filter((word) => word !== "");
  const run = (most: number) => {
    const start = Math.floor(random() * words.length);
    return words.slice(start, start + 1 + Math.floor(random() * most)).join(" ");
  };
  const common = words.filter((word) => tokens(word).every((token) => hotness(token) > 0));
  return pick<() => RuleQueryInput>(random, [
    () => ({ keywords: [run(3)] }),
    () => ({ keywords: [run(3), run(2)] }),
    () => ({ keywords: [respelt(run(4), random)] }),
    () => ({ q: `${run(2)} ${run(2)}` }),
    () => ({ q: `"${run(3)}" ${run(1)}` }),
    () => ({ q: common.slice(0, 4).join(" ") }),
    () => ({ keywords: common.slice(0, 2) }),
    () => ({ keywords: [common.slice(0, 3).join(" ")] }),
    () => ({ any_keywords: [run(2), run(3)] }),
    () => ({ keywords: common.slice(0, 1), any_keywords: [run(2), run(1)] }),
  ])();
}

function restOf(random: Random): RuleQueryInput {
  return {
    ...(random() < 0.4
      ? { max_price: Math.floor(random() * 80), currency: pick(random, ["USD", "EUR"]) }
      : {}),
    ...(random() < 0.2 ? { min_condition: "VG+", ungraded: "include" as const } : {}),
    ...(random() < 0.3 ? { exclude_keywords: ["cd", "live"] } : {}),
    ...(random() < 0.1 ? { formats: ["lp"] } : {}),
  };
}
