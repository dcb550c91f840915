import assert from "node:assert/strict";
import type { RuleQuery } from "../../src/matching/rule_query.ts";
import { MAX_Q_LENGTH, planEbay } from "../../src/providers/ebay/plan.ts";
import { Draws } from "../../src/providers/simulated/random.ts";
import { aRule } from "./support.ts";

function texts(rule: Partial<RuleQuery>): unknown[] {
  return planEbay(aRule(rule), "EBAY_US").map((query) => query.q);
}

const CASES: [what: string, rule: Partial<RuleQuery>, expected: string[]][] = [
  ["keywords as sorted words", { keywords: ["Miles Davis"] }, ["davis miles"]],
  ["another order and case alike", { keywords: ["davis", "MILES"] }, ["davis miles"]],
  ["each word once", { keywords: ["Blue", "Blue Train"] }, ["blue train"]],
  ["accents folded", { keywords: ["Björk"] }, ["bjork"]],
  ["q beside keywords", { keywords: ["blue"], q: 'miles "kind of"' }, ["blue kind miles of"]],
  ["no exclusions", { q: "davis -live", exclude_keywords: ["cd"] }, ["davis"]],
  ["no price, grade or format", { keywords: ["can"], max_price: 40, currency: "EUR", min_condition: "VG" }, [
    "can",
  ]],
  ["no leading the", { keywords: ["The Beatles"] }, ["beatles"]],
  ["the when it is all there is", { keywords: ["The The"] }, ["the"]],
  ["no and", { keywords: ["Power, Corruption and Lies"] }, ["corruption lies power"]],
  ["one alternative as a word", { any_keywords: ["dummy"] }, ["dummy"]],
  ["alternatives as an OR group", { keywords: ["dilla"], any_keywords: ["vinyl", "LP"] }, [
    "dilla (lp, vinyl)",
  ]],
  ["longer alternatives apart", { any_keywords: ["Blue Train", "Giant Steps"] }, [
    "blue train",
    "giant steps",
  ]],
  ["both kinds", { keywords: ["x"], any_keywords: ["a", "b", "c d"] }, ["c d x", "x (a, b)"]],
  ["no alternative another contains", { any_keywords: ["blue", "blue train"] }, ["blue"]],
  ["no alternative that is always met", { keywords: ["kind of blue"], any_keywords: ["blue", "red"] }, [
    "blue kind of",
  ]],
  ["nothing without words", {}, []],
];
for (const [what, rule, expected] of CASES) {
  Deno.test(`planEbay() plans ${what}`, () => assert.deepEqual(texts(rule), expected));
}

Deno.test("planEbay() puts the marketplace into the query", () => {
  const [query] = planEbay(aRule({ keywords: ["low"] }), "EBAY_DE");
  assert.deepEqual(query, {
    marketplace: "EBAY_DE",
    q: "low",
    category_ids: "176985",
    sort: "newlyListed",
    filter: "buyingOptions:{FIXED_PRICE|AUCTION|BEST_OFFER}",
  });
});

const [CASSETTES, CDS, VINYL] = ["176983", "176984", "176985"];
const FORMATS_ASKED: [what: string, formats: string[], categories: unknown[]][] = [
  ["vinyl for a rule without formats", [], [VINYL]],
  ["vinyl once for formats that are all vinyl", ["lp", '7"', '10"', '12"', "vinyl", "ep", "shellac"], [
    VINYL,
  ]],
  ["CDs alone for a rule of CDs", ["cd"], [CDS]],
  ["CDs once for both kinds of them", ["sacd", "cd"], [CDS]],
  ["cassettes alone for a rule of cassettes", ["cassette"], [CASSETTES]],
  ["each category asked for, in order", ["lp", "cd", "cassette"], [CASSETTES, CDS, VINYL]],
  ["vinyl where no category is known", ["minidisc"], [VINYL]],
  ["what is known of a mixed choice", ["dvd", "cd"], [CDS]],
];
for (const [what, formats, categories] of FORMATS_ASKED) {
  Deno.test(`planEbay() searches ${what}`, () => {
    const queries = planEbay(aRule({ keywords: ["low"], formats }), "EBAY_US");
    assert.deepEqual(
      queries.map(({ q, category_ids }) => [q, category_ids]),
      categories.map((id) => ["low", id]),
    );
  });
}

