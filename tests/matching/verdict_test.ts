import assert from "node:assert/strict";
import { comparableMinor, matchListing, NO_RATES } from "../../src/matching/verdict.ts";
import { compileRule } from "../../src/matching/compile_rule.ts";
import { aListing, aRule, ratesOf } from "./support.ts";

/** Same table for keywords, exclusions and free text: does it occur in the title? */
const KEYWORDS: [guarantee: string, keyword: string, title: string, occurs: boolean][] = [
  ["folds accents on both sides", "Motörhead", "MOTORHEAD - Overkill", true],
  ["is a token, not a substring", "rain", "Train In Vain", false],
  ["is not stemmed", "door", "The Doors", false],
  ["must be consecutive", "abbey road", "Abbey Lincoln On The Road", false],
  ["must be in order", "road abbey", "Abbey Road", false],
  ["needs all its tokens", "abbey road", "Abbey", false],
  ["may stand at the end", "abbey road", "Beatles Abbey Road", true],
  ["starts again after a false start", "new york", "New New York", true],
  ["may lack its article when five letters remain", "the cramps", "Cramps - Off The Bone", true],
  ["needs its article when four letters remain", "the fall", "Fall Out Boy", false],
  ["has its article when four letters remain", "the fall", "The Fall - Hex", true],
  ["may lack its article when two tokens remain", "the go go", "Go Go Penguin", true],
  ["does not lose an article in the middle", "over the bridge", "Over Bridge", false],
  ["finds two tokens for one", "talktalk", "Talk Talk - Colour", true],
  ["finds three tokens for one", "outkastic", "Out Kas Tic", true],
  ["does not find four tokens for one", "outkastic", "Ou Tk As Tic", false],
  ["finds one token for two", "talk talk", "TalkTalk", true],
  ["finds one token for three", "out kas tic", "Outkastic", true],
  ["does not find one token for four", "ou tk as tic", "Outkastic", false],
  ["joins inside a longer phrase", "big hip hop hits", "Big HipHop Hits", true],
  ["joins from four letters", "acdc", "AC/DC", true],
  ["does not join below four letters", "xtc", "XT C", false],
  ["does not join letters and digits", "blink182", "Blink 182", true],
  ["does not join digits", "1982", "19 82", false],
  ["does not join Katakana", "シティポップ", "シティ ポップ", false],
  ["does not match a part of a joined form", "hip hop", "Hippyhop", false],
  ["finds Han characters in order", "達郎", "山下達郎", true],
  ["finds sizes in any notation", '7"', "Seven 7 inch single", true],
  ["finds weights in any notation", "180g", "180 Gram Vinyl", true],
  ["finds a grade with plus only", "vg", "LP VG+", false],
];

for (const [guarantee, keyword, title, occurs] of KEYWORDS) {
  Deno.test(`matchListing() a keyword ${guarantee}`, () => {
    assert.equal(outcome({ keywords: [keyword] }, title), occurs ? "match" : "keyword_missing");
    assert.equal(outcome({ any_keywords: ["zzz", keyword] }, title), occurs ? "match" : "keyword_missing");
    assert.equal(
      outcome({ q: `"${keyword.replaceAll('"', "''")}"` }, title),
      occurs ? "match" : "keyword_missing",
    );
    assert.equal(
      outcome({ keywords: ["zzz"], exclude_keywords: [keyword] }, `${title} / zzz`),
      occurs ? "excluded_keyword" : "match",
    );
  });
}

