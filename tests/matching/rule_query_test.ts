import assert from "node:assert/strict";
import type { z } from "zod";
import { parseQ } from "../../src/matching/parse_q.ts";
import {
  MAX_KEYWORD_LENGTH,
  MAX_KEYWORDS,
  MAX_PRICE,
  MAX_Q_LENGTH,
  ruleQuerySchema,
} from "../../src/matching/rule_query.ts";

Deno.test("ruleQuerySchema gives the canonical form", () => {
  const wire = {
    sources: [" eBay ", "discogs", "EBAY"],
    marketplaces: ["ebay_gb", " EBAY_DE ", "EBAY_GB"],
    keywords: ["  kind \u0000 of\tblue ", "", "kind of blue"],
    any_keywords: [],
    q: ' miles  "live" ',
    min_price: 0,
    max_price: 39.5,
    currency: " eur",
    min_condition: "Very Good Plus (VG+)",
    formats: ["12 inch", "LP", "lp", ""],
  };
  assert.deepEqual(ruleQuerySchema.parse(wire), {
    sources: ["ebay", "discogs"],
    marketplaces: ["EBAY_DE", "EBAY_GB"],
    keywords: ["kind of blue"],
    any_keywords: [],
    exclude_keywords: [],
    q: 'miles "live"',
    min_price: 0,
    max_price: 39.5,
    currency: "EUR",
    min_condition: "VG+",
    ungraded: "exclude",
    formats: ['12"', "lp"],
  });
});

Deno.test("ruleQuerySchema takes its own result unchanged", () => {
  const query = ruleQuerySchema.parse({
    keywords: ["a"],
    min_condition: "EX",
    currency: "jpy",
    formats: ["7in"],
  });
  assert.deepEqual(ruleQuerySchema.parse(query), query);
});

Deno.test("ruleQuerySchema leaves sources, currency and bounds absent when they are not given", () => {
  const query = ruleQuerySchema.parse({ q: "miles", max_price: null, currency: null });
  assert.deepEqual(Object.keys(query).sort(), [
    "any_keywords",
    "exclude_keywords",
    "formats",
    "keywords",
    "q",
    "ungraded",
  ]);
});

const many = (count: number) => Array.from({ length: count }, (_, index) => `word ${index}`);

const ACCEPTED: [guarantee: string, wire: unknown][] = [
  ["any_keywords alone", { any_keywords: ["a"] }],
  ["q alone", { q: "a" }],
  ["equal bounds", { q: "a", min_price: 5, max_price: 5 }],
  ["a bound of zero", { q: "a", max_price: 0 }],
  ["the largest bound", { q: "a", max_price: MAX_PRICE }],
  ["the longest list", { keywords: many(MAX_KEYWORDS) }],
  ["the longest keyword", { keywords: ["a".repeat(MAX_KEYWORD_LENGTH)] }],
  ["the longest q", { q: "a".repeat(MAX_Q_LENGTH) }],
  ["exclusions beside words", { q: "miles -cd", exclude_keywords: ["box"] }],
  ["an empty list beside text", { keywords: [], q: "a" }],
];

for (const [guarantee, wire] of ACCEPTED) {
  Deno.test(`ruleQuerySchema accepts ${guarantee}`, () => assert.ok(ruleQuerySchema.safeParse(wire).success));
}

