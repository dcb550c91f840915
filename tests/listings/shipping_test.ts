import assert from "node:assert/strict";
import {
  isShippingNews,
  mergeShipping,
  type ShippingReading,
  type ShippingReadings,
  shippingTo,
} from "../../src/listings/shipping.ts";
import { addSeconds } from "../../src/platform/clock.ts";
import { NOON } from "../support/clock.ts";

const HOUR = 3_600;
/** Read at noon: it may be shown for six hours. */
const until = (hours: number) => addSeconds(NOON, hours * HOUR).toISOString();
const cost = (minor: number | null, hours = 6): ShippingReading => ({ minor, expires_at: until(hours) });
const UNKNOWN = { minor: null, expires_at: null };

const SHOWN: [string, ShippingReadings, string[], ShippingReading][] = [
  ["is what buyers there pay", { A: cost(0), B: cost(450) }, ["B"], cost(450)],
  ["is unknown where nobody has read it", { A: cost(0) }, ["B"], UNKNOWN],
  ["is unknown where the offer does not say it, whatever it says elsewhere", { A: cost(0), B: cost(null) }, [
    "B",
  ], UNKNOWN],
  ["is what all pay, until the first of them was read too long ago", { A: cost(450, 3), B: cost(450, 2) }, [
    "A",
    "B",
  ], cost(450, 2)],
  ["is unknown where they pay different amounts", { A: cost(0), B: cost(450) }, ["A", "B"], UNKNOWN],
  ["is unknown where one of them does not say", { A: cost(450), B: cost(null) }, ["A", "B"], UNKNOWN],
  ["is what all pay for who watches no marketplace", { A: cost(450), B: cost(450) }, [], cost(450)],
  ["is unknown to who watches no marketplace where they differ", { A: cost(0), B: cost(450) }, [], UNKNOWN],
  ["is known for as long as it may be shown", { A: { minor: 450, expires_at: null } }, ["A"], {
    minor: 450,
    expires_at: null,
  }],
  ["is forgotten in the moment in which it may no longer be shown", { A: cost(450, 0) }, ["A"], UNKNOWN],
];
for (const [what, shipping, marketplaces, expected] of SHOWN) {
  Deno.test(`shippingTo() ${what}`, () => {
    // Never what an offer without readings would say.
    const shown = shippingTo({ shipping_minor: 999, shipping }, { marketplaces, now: NOON });
    assert.deepEqual(shown, expected);
  });
}

Deno.test("shippingTo() is what everybody pays at a provider without marketplaces", () => {
  for (const minor of [0, 450, null]) {
    const shown = shippingTo({ shipping_minor: minor, shipping: {} }, { marketplaces: ["A"], now: NOON });
    assert.deepEqual(shown, { minor, expires_at: null });
  }
});

Deno.test("mergeShipping() keeps what others read until it has expired", () => {
  const stored = { A: cost(1, 1), B: cost(2, 2), C: cost(3, 3) };
  const merged = mergeShipping(stored, { C: cost(4, 7) }, addSeconds(NOON, HOUR));
  assert.deepEqual(merged, { B: cost(2, 2), C: cost(4, 7) });
});

const NEWS: [string, ShippingReading | null, ShippingReading, boolean][] = [
  ["the same while half of its time is left", cost(450, 3), cost(450), false],
  [
    "the same with less than half of its time left",
    { minor: 450, expires_at: until(2.999) },
    cost(450),
    true,
  ],
  ["another amount", cost(450), cost(451), true],
  ["an amount where none was known", cost(null), cost(0), true],
  ["no amount where one was known", cost(0), cost(null), true],
  ["the first reading there", null, cost(null), true],
  ["the same without a limit", { minor: 1, expires_at: null }, { minor: 1, expires_at: null }, false],
];
for (const [what, stored, read, expected] of NEWS) {
  Deno.test(`isShippingNews() is ${expected} of ${what}`, () => {
    assert.equal(isShippingNews(stored ? { A: stored } : {}, { A: read }, NOON), expected);
  });
}
