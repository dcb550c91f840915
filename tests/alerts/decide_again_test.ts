/** When a listing that a user knows is told again: every boundary from both sides. */
import assert from "node:assert/strict";
import { decideAgain, type Seen, type Told } from "../../src/alerts/decide_again.ts";
import { ratesToKeep } from "../../src/alerts/compare_prices.ts";
import { NO_RATES, type Rates } from "../../src/matching/verdict.ts";
import { NOON } from "../support/clock.ts";
import { ratesOf } from "../support/fixed_rates.ts";

const THEN = ratesOf({ EUR: 1.1, GBP: 1.3 });

const TOLD: Told = {
  alerted_at: NOON,
  price_minor: 10_000,
  currency: "USD",
  rates: ratesToKeep("USD", THEN),
  armed: false,
};
const SEEN: Seen = {
  price_minor: 10_000,
  currency: "USD",
  isConverted: false,
  isFloor: false,
  supply: "some",
  isOtherKind: false,
  dropPercent: 5,
  cameIntoRange: false,
};
const FLOOR = { isFloor: true, isConverted: true };

interface Case {
  name: string;
  told?: Partial<Told>;
  seen: Partial<Seen>;
  rates?: Rates;
  /** Alert, armed, and "rebase" where the price of now counts as told. */
  expected: [alert: string | null, armed: boolean, rebase?: "rebase"];
}

