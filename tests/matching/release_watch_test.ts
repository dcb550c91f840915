import assert from "node:assert/strict";
import { releaseAnchors, releaseKeys } from "../../src/matching/release_watch.ts";
import { compileRelease, matchRelease, type ReleaseQuery } from "../../src/matching/release_watch.ts";
import { ruleQuerySchema } from "../../src/matching/rule_query.ts";
import { type ListingFacts, NO_RATES, type Rates } from "../../src/matching/verdict.ts";
import { compileWatch, judge, wantsFloor } from "../../src/matching/watch.ts";

const WATCH: ReleaseQuery = {
  match_mode: "exact_release",
  discogs_release_id: 101,
  discogs_master_id: 5460,
  target_price: 20,
  currency: "USD",
  min_condition: null,
};
const FLOOR: ListingFacts = {
  provider: "discogs",
  tokens: ["kind", "of", "blue"],
  price_minor: 2000,
  currency: "USD",
  grade: null,
  formats: ["lp", "vinyl"],
  kind: "floor",
  discogs_release_id: 101,
  discogs_master_id: 5460,
};
const RATES: Rates = { rate: () => ({ rate: 1.1, date: "2026-11-23", source: "test" }) };

type Row = [name: string, watch: Partial<ReleaseQuery>, listing: Partial<ListingFacts>, outcome: string];
const MASTER = { match_mode: "master_release" } as const;
const ROWS: Row[] = [
  ["the floor at the target", {}, {}, "match"],
  ["a cent above", {}, { price_minor: 2001 }, "price_above_max"],
  ["no target", { target_price: null }, { price_minor: 99_999 }, "match"],
  ["a target of 0", { target_price: 0 }, {}, "price_above_max"],
  ["another release", {}, { discogs_release_id: 102 }, "release_mismatch"],
  ["another release of the master, any version", MASTER, { discogs_release_id: 102 }, "match"],
  ["the release without its master, any version", MASTER, { discogs_master_id: null }, "match"],
  ["another master", MASTER, { discogs_release_id: 7, discogs_master_id: 8 }, "release_mismatch"],
  ["no numbers", {}, { discogs_release_id: null, discogs_master_id: null }, "release_mismatch"],
  ["nothing for sale under a target", {}, { price_minor: null, currency: null }, "price_unknown"],
  [
    "nothing for sale without a target",
    { target_price: null },
    { price_minor: null, currency: null },
    "not_for_sale",
  ],
  [
    "an entry of the catalogue",
    { target_price: null },
    { kind: "release", price_minor: null },
    "not_for_sale",
  ],
  ["an offer without a price", { target_price: null }, { kind: "offer", price_minor: null }, "match"],
  ["an offer without a price under a target", {}, { kind: "offer", price_minor: null }, "price_unknown"],
  ["a floor under a lowest grade", { min_condition: "VG+" }, {}, "condition_unknown"],
  ["an offer of the grade", { min_condition: "VG+" }, { kind: "offer", grade: "VG+" }, "match"],
  [
    "an offer below the grade",
    { min_condition: "VG+" },
    { kind: "offer", grade: "VG" },
    "condition_below_min",
  ],
  ["a currency without a rate", {}, { currency: "EUR" }, "price_not_comparable"],
];
for (const [name, watch, listing, outcome] of ROWS) {
  Deno.test(`matchRelease() says ${outcome} for ${name}`, () => {
    const compiled = compileRelease({ ...WATCH, ...watch });
    const verdict = matchRelease({ compiled, active: true }, { ...FLOOR, ...listing }, NO_RATES);
    assert.equal(verdict.kind === "match" ? "match" : verdict.reason, outcome);
    assert.ok(verdict.checks.length >= 2);
  });
}

Deno.test("matchRelease() converts, and keeps the rate it used", () => {
  const compiled = compileRelease({ ...WATCH, target_price: 22 });
  const verdict = matchRelease({ compiled, active: true }, { ...FLOOR, currency: "EUR" }, RATES);
  assert.equal(verdict.kind, "match");
  assert.deepEqual(verdict.kind === "match" && verdict.rate, {
    rate: 1.1,
    date: "2026-11-23",
    source: "test",
    from: "EUR",
    to: "USD",
  });
  const inactive = matchRelease({ compiled, active: false }, FLOOR, NO_RATES);
  assert.equal(inactive.kind === "no_match" && inactive.reason, "rule_inactive");
});

Deno.test("a listing has every key a release watch is indexed under that it could match by", () => {
  for (const match_mode of ["exact_release", "master_release"] as const) {
    const compiled = compileRelease({ ...WATCH, match_mode });
    const anchors = releaseAnchors(compiled).map((row) => row.anchor);
    assert.deepEqual(
      anchors,
      match_mode === "exact_release" ? ["release:101"] : ["release:101", "master:5460"],
    );
    assert.ok(releaseKeys(FLOOR).some((key) => anchors.includes(key)));
  }
  assert.deepEqual(releaseKeys({ discogs_release_id: null }), []);
});

type RuleRow = [
  name: string,
  query: Record<string, unknown>,
  listing: Partial<ListingFacts>,
  judged: string,
  floor: boolean,
];
const RELEASE = { kind: "release", price_minor: null, currency: null } as const;
const RULE_ROWS: RuleRow[] = [
  ["a release under text alone", {}, RELEASE, "match", false],
  ["a release under a price", { max_price: 20 }, RELEASE, "price_unknown", true],
  ["a release under a grade", { min_condition: "VG" }, RELEASE, "condition_unknown", false],
  [
    "a release under a grade that lets ungraded in",
    { min_condition: "VG", ungraded: "include" },
    RELEASE,
    "not_for_sale",
    true,
  ],
  ["a release in another format", { max_price: 20, formats: ["cd"] }, RELEASE, "price_unknown", false],
  ["a release of other words", { max_price: 20, keywords: ["train"] }, RELEASE, "keyword_missing", false],
  ["a floor in range", { max_price: 20 }, {}, "match", false],
  ["a floor out of range", { max_price: 19.99 }, {}, "price_above_max", false],
  ["a floor with nothing for sale", {}, { price_minor: null, currency: null }, "not_for_sale", false],
  ["an offer without price", {}, { kind: "offer", price_minor: null, currency: null }, "match", false],
];
for (const [name, query, listing, judged, floor] of RULE_ROWS) {
  Deno.test(`judge() says ${judged} for ${name}${floor ? ", whose floor is wanted" : ""}`, () => {
    const parsed = ruleQuerySchema.parse({
      keywords: ["kind of blue"],
      sources: ["discogs"],
      currency: "USD",
      ...query,
    });
    const compiled = compileWatch({ owner_kind: "watch_rule", query: { ...parsed, sources: ["discogs"] } });
    const facts = { ...FLOOR, ...listing };
    const verdict = judge({ compiled, active: true }, facts, NO_RATES);
    assert.equal(verdict.kind === "match" ? "match" : verdict.reason, judged);
    assert.equal(wantsFloor(compiled, facts), floor);
  });
}
