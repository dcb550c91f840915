import { z } from "zod";
import { type Format, FORMATS } from "../../matching/formats.ts";
import type { RuleQuery } from "../../matching/rule_query.ts";
import type { ProviderQuery } from "../contract.ts";
import { EBAY_MARKETPLACES } from "./marketplaces.ts";
import { planWords, type WordPlan, type Words } from "../word_plan.ts";

/** Longest `q` that eBay's search reads, in characters (Browse API documentation; read 2026-11). */
export const MAX_Q_LENGTH = 100;

/** One search as eBay gets it, apart from the page. Stored with the poll, so fields are added, never renamed. */
export const EbayQuery = z.looseObject({
  marketplace: z.string(),
  q: z.string().min(1),
  category_ids: z.string(),
  sort: z.string(),
  filter: z.string(),
});
export type EbayQuery = z.infer<typeof EbayQuery>;

/**
 * Vinyl, CDs and cassettes among eBay's music: the same ids in public code for EBAY_US and EBAY_GB (read 2026-11). An eBay
 * that does not know one says so, which is a failure.
 */
const CATEGORIES = { vinyl: "176985", cd: "176984", cassette: "176983" } as const;

/** What the categories are said to hold, in words of formats; a row in none of them says nothing. */
export function formatsOfCategories(ids: readonly string[]): string {
  return Object.entries(CATEGORIES).filter(([, id]) => ids.includes(id)).map(([name]) => name).join(", ");
}

/** Where each format is for sale. Those that are missing have categories whose ids we are not sure of. */
const CATEGORY_OF: Readonly<Partial<Record<Format, keyof typeof CATEGORIES>>> = {
  lp: "vinyl",
  ep: "vinyl",
  '7"': "vinyl",
  '10"': "vinyl",
  '12"': "vinyl",
  vinyl: "vinyl",
  shellac: "vinyl",
  flexi: "vinyl",
  box: "vinyl",
  cd: "cd",
  sacd: "cd",
  cassette: "cassette",
};

/** Formats that eBay is searched for. */
export const EBAY_FORMATS = FORMATS.filter((format) => CATEGORY_OF[format] !== undefined);

/**
 * Newest first, auctions too: the default is FIXED_PRICE only. Nothing else is sent. Bounds of price and condition would
 * make a poll of every bound, and a newest page costs the same call whatever they leave out; `itemStartDate` would make
 * every run another query, to save pages that a run does not read anyway, as it stops at what it knows.
 */
const SEARCH = {
  sort: "newlyListed",
  filter: "buyingOptions:{FIXED_PRICE|AUCTION|BEST_OFFER}",
} as const;

/**
 * The fewest searches that find all the rule can match, on each marketplace it asks for (`fallback` where it asks for
 * none of eBay's) and in each category its formats are sold in, as a call takes one (vinyl where it names none of
 * EBAY_FORMATS): required words in one `q`, alternatives of one word as one OR
 * group `(a, b)`, longer alternatives each as a search of its own. A `q` over 100 characters loses words (shortest
 * first): it then finds more, never less. Empty when the rule has no word eBay could search for.
 */
export function planEbay(query: RuleQuery, fallback: string): ProviderQuery[] {
  const texts = [...new Set(searchTexts(planWords(query)))].sort();
  return marketplacesOf(query, fallback).flatMap((marketplace) =>
    categoriesOf(query).flatMap((category_ids) =>
      texts.map((q) => ({ marketplace, q, category_ids, ...SEARCH }))
    )
  );
}

function categoriesOf({ formats }: RuleQuery): string[] {
  const named = FORMATS.filter((format) => formats.includes(format))
    .flatMap((format) => CATEGORY_OF[format] ?? []);
  const categories = named.length > 0 ? named : ["vinyl" as const];
  return [...new Set(categories)].map((name) => CATEGORIES[name]).sort();
}

function marketplacesOf({ marketplaces = [] }: RuleQuery, fallback: string): string[] {
  const own = marketplaces.filter((id) => id === fallback || EBAY_MARKETPLACES.includes(id)).sort();
  return own.length > 0 ? own : [fallback];
}

function searchTexts({ required, alternatives }: WordPlan): string[] {
  const base = fitting(required, MAX_Q_LENGTH);
  if (alternatives.length === 0) return base.length > 0 ? [base.join(" ")] : [];
  const single = alternatives.filter((words) => words.length === 1).flat().filter((word) =>
    word.length <= MAX_Q_LENGTH
  );
  const longer = alternatives.filter((words) => words.length > 1)
    .map((words) => fitting([...required, ...words].sort(), MAX_Q_LENGTH))
    .filter((words) => words.length > 0);
  return [...orGroups(required, single), ...longer.map((words) => words.join(" "))];
}

/** `base (a, b)`; alternatives that do not fit beside the base begin a further search. */
function orGroups(required: Words, alternatives: Words): string[] {
  if (alternatives.length === 0) return [];
  const longest = Math.max(...alternatives.map((word) => word.length));
  const base = fitting(required, MAX_Q_LENGTH - longest - 1);
  const texts: string[] = [];
  let group: string[] = [];
  for (const word of alternatives) {
    if (group.length > 0 && grouped(base, [...group, word]).length > MAX_Q_LENGTH) {
      texts.push(grouped(base, group));
      group = [];
    }
    group.push(word);
  }
  return [...texts, grouped(base, group)];
}

function grouped(base: Words, group: Words): string {
  const alternatives = group.length === 1 ? group.join("") : `(${group.join(", ")})`;
  return [...base, alternatives].join(" ");
}

/** As many words as fit into `room` characters, longest first because they say most; given back in order. */
function fitting(words: Words, room: number): string[] {
  const kept = new Set<string>();
  let length = -1;
  for (const word of words.toSorted((a, b) => b.length - a.length)) {
    if (length + 1 + word.length > room) continue;
    length += 1 + word.length;
    kept.add(word);
  }
  return words.filter((word) => kept.has(word));
}