const FREE_TEXT: [guarantee: string, q: string, title: string, expected: string][] = [
  ["finds words in any order", "blue davis kind", "Miles Davis - Kind Of Blue", "match"],
  ["needs every word", "blue coltrane", "Miles Davis - Kind Of Blue", "keyword_missing"],
  ["keeps letters and digits of a word together", "u2 war", "War Of U, 2", "match"],
  ["does not scatter the parts of a word", "u2 war", "2 Wars: U War", "keyword_missing"],
  ["finds neighbours written as one word", "ac dc live", "ACDC Live", "match"],
  ["finds one word written as two", "acdc live", "Live AC/DC", "match"],
  ["does not join words across a phrase", 'ac "live" dc', "ACDC Live", "keyword_missing"],
  ["needs no article when enough remains", "the beatles", "Beatles - Help", "match"],
  ["needs the article when little remains", "the band", "Band - Rock", "keyword_missing"],
  ["needs a quoted phrase as it is", '"of blue"', "Blue Of", "keyword_missing"],
  ["excludes a word", "davis -cd", "Davis CD", "excluded_keyword"],
  ["does not exclude a part of a word", "davis -cd", "Davis ABCD", "match"],
  ["excludes a phrase", 'davis -"box set"', "Davis Box Set", "excluded_keyword"],
  ["does not exclude scattered words", 'davis -"box set"', "Davis Boxed Set, Set Box", "match"],
  ["means nothing by and", "simon and garfunkel", "Simon & Garfunkel", "match"],
];

for (const [guarantee, q, title, expected] of FREE_TEXT) {
  Deno.test(`matchListing() free text ${guarantee}`, () => assert.equal(outcome({ q }, title), expected));
}

Deno.test("matchListing() needs all keywords, one of any_keywords, and q", () => {
  const query = { keywords: ["miles", "davis"], any_keywords: ["lp", "cd"], q: "blue" };
  assert.equal(outcome(query, "Davis, Miles - Blue LP"), "match");
  assert.equal(outcome(query, "Davis - Blue LP"), "keyword_missing");
  assert.equal(outcome(query, "Davis, Miles - Blue"), "keyword_missing");
  assert.equal(outcome(query, "Davis, Miles - LP"), "keyword_missing");
});

Deno.test("matchListing() never lets a rule without text match", () => {
  const query = {
    keywords: [],
    any_keywords: [],
    exclude_keywords: [],
    ungraded: "exclude",
    formats: [],
  } as const;
  for (const keywords of [[], ["!!!"], [""]]) {
    const rule = {
      compiled: compileRule({ ...query, keywords, any_keywords: [], exclude_keywords: [], formats: [] }),
      active: true,
    };
    assert.equal(matchListing(rule, aListing({ title: "Anything" }), NO_RATES).kind, "no_match");
  }
});

const PRICES: [guarantee: string, bounds: object, price: [number | null, string | null], expected: string][] =
  [
    ["at the upper bound", { max_price: 50 }, [5_000, "USD"], "match"],
    ["one cent above the upper bound", { max_price: 50 }, [5_001, "USD"], "price_above_max"],
    ["at the lower bound", { min_price: 50 }, [5_000, "USD"], "match"],
    ["one cent under the lower bound", { min_price: 50 }, [4_999, "USD"], "price_below_min"],
    ["under an upper bound with a part of a cent", { max_price: 39.999 }, [3_999, "USD"], "match"],
    ["over an upper bound with a part of a cent", { max_price: 39.999 }, [4_000, "USD"], "price_above_max"],
    ["under a lower bound with a part of a cent", { min_price: 39.991 }, [3_999, "USD"], "price_below_min"],
    ["over a lower bound with a part of a cent", { min_price: 39.991 }, [4_000, "USD"], "match"],
    ["at a bound that floats cannot hold", { max_price: 1.15 }, [115, "USD"], "match"],
    ["at a bound in yen", { max_price: 4_000, currency: "JPY" }, [4_000, "JPY"], "match"],
    ["one yen above", { max_price: 4_000, currency: "JPY" }, [4_001, "JPY"], "price_above_max"],
    ["that is unknown", { max_price: 50 }, [null, null], "price_unknown"],
    ["that is unknown, under a lower bound of 0", { min_price: 0 }, [null, "USD"], "price_unknown"],
    ["that is free", { max_price: 0 }, [0, "USD"], "match"],
    ["without a currency", { max_price: 50 }, [100, null], "price_not_comparable"],
    ["without a rate", { max_price: 50 }, [100, "CHF"], "price_not_comparable"],
    ["converted to the bound", { max_price: 58 }, [5_000, "EUR"], "match"],
    ["converted to a cent above", { max_price: 57.99 }, [5_000, "EUR"], "price_above_max"],
    ["converted from yen", { max_price: 6.5 }, [1_000, "JPY"], "match"],
    ["converted from yen, a cent above", { max_price: 6.49 }, [1_000, "JPY"], "price_above_max"],
    ["converted to yen", { max_price: 1_540, currency: "JPY" }, [1_000, "USD"], "match"],
    ["rounded half to even, down", { max_price: 0.02 }, [5, "GBP"], "match"],
    ["rounded half to even, up", { max_price: 0.07 }, [15, "GBP"], "price_above_max"],
    ["that no bound asks about", {}, [100, "CHF"], "match"],
  ];