const CASES: Case[] = [
  { name: "the same price", seen: {}, expected: [null, false] },
  {
    name: "a bid in the place of Buy It Now",
    seen: { price_minor: 100, isOtherKind: true },
    expected: [null, false, "rebase"],
  },
  {
    name: "a bid in the place of Buy It Now, within a rule's range",
    told: { armed: true },
    seen: { price_minor: 100, isOtherKind: true, cameIntoRange: true },
    expected: [null, true, "rebase"],
  },
  {
    name: "an unknown price of another kind",
    seen: { price_minor: null, currency: null, isOtherKind: true },
    expected: [null, false],
  },
  { name: "exactly 5 % less", seen: { price_minor: 9_500 }, expected: ["price_drop", false] },
  { name: "one cent short of 5 %", seen: { price_minor: 9_501 }, expected: [null, false] },
  {
    name: "5 % of an odd price, rounded nowhere",
    told: { price_minor: 999 },
    seen: { price_minor: 949 },
    expected: ["price_drop", false],
  },
  {
    name: "a hair less than 5 % of an odd price",
    told: { price_minor: 999 },
    seen: { price_minor: 950 },
    expected: [null, false],
  },
  { name: "90 %", seen: { price_minor: 1_000, dropPercent: 90 }, expected: ["price_drop", false] },
  {
    name: "90 % and one cent short",
    seen: { price_minor: 1_001, dropPercent: 90 },
    expected: [null, false],
  },
  {
    name: "a drop nobody's rule matches",
    seen: { price_minor: 100, dropPercent: null },
    expected: [null, false],
  },
  {
    name: "nothing for nothing",
    told: { price_minor: 0 },
    seen: { price_minor: 0 },
    expected: [null, false],
  },
  { name: "a rise of exactly 10 %", seen: { price_minor: 11_000 }, expected: [null, true] },
  { name: "a rise one cent short of 10 %", seen: { price_minor: 10_999 }, expected: [null, false] },
  {
    name: "a rise out of every rule",
    seen: { price_minor: 20_000, dropPercent: null },
    expected: [null, true],
  },
  {
    name: "after a rise, back to the price told",
    told: { armed: true },
    seen: { price_minor: 10_000 },
    expected: ["fell_again", false],
  },
  {
    name: "after a rise, back to one cent above the price told",
    told: { armed: true },
    seen: { price_minor: 10_001 },
    expected: [null, true],
  },
  {
    name: "after a rise, back above the price told but into a rule's range",
    told: { armed: true },
    seen: { price_minor: 10_500, cameIntoRange: true },
    expected: ["fell_again", false],
  },
  {
    name: "into a rule's range without a rise: jitter at the bound",
    seen: { price_minor: 10_000, cameIntoRange: true },
    expected: [null, false],
  },
  {
    name: "after a rise, back where no rule matches",
    told: { armed: true },
    seen: { price_minor: 10_000, dropPercent: null },
    expected: [null, true],
  },
  {
    name: "after a rise, more than the drop at once",
    told: { armed: true },
    seen: { price_minor: 9_000 },
    expected: ["price_drop", false],
  },
  {
    name: "a price that became unknown",
    seen: { price_minor: null, currency: null },
    expected: [null, false],
  },
  {
    name: "a price that became known",
    told: { price_minor: null, currency: null },
    seen: {},
    expected: [null, false, "rebase"],
  },
  { name: "an offer that ended", seen: { supply: "none", dropPercent: null }, expected: [null, false] },
  {
    name: "an ended offer after a rise stays armed",
    told: { armed: true },
    seen: { supply: "none" },
    expected: [null, true],
  },
  {
    name: "a floor without copies",
    seen: { ...FLOOR, supply: "none", price_minor: null },
    expected: [null, true],
  },
  {
    name: "a blocked floor",
    seen: { ...FLOOR, supply: "blocked", price_minor: null },
    expected: [null, false],
  },
  {
    name: "an unknown floor",
    seen: { ...FLOOR, supply: "unknown", price_minor: null },
    expected: [null, false],
  },
  {
    name: "another currency, 5 % cheaper by today's rate and more by that day's",
    seen: { price_minor: 8_636, currency: "EUR" },
    rates: THEN,
    expected: ["price_drop", false],
  },
  {
    name: "another currency, one cent short of 5 %",
    seen: { price_minor: 8_637, currency: "EUR" },
    rates: THEN,
    expected: [null, false],
  },
  {
    name: "another currency, cheaper only because that currency fell",
    seen: { price_minor: 9_091, currency: "EUR" },
    rates: ratesOf({ EUR: 1, GBP: 1.3 }),
    expected: [null, false],
  },
  {
    name: "another currency, 13 % cheaper of which 9 % are that currency's fall",
    seen: { price_minor: 8_700, currency: "EUR" },
    rates: ratesOf({ EUR: 1, GBP: 1.3 }),
    expected: [null, false],
  },
  {
    name: "another currency, dearer only because that currency rose",
    seen: { price_minor: 9_090, currency: "EUR" },
    rates: ratesOf({ EUR: 1.3, GBP: 1.3 }),
    expected: [null, false],
  },
  {
    name: "another currency without today's rate",
    seen: { price_minor: 100, currency: "EUR" },
    rates: NO_RATES,
    expected: [null, false],
  },
  {
    name: "another currency whose rate of that day is not known",
    told: { rates: null },
    seen: { price_minor: 100, currency: "EUR" },
    rates: THEN,
    expected: [null, false],
  },
  {
    name: "a currency without decimals",
    told: { price_minor: 9_100, currency: "USD", rates: { JPY: 150 } },
    seen: { price_minor: 12_967, currency: "JPY" },
    rates: ratesOf({ JPY: 1 / 150 }),
    expected: ["price_drop", false],
  },
  {
    name: "a floor that fell 6 % while the euro fell 7 %",
    seen: { ...FLOOR, price_minor: 9_400 },
    rates: ratesOf({ EUR: 1.1 * 0.93, GBP: 1.3 }),
    expected: [null, false],
  },
  {
    name: "a floor that fell 6 % while the euro fell 5 %",
    seen: { ...FLOOR, price_minor: 9_400 },
    rates: ratesOf({ EUR: 1.1 * 0.95, GBP: 1.3 }),
    expected: ["price_drop", false],
  },
  {
    name: "a floor that fell 6 % while no rate is known today",
    seen: { ...FLOOR, price_minor: 9_400 },
    rates: NO_RATES,
    expected: ["price_drop", false],
  },
  {
    name: "an offer in dollars does not care for the euro",
    seen: { price_minor: 9_400 },
    rates: ratesOf({ EUR: 1.1 * 0.93, GBP: 1.3 }),
    expected: ["price_drop", false],
  },
  {
    name: "a floor that rose 11 % because the euro rose 12 %",
    seen: { ...FLOOR, price_minor: 11_100 },
    rates: ratesOf({ EUR: 1.1 * 1.12, GBP: 1.3 }),
    expected: [null, false],
  },
];

for (const { name, told, seen, rates, expected: [alert, armed, rebase] } of CASES) {
  Deno.test(`decideAgain() for ${name}: ${alert ?? "no alert"}${armed ? ", armed" : ""}`, () => {
    const decision = decideAgain({ ...TOLD, ...told }, { ...SEEN, ...seen }, rates ?? THEN);
    assert.deepEqual(decision, { alert, armed, rebase: rebase === "rebase" });
  });
}