const REFUSED: [guarantee: string, wire: unknown, path: string, inMessage: string][] = [
  ["something that is no object", "miles", "", '"miles"'],
  ["a list", [], "", "object"],
  ["null", null, "", "null"],
  ["an unknown key", { q: "a", max_prise: 3 }, "max_prise", "max_prise"],
  ["no text at all", { max_price: 3 }, "keywords", "text"],
  ["only exclusions", { exclude_keywords: ["cd"] }, "keywords", "text"],
  ["a q of exclusions", { q: '-cd -"box set"' }, "q", "text"],
  ["a q without a token", { q: "!!! &" }, "q", "!!! &"],
  ["keywords that are all blank", { keywords: ["", "  "], q: "a" }, "keywords", "blank"],
  ["any_keywords that are all blank", { any_keywords: [" "], q: "a" }, "any_keywords", "blank"],
  ["formats that are all blank", { formats: [" "], q: "a" }, "formats", "blank"],
  ["a keyword without a token", { keywords: ["ok", "!!!"] }, "keywords.1", "!!!"],
  ["an exclusion without a token", { q: "a", exclude_keywords: ["?"] }, "exclude_keywords.0", "?"],
  ["a keyword that is no text", { keywords: [1] }, "keywords.0", "1"],
  ["keywords that are no list", { keywords: "miles" }, "keywords", '"miles"'],
  ["too many keywords", { keywords: many(MAX_KEYWORDS + 1) }, "keywords", "51"],
  ["too long a keyword", { keywords: ["a".repeat(MAX_KEYWORD_LENGTH + 1)] }, "keywords.0", "201"],
  ["too long a q", { q: "a".repeat(MAX_Q_LENGTH + 1) }, "q", "500"],
  ["no sources", { q: "a", sources: [] }, "sources", "at least one"],
  ["blank sources", { q: "a", sources: [" "] }, "sources", "at least one"],
  ["null for sources", { q: "a", sources: null }, "sources", "null"],
  ["a boolean price", { q: "a", max_price: true }, "max_price", "true"],
  ["a price as text", { q: "a", min_price: "3" }, "min_price", '"3"'],
  ["a negative price", { q: "a", min_price: -0.01 }, "min_price", "-0.01"],
  ["too large a price", { q: "a", max_price: MAX_PRICE + 1 }, "max_price", "1000000001"],
  ["NaN", { q: "a", max_price: NaN }, "max_price", "NaN"],
  ["crossed bounds", { q: "a", min_price: 5, max_price: 4.99 }, "max_price", "4.99"],
  ["an unknown currency", { q: "a", currency: "EUX" }, "currency", "EUX"],
  ["an unknown grade", { q: "a", min_condition: "nice" }, "min_condition", "nice"],
  ["an unknown ungraded", { q: "a", ungraded: "maybe" }, "ungraded", "maybe"],
  ["an unknown format", { q: "a", formats: ["lp", "zip"] }, "formats.1", "zip"],
];

for (const [guarantee, wire, path, inMessage] of REFUSED) {
  Deno.test(`ruleQuerySchema refuses ${guarantee} and names the field`, () => {
    const result = ruleQuerySchema.safeParse(wire);
    assert.ok(!result.success);
    const fieldOf = (issue: z.core.$ZodIssue) =>
      [...issue.path, ...(issue.code === "unrecognized_keys" ? issue.keys : [])].join(".");
    const issue = result.error.issues.find((candidate) => fieldOf(candidate) === path);
    assert.ok(issue, JSON.stringify(result.error.issues));
    assert.ok(issue.message.includes(inMessage), issue.message);
  });
}

const QS: [q: string, runs: string, phrases: string, exclusions: string][] = [
  ["miles davis", "miles,davis", "", ""],
  ['"kind of blue" davis', "davis", "kind of blue", ""],
  ["“kind of blue” -cd", "", "kind of blue", "cd"],
  ['miles -"box set" davis', "miles|davis", "", "box set"],
  ["hip-hop - jazz", "hip hop,jazz", "", ""],
  ['aphex 12" remix', "aphex,12 inch,remix", "", ""],
  ['"summer of 69" lp', "lp", "summer of 69", ""],
  ['"windowlicker 12" single"', "", "windowlicker 12 inch single", ""],
  ['"open end', "", "open end", ""],
  ['"" miles', "miles", "", ""],
  ["simon & garfunkel", "simon,garfunkel", "", ""],
  ["simon and garfunkel", "simon,garfunkel", "", ""],
  ["and", "and", "", ""],
  ["nas 180 gram 2 x LP", "nas,180 g,2 lp", "", ""],
  ["u2 war", "u 2,war", "", ""],
  ["--cd miles", "miles", "", "cd"],
  ["", "", "", ""],
];

for (const [q, runs, phrases, exclusions] of QS) {
  Deno.test(`parseQ() takes ${JSON.stringify(q)} apart`, () => {
    const parsed = parseQ(q);
    const list = (terms: readonly { tokens: string[] }[]) =>
      terms.map((term) => term.tokens.join(" ")).join(",");
    assert.deepEqual(
      [parsed.runs.map(list).join("|"), list(parsed.phrases), list(parsed.exclusions)],
      [runs, phrases, exclusions],
    );
  });
}