const RATES = ratesOf({ EUR_USD: 1.16, JPY_USD: 0.0065, USD_JPY: 154, GBP_USD: 0.5 });

for (const [guarantee, bounds, [price_minor, currency], expected] of PRICES) {
  Deno.test(`matchListing() a price ${guarantee}: ${expected}`, () => {
    const rule = aRule({ keywords: ["a"], currency: "USD", ...bounds });
    const verdict = matchListing(rule, aListing({ title: "A", price_minor, currency }), RATES);
    assert.equal(verdict.kind === "match" ? "match" : verdict.reason, expected);
  });
}

Deno.test("matchListing() tells the rate it converted with, and none when it did not", () => {
  const listing = aListing({ title: "A", price_minor: 5_000, currency: "EUR" });
  const converted = matchListing(aRule({ q: "a", max_price: 70, currency: "USD" }), listing, RATES);
  assert.deepEqual(converted.kind === "match" && converted.rate, {
    rate: 1.16,
    date: "2026-01-02",
    source: "test",
    from: "EUR",
    to: "USD",
  });
  const same = matchListing(aRule({ q: "a", max_price: 70, currency: "EUR" }), listing, NO_RATES);
  assert.equal(same.kind === "match" && same.rate, null);
});

Deno.test("comparableMinor() converts also when the rule has no bound", () => {
  const { compiled } = aRule({ q: "a", currency: "USD" });
  const minor = (price_minor: number | null, currency: string) =>
    comparableMinor(compiled, aListing({ title: "A", price_minor, currency }), RATES);
  assert.deepEqual([minor(100, "USD"), minor(100, "EUR"), minor(100, "CHF"), minor(null, "USD")], [
    100,
    116,
    null,
    null,
  ]);
});

Deno.test("matchListing() holds min_condition on both sides of the grade", () => {
  const grade = (value: "VG" | "VG+" | "NM" | null, ungraded: "exclude" | "include" = "exclude") => {
    const rule = aRule({ q: "a", min_condition: "VG+", ungraded });
    const verdict = matchListing(rule, aListing({ title: "A", grade: value }), NO_RATES);
    return verdict.kind === "match" ? "match" : verdict.reason;
  };
  assert.equal(grade("VG"), "condition_below_min");
  assert.equal(grade("VG+"), "match");
  assert.equal(grade("NM"), "match");
  assert.equal(grade(null), "condition_unknown");
  assert.equal(grade(null, "include"), "match");
  assert.equal(grade("VG", "include"), "condition_below_min");
});

Deno.test("matchListing() holds formats, and takes none for a mismatch", () => {
  const rule = aRule({ q: "a", formats: ["lp", '12"'] });
  const reason = (formats: string[]) => {
    const verdict = matchListing(rule, aListing({ title: "A", formats }), NO_RATES);
    return verdict.kind === "match" ? "match" : verdict.reason;
  };
  assert.equal(reason(["lp", "vinyl"]), "match");
  assert.equal(reason(["cd"]), "format_mismatch");
  assert.equal(reason([]), "format_mismatch");
});

Deno.test("matchListing() holds sources", () => {
  assert.equal(outcome({ q: "a", sources: ["discogs", "ebay"] }, "A"), "match");
  assert.equal(outcome({ q: "a", sources: ["discogs"] }, "A"), "source_not_watched");
});

