import assert from "node:assert/strict";
import { z } from "zod";
import { parseDecimal } from "../../src/pricing/money.ts";
import { gradeOfListing } from "../../src/matching/listing_grade.ts";
import { ruleQuerySchema } from "../../src/matching/rule_query.ts";
import { matchListing, NO_RATES } from "../../src/matching/verdict.ts";
import { readMatchCases } from "./corpus.ts";
import { aListing, aRule, ratesOf } from "./support.ts";

const textCase = z.object({ id: z.string(), title: z.string() });
const casesSchema = z.object({
  keyword: z.array(textCase.extend({ keyword: z.string(), expected: z.boolean() })),
  exclude: z.array(textCase.extend({ keyword: z.string(), fires: z.boolean() })),
  q: z.array(textCase.extend({ q: z.string(), expected: z.boolean() })),
  rule: z.array(z.object({
    id: z.string(),
    rule: z.record(z.string(), z.unknown()),
    listing: z.object({
      title: z.string(),
      provider: z.string().optional(),
      condition: z.string().optional(),
      price: z.number().nullish(),
      currency: z.string().nullish(),
    }),
    fx: z.record(z.string(), z.number()).optional(),
    expected: z.boolean(),
  })),
});

const text = await readMatchCases();
const cases = text === null
  ? { keyword: [], exclude: [], q: [], rule: [] }
  : casesSchema.parse(JSON.parse(text));

for (const { id, title, keyword, expected } of cases.keyword) {
  Deno.test(`published case ${id}: ${JSON.stringify(keyword)} in ${JSON.stringify(title)}`, () => {
    assert.equal(isMatch({ keywords: [keyword] }, title), expected);
  });
}

for (const { id, title, keyword, fires } of cases.exclude) {
  Deno.test(`published case ${id}: not ${JSON.stringify(keyword)} in ${JSON.stringify(title)}`, () => {
    assert.equal(isMatch({ keywords: ["zzz"], exclude_keywords: [keyword] }, `${title} / zzz`), !fires);
  });
}

for (const { id, title, q, expected } of cases.q) {
  Deno.test(`published case ${id}: ${JSON.stringify(q)} in ${JSON.stringify(title)}`, () => {
    assert.equal(isMatch({ q }, title), expected);
  });
}

for (const { id, rule, listing, fx, expected } of cases.rule) {
  Deno.test(`published case ${id}: ${JSON.stringify(rule)}`, () => {
    const query = ruleQuerySchema.safeParse(rule);
    if (!query.success) return assert.equal(false, expected);
    const { title, provider = "ebay", condition = null, price = null, currency = null } = listing;
    const facts = aListing({
      title,
      provider,
      price_minor: price === null ? null : parseDecimal(String(price), currency ?? "USD"),
      currency,
      grade: gradeOfListing({ condition, title }),
    });
    assert.equal(matchListing(aRule(query.data), facts, ratesOf(fx ?? {})).kind === "match", expected);
  });
}

/** A rule that is refused at the door matches nothing. */
function isMatch(wire: unknown, title: string): boolean {
  const query = ruleQuerySchema.safeParse(wire);
  return query.success && matchListing(aRule(query.data), aListing({ title }), NO_RATES).kind === "match";
}
