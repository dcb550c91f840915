import assert from "node:assert/strict";
import { priceInTitle } from "../../src/providers/feed/price_in_title.ts";

const CASES: [title: string, own: string | null, minor: number | null, currency: string | null][] = [
  ["Kind of Blue LP 24,99 €", null, 2_499, "EUR"],
  ["Kind of Blue LP €24.99", null, 2_499, "EUR"],
  ["Kind of Blue - £1,234.56 - LP", null, 123_456, "GBP"],
  ["Kind of Blue 1.234,56 EUR", null, 123_456, "EUR"],
  ["Kind of Blue USD 30", null, 3_000, "USD"],
  ["Kind of Blue 3000 JPY", null, 3_000, "JPY"],
  ["Kind of Blue US$ 30.50", null, 3_050, "USD"],
  ["Kind of Blue $30", "CAD", 3_000, "CAD"],
  ["Kind of Blue $30", null, null, null],
  ["Kind of Blue $30", "EUR", null, null],
  ["Kind of Blue, now £20, was £30", null, null, null],
  ["Kind of Blue £0", null, null, null],
  ['Kind of Blue 12" 1959 180g', "USD", null, null],
  ["UB40 - Labour of Love LP", "GBP", null, null],
  ["50 Cent - Get Rich LP 2003", "USD", null, null],
  ["A$AP Rocky - Testing LP", "USD", null, null],
  ["Ke$ha - Animal", "USD", null, null],
  ["MF DOOM 2xLP", "USD", null, null],
  ["The 1975 EP 2013", null, null, null],
  ["Albert Ayler - Spiritual Unity (ESP 1002)", null, null, null],
  ["MICHAEL JACKSON - BAD 25 LP", null, null, null],
  ["VARIOUS - TOP 40 HITS LP 24,99 €", null, 2_499, "EUR"],
  ["Cocteau Twins - Treasure (CAD 412)", null, null, null],
  ["Cocteau Twins - Treasure (CAD 412) £18.99", null, 1_899, "GBP"],
  ["Kind of Blue CAD 39.99", null, 3_999, "CAD"],
  ["Kind of Blue CAD 40", "CAD", 4_000, "CAD"],
  ["Kind of Blue CAD $39.99", "USD", 3_999, "CAD"],
  ["Kind of Blue $39.99 CAD", "USD", 3_999, "CAD"],
  ["Kind of Blue $40 CAD", null, 4_000, "CAD"],
  ["Kind of Blue 39.99$ CAD", null, 3_999, "CAD"],
  ["Kind of Blue US $25.00", "CAD", 2_500, "USD"],
  ["Kind of Blue USD$25", null, 2_500, "USD"],
  ["Kind of Blue CA$25 / C$25", null, null, null],
  ["Kind of Blue $30 USD 35", "USD", null, null],
  ["PLUS $30 DISCOUNT", "USD", 3_000, "USD"],
  ["Kind of Blue 1'234.50 CHF", null, 123_450, "CHF"],
  ["Kind of Blue CHF 1'000'00", null, null, null],
];
for (const [title, own, minor, currency] of CASES) {
  Deno.test(`priceInTitle() reads ${minor === null ? "no price" : `${minor} ${currency}`} in ${title} (${own})`, () => {
    assert.deepEqual(priceInTitle(title, own), minor === null ? null : { minor, currency });
  });
}

for (
  const [what, title] of [
    ["commas", `1${",000".repeat(50_000)}`],
    ["apostrophes", `1${"'000".repeat(50_000)}`],
    ["points", `€1${".".repeat(200_000)}1`],
  ] as const
) {
  Deno.test(`priceInTitle() reads a long row of digits and ${what} once, not once from each of them`, () => {
    const startedMs = performance.now();
    assert.equal(priceInTitle(title, "USD"), null);
    // Milliseconds; it was a minute, and of apostrophes more.
    assert.ok(performance.now() - startedMs < 5_000);
  });
}