const MARKETPLACES: [
  what: string,
  watched: string[] | undefined,
  of: string[] | undefined,
  expected: string,
][] = [
  ["lets pass a listing of one that is watched", ["EBAY_DE", "EBAY_GB"], ["EBAY_GB"], "match"],
  ["lets pass a listing that a watched one shows too", ["EBAY_GB"], ["EBAY_GB", "EBAY_US"], "match"],
  ["refuses a listing of others alone", ["EBAY_GB"], ["EBAY_US"], "marketplace_not_watched"],
  ["says nothing of a listing without one", ["EBAY_GB"], [], "match"],
  ["says nothing where the listing's are not known", ["EBAY_GB"], undefined, "match"],
  ["lets pass all where a rule chose none", undefined, ["EBAY_US"], "match"],
];
for (const [what, marketplaces, of, expected] of MARKETPLACES) {
  Deno.test(`matchListing() by marketplaces ${what}`, () => {
    const listing = aListing({ title: "A", ...(of && { marketplaces: of }) });
    const verdict = matchListing(aRule({ q: "a", marketplaces }), listing, NO_RATES);
    assert.equal(verdict.kind === "match" ? "match" : verdict.reason, expected);
  });
}

Deno.test("matchListing() gives a check for every predicate and the first reason in the documented order", () => {
  const query = {
    sources: ["discogs"],
    marketplaces: ["EBAY_GB"],
    keywords: ["kind of blue"],
    any_keywords: ["lp"],
    exclude_keywords: ["cd"],
    q: "miles -tape",
    min_price: 1,
    max_price: 2,
    min_condition: "VG",
    formats: ["lp"],
  };
  const listing = aListing({
    title: "Kind Of Blue CD",
    price_minor: 300,
    currency: "USD",
    marketplaces: ["EBAY_US"],
  });
  const verdict = matchListing({ ...aRule(query), active: false }, listing, NO_RATES);
  assert.equal(verdict.kind === "no_match" && verdict.reason, "rule_inactive");
  assert.deepEqual(verdict.checks.map(({ predicate, actual, outcome }) => [predicate, actual, outcome]), [
    ["active", false, "fail"],
    ["sources", "ebay", "fail"],
    ["marketplaces", ["EBAY_US"], "fail"],
    ["keywords", "kind of blue", "pass"],
    ["q", null, "fail"],
    ["any_keywords", null, "fail"],
    ["exclude_keywords", "cd", "fail"],
    ["q", null, "pass"],
    ["min_price", 300, "pass"],
    ["max_price", 300, "fail"],
    ["min_condition", null, "unknown"],
    ["formats", [], "unknown"],
  ]);
  const active = matchListing(aRule(query), listing, NO_RATES);
  assert.equal(active.kind === "no_match" && active.reason, "source_not_watched");
});

function outcome(query: Parameters<typeof aRule>[0], title: string): string {
  const verdict = matchListing(aRule(query), aListing({ title }), NO_RATES);
  return verdict.kind === "match" ? "match" : verdict.reason;
}

Deno.test("matchListing() until the first failure gives the same kind and reason, and no check after it", () => {
  const rules = [
    aRule({ keywords: ["kind of blue"], exclude_keywords: ["cd"], max_price: 20, min_condition: "VG+" }),
    aRule({ q: "miles -mono", min_price: 5, sources: ["ebay"] }),
    aRule({ any_keywords: ["miles", "coltrane"], formats: ["lp"] }),
  ];
  const titles = ["Miles Davis Kind Of Blue LP", "Kind Of Blue CD", "Coltrane", "Miles mono"];
  for (const rule of rules) {
    for (const title of titles) {
      for (const price_minor of [null, 100, 1_000, 5_000]) {
        for (const provider of ["ebay", "discogs"]) {
          const listing = aListing({ title, price_minor, currency: "USD", provider });
          const whole = matchListing(rule, listing, NO_RATES);
          const short = matchListing(rule, listing, NO_RATES, { untilFailure: true });
          if (whole.kind === "match") {
            assert.deepEqual(short, whole);
            continue;
          }
          assert.deepEqual({ kind: short.kind, reason: "reason" in short && short.reason }, {
            kind: whole.kind,
            reason: whole.reason,
          });
          assert.deepEqual(short.checks, whole.checks.slice(0, short.checks.length));
          assert.notEqual(short.checks.at(-1)?.outcome, "pass");
        }
      }
    }
  }
});
