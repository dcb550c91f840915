import assert from "node:assert/strict";
import { recordsOf } from "../../src/alerts/decide_records.ts";
import type { Listing } from "../../src/listings/schema.ts";
import { NOON } from "../support/clock.ts";

const OFFER: Listing = {
  id: "listing",
  provider: "mock",
  external_id: "a",
  kind: "offer",
  title: "Kind of Blue",
  url: null,
  image_url: null,
  price_minor: 10_000,
  currency: "USD",
  price_kind: "fixed",
  shipping_minor: null,
  shipping: {},
  for_sale_count: null,
  is_blocked: false,
  condition: null,
  grade: null,
  formats: [],
  seller: null,
  location: null,
  discogs_release_id: null,
  discogs_master_id: null,
  status: "active",
  listed_at: null,
  ends_at: null,
  marketplaces: [],
  first_seen_at: NOON,
  observed_at: NOON,
  expires_at: null,
  blanked_at: null,
};
const FLOOR: Listing = { ...OFFER, kind: "floor", for_sale_count: 3 };

const CASES: [string, Listing | null, Partial<Listing>, string[]][] = [
  ["a new listing", null, {}, []],
  ["an offer a cent dearer", OFFER, { price_minor: 10_001 }, ["price_rise"]],
  ["an offer a cent cheaper", OFFER, { price_minor: 9_999 }, []],
  ["an offer in another currency", OFFER, { price_minor: 20_000, currency: "EUR" }, []],
  ["a price that became known", { ...OFFER, price_minor: null }, {}, []],
  ["a higher bid", { ...OFFER, price_kind: "bid" }, { price_minor: 20_000, price_kind: "bid" }, []],
  ["an offer that ended dearer", OFFER, { status: "ended", price_minor: 11_000 }, ["ended"]],
  ["an ended offer that changed", { ...OFFER, status: "ended" }, { status: "ended", title: "x" }, []],
  ["a relisted offer", { ...OFFER, status: "ended" }, { price_minor: 20_000 }, []],
  ["a floor exactly 5 % higher", FLOOR, { price_minor: 10_500 }, ["price_rise"]],
  ["a floor a cent short of 5 % higher", FLOOR, { price_minor: 10_499 }, []],
  ["a floor with one copy more", FLOOR, { for_sale_count: 4 }, ["supply_up"]],
  ["a floor with one copy less", FLOOR, { for_sale_count: 2 }, []],
  ["a floor whose count became known", { ...FLOOR, for_sale_count: null }, {}, []],
  ["a floor that is no longer blocked", { ...FLOOR, is_blocked: true, for_sale_count: 0 }, {}, []],
];

for (const [what, previous, listing, expected] of CASES) {
  Deno.test(`recordsOf() of ${what}: ${expected.join(", ") || "nothing"}`, () => {
    const base = previous?.kind === "floor" ? FLOOR : OFFER;
    const records = recordsOf({ previous, listing: { ...base, ...listing } });
    assert.deepEqual(records.map(({ reason }) => reason), expected);
  });
}