Deno.test("planEbay() shares a poll between rules that name their formats in another order", () => {
  const planned = (formats: string[]) =>
    JSON.stringify(planEbay(aRule({ keywords: ["low"], formats }), "EBAY_US"));
  assert.equal(planned(["cd", "lp"]), planned(["vinyl", "cd"]));
  assert.equal(planned(["lp"]), planned([]));
});

const MARKETPLACES: [what: string, named: string[] | undefined, searched: string[]][] = [
  ["the default one where a rule names none", undefined, ["EBAY_US"]],
  ["each that a rule names, in order", ["EBAY_GB", "EBAY_DE"], ["EBAY_DE", "EBAY_GB"]],
  ["the default one where a rule names only those of others", ["REVERB_UK"], ["EBAY_US"]],
  ["a default one that we do not know", ["EBAY_XX", "EBAY_US"], ["EBAY_US"]],
];
for (const [what, marketplaces, searched] of MARKETPLACES) {
  Deno.test(`planEbay() searches ${what}`, () => {
    const queries = planEbay(aRule({ keywords: ["low"], marketplaces }), "EBAY_US");
    assert.deepEqual(
      queries.map(({ marketplace, q }) => [marketplace, q]),
      searched.map((id) => [id, "low"]),
    );
  });
}

Deno.test("planEbay() drops the shortest words of a text over 100 characters", () => {
  const words = Array.from({ length: 12 }, (_, index) => `${"abcdefghijkl"[index]}`.repeat(index + 4));
  const [q] = texts({ keywords: [words.join(" ")] });
  assert.ok(typeof q === "string" && q.length > 0 && q.length <= MAX_Q_LENGTH);
  assert.ok(q.split(" ").every((word) => words.includes(word)));
  assert.ok(q.includes("l".repeat(15)) && !q.includes("aaaa"));
});

Deno.test("planEbay() splits an OR group over 100 characters without losing an alternative", () => {
  const any_keywords = Array.from({ length: 26 }, (_, index) => String.fromCharCode(97 + index).repeat(9));
  const planned = texts({ keywords: ["vinyl"], any_keywords });
  assert.ok(planned.length > 1);
  for (const word of any_keywords) assert.equal(planned.filter((q) => String(q).includes(word)).length, 1);
  for (const q of planned) assert.match(String(q), /^vinyl \([^()]+\)$/);
});

const VOCABULARY = [
  "Miles",
  "davis",
  "The",
  "Blue",
  "Björk",
  "AC/DC",
  "2LP",
  "and",
  "Sgt. Pepper's",
  "Neu!",
  "70",
  "x",
] as const;

function shuffled<T>(values: readonly T[], draws: Draws): T[] {
  return values.map((value) => [draws.next(), value] as const).sort(([a], [b]) => a - b).map(([, value]) =>
    value
  );
}

Deno.test("planEbay() plans equal JSON for a rule whose words are shuffled, within 100 characters and never empty", () => {
  const draws = new Draws(7);
  for (let round = 0; round < 300; round++) {
    const some = (most: number) =>
      Array.from({ length: Math.floor(draws.next() * most) }, () => draws.pick([...VOCABULARY]));
    const rule = { keywords: ["seed", ...some(30)], any_keywords: some(6), q: some(20).join(" ") };
    const other = {
      keywords: shuffled(rule.keywords, draws),
      any_keywords: shuffled(rule.any_keywords, draws),
      q: shuffled(rule.q.split(" "), draws).join("  "),
    };
    const planned = planEbay(aRule(rule), "EBAY_US");
    assert.equal(
      JSON.stringify(planned),
      JSON.stringify(planEbay(aRule(other), "EBAY_US")),
      JSON.stringify(rule),
    );
    assert.ok(planned.length > 0);
    for (const { q } of planned) assert.ok(String(q).trim().length > 0 && String(q).length <= MAX_Q_LENGTH);
  }
});
