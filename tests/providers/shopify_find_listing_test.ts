import assert from "node:assert/strict";
import type { ListingDraft } from "../../src/providers/contract.ts";
import { json, type Script } from "../support/scripted_server.ts";
import { withProvider } from "./conformance_support.ts";
import { makeShop, SHOP_ANSWERS } from "./shopify_support.ts";
import { failed, watched } from "./support.ts";

const URL_SEEN = "https://shop.example/products/kind-of-blue?variant=101";
const PRODUCT = {
  title: "Kind of Blue LP",
  handle: "kind-of-blue",
  vendor: "Miles Davis",
  product_type: "Vinyl",
  tags: "Jazz, LP",
  published_at: "2026-11-20T10:00:00-05:00",
  variants: [{ id: 101, title: "Default Title", price: "24.99" }, { id: 102, title: "Red", price: "30.00" }],
  images: [{ src: "https://cdn.example/kob.jpg" }],
};
const STOCK = {
  ...PRODUCT,
  variants: [{ id: 101, available: true, price: 100 }, { id: 102, available: false, price: 1 }],
};
const gone = () => new Response("<html></html>", { status: 404 });

const shop = (product: () => Response, stock: () => Response): Script => ({ path }) =>
  path === "/products/kind-of-blue.json"
    ? product()
    : path === "/products/kind-of-blue.js"
    ? stock()
    : gone();
const whole = shop(() => json({ product: PRODUCT }), () => json(STOCK));

const subject = { make: makeShop(), answers: SHOP_ANSWERS, keyword: "blue", empty: null };

async function find(script: Script, id: string, url: string | null = URL_SEEN): Promise<ListingDraft | null> {
  let found: ListingDraft | null = null;
  await withProvider(subject, script, async ({ findListing }) => {
    assert.ok(findListing);
    found = await findListing(id, { ...watched(), url });
  });
  return found;
}

Deno.test("findListing() of a shop gives a variant as its page does: the shop's own price, and what is left", async () => {
  const listing = await find(whole, "101");
  assert.deepEqual([listing?.external_id, listing?.price_minor, listing?.currency, listing?.status], [
    "101",
    2499,
    "USD",
    "active",
  ]);
  assert.equal(listing?.title, "Miles Davis - Kind of Blue LP");
  assert.equal((await find(whole, "102"))?.status, "ended");
});

Deno.test("findListing() of a shop is null for a variant or a product that both of its faces no longer know", async () => {
  assert.equal(await find(whole, "999"), null);
  assert.equal(await find(shop(gone, gone), "101"), null);
});

const UNKNOWN: [what: string, script: Script, url: string | null][] = [
  ["one face is switched off", shop(() => json({ product: PRODUCT }), gone), URL_SEEN],
  ["the other is", shop(gone, () => json(STOCK)), URL_SEEN],
  [
    "the faces differ",
    shop(() => json({ product: { ...PRODUCT, variants: [] } }), () => json(STOCK)),
    URL_SEEN,
  ],
  ["an answer is something else", shop(() => json({ product: PRODUCT }), () => json([])), URL_SEEN],
  ["no address is known", whole, null],
  ["the address is no product's", whole, "https://shop.example/collections/all"],
];
for (const [what, script, url] of UNKNOWN) {
  Deno.test(`findListing() of a shop makes no guess where ${what}`, async () => {
    await failed(find(script, "101", url), "bad_response");
  });
}
