import type { Grade } from "../../src/matching/grades.ts";
import { compileRule } from "../../src/matching/compile_rule.ts";
import { type RuleQueryInput, ruleQuerySchema } from "../../src/matching/rule_query.ts";
import { tokens } from "../../src/matching/tokens.ts";
import type { ListingFacts, Rates } from "../../src/matching/verdict.ts";

/** A generator of numbers in [0, 1) that repeats itself for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One entry of a list. */
export function pick<T>(random: () => number, list: readonly T[]): T {
  const entry = list[Math.floor(random() * list.length)];
  if (entry === undefined) throw new Error("Cannot pick from an empty list");
  return entry;
}

const PARTS = [
  ..."abcxgpmÉßİıςёй12390 \t.,-/'\"$!+&#;()ガカーあ山한ﬁ⅓ª²\u0301\u0308\u200b\ud83c\udfb7🔥",
  ..."\ud800 \udc00".split(" "),
  ...["vg", "and", "x", "lp", "inch", "gram", "&amp;", "&#39;", "&quot;", "''", "’", "R.E.M.", "ʼn", "ŉ", "ﾞ"],
];

/** Any text at all, lone surrogates included. */
export function randomText(random: () => number): string {
  return Array.from({ length: Math.floor(random() * 24) }, () => pick(random, PARTS)).join("");
}

/** A rule as matchListing() takes it, from its wire form. */
export function aRule(query: RuleQueryInput) {
  return { compiled: compileRule(ruleQuerySchema.parse(query)), active: true };
}

/** A listing as matchListing() takes it; only the title matters unless said otherwise. */
export function aListing({ title, ...rest }: { title: string } & Partial<ListingFacts>): ListingFacts {
  return {
    provider: "ebay",
    tokens: tokens(title),
    price_minor: null,
    currency: null,
    grade: null as Grade | null,
    formats: [],
    ...rest,
  };
}

/** Fixed rates, written as `{ EUR_USD: 1.16 }`. */
export function ratesOf(table: Readonly<Record<string, number>>): Rates {
  return {
    rate: (from, to) => {
      const rate = table[`${from}_${to}`];
      return rate === undefined ? null : { rate, date: "2026-01-02", source: "test" };
    },
  };
}
