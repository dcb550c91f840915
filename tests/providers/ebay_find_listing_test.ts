import assert from "node:assert/strict";
import { hang, html, json, type Script } from "../support/scripted_server.ts";
import { startEbay, withTokens } from "./ebay_support.ts";
import { failed, fixture, watched } from "./support.ts";

const ITEM_PATH = "/buy/browse/v1/item/v1%7C101%7C0";
const ITEM = {
  itemId: "v1|101|0",
  title: "Miles Davis - Kind of Blue LP VG+",
  price: { value: "204.99", currency: "USD" },
  buyingOptions: ["FIXED_PRICE"],
  itemWebUrl: "https://www.ebay.com/itm/101",
};
const NOT_FOUND = {
  errors: [{ errorId: 11001, message: "The specified item Id was not found." }],
};

function withItem(item: Record<string, unknown>): Script {
  return withTokens(() => json(item));
}

Deno.test("findListing() asks for the item by its id, on the eBay of this installation, with its campaign", async () => {
  await using ebay = startEbay(withItem(ITEM), { config: { campaignId: "533", marketplace: "EBAY_GB" } });
  const options = watched();
  const listing = await ebay.provider.findListing!("v1|101|0", options);
  assert.deepEqual([listing?.external_id, listing?.price_minor, listing?.status], [
    "v1|101|0",
    20_499,
    "active",
  ]);
  const [request] = ebay.server.requestsTo(ITEM_PATH);
  assert.equal(request?.headers.get("authorization"), "Bearer token-1");
  assert.equal(request?.headers.get("x-ebay-c-marketplace-id"), "EBAY_GB");
  assert.equal(request?.headers.get("x-ebay-c-enduserctx"), "affiliateCampaignId=533");
  assert.deepEqual(options.calls.map((call) => call.operation), ["token", "item"]);
});

Deno.test("findListing() says where the item is listed, not where it was asked for", async () => {
  await using ebay = startEbay(withItem({ ...ITEM, listingMarketplaceId: "EBAY_DE" }));
  assert.deepEqual((await ebay.provider.findListing!("v1|101|0", watched()))?.marketplaces, ["EBAY_DE"]);
  ebay.server.answer(withItem(ITEM));
  assert.deepEqual((await ebay.provider.findListing!("v1|101|0", watched()))?.marketplaces, []);
});

Deno.test("findListing() asks the eBay where the item was seen, whose buyers its shipping is for", async () => {
  const asked: (string | null)[] = [];
  await using ebay = startEbay(
    withTokens(({ headers }) => {
      asked.push(headers.get("x-ebay-c-marketplace-id"));
      return json(ITEM);
    }),
    { config: { marketplace: "EBAY_US" } },
  );
  const seen = [["EBAY_GB"], ["EBAY_DE", "EBAY_US"], ["EBAY_MOTORS_US", "EBAY_IT"], ["EBAY_MOTORS_US"], []];
  for (const marketplaces of seen) {
    await ebay.provider.findListing!("v1|101|0", { ...watched(), marketplaces });
  }
  assert.deepEqual(asked, ["EBAY_GB", "EBAY_US", "EBAY_IT", "EBAY_US", "EBAY_US"]);
});

const stock = (...states: (string | null)[]) => ({
  estimatedAvailabilities: states.map((estimatedAvailabilityStatus) => ({ estimatedAvailabilityStatus })),
});
const STATES: [what: string, fields: Record<string, unknown>, status: "active" | "ended"][] = [
  ["in stock is active", stock("IN_STOCK"), "active"],
  ["of limited stock is active", stock("LIMITED_STOCK"), "active"],
  ["out of stock has ended", stock("OUT_OF_STOCK"), "ended"],
  ["out of stock in one of two places is active", stock("OUT_OF_STOCK", "IN_STOCK"), "active"],
  ["of unknown stock is active", stock(null), "active"],
  ["that names no stock is active", { estimatedAvailabilities: [] }, "active"],
  ["with an end that is now has ended", { itemEndDate: "2026-11-23T12:00:00.000Z" }, "ended"],
  ["with an end a millisecond on is active", { itemEndDate: "2026-11-23T12:00:00.001Z" }, "active"],
];
for (const [what, fields, status] of STATES) {
  Deno.test(`findListing() of an item ${what}`, async () => {
    await using ebay = startEbay(withItem({ ...ITEM, ...fields }));
    assert.equal((await ebay.provider.findListing!("v1|101|0", watched()))?.status, status);
  });
}

Deno.test("findListing() gives null for an item that eBay does not know any more", async () => {
  await using ebay = startEbay(withTokens(() => json(NOT_FOUND, { status: 404 })));
  assert.equal(await ebay.provider.findListing!("v1|101|0", watched()), null);
});

const FAILURES: [what: string, kind: Parameters<typeof failed>[1], script: Script][] = [
  ["another 404", "bad_response", () => json({ errors: [{ errorId: 2002 }] }, { status: 404 })],
  ["a 404 web page", "bad_response", () => html(404)],
  ["that id with another status", "bad_response", () => json(NOT_FOUND, { status: 400 })],
  ["an id that names a group", "bad_response", () => json({ errors: [{ errorId: 11006 }] }, { status: 400 })],
  ["another item", "bad_response", () => json({ ...ITEM, itemId: "v1|102|0" })],
  ["an item without a title", "bad_response", () => json({ itemId: "v1|101|0" })],
  ["a 200 web page", "blocked", () => html(200)],
  ["a 429", "rate_limited", () => json({}, { status: 429 })],
  ["a 500", "unavailable", () => json({ errors: [{ errorId: 11000 }] }, { status: 500 })],
  ["a hang", "unavailable", hang],
];
for (const [what, kind, script] of FAILURES) {
  Deno.test(`findListing() never takes ${what} for gone`, async () => {
    await using ebay = startEbay(withTokens(script));
    await failed(ebay.provider.findListing!("v1|101|0", watched()), kind);
  });
}

Deno.test("findListing() and search() share one token, and renew it once when it is stale", async () => {
  let stale = true;
  await using ebay = startEbay(withTokens((request) => {
    if (stale && request.headers.get("authorization") === "Bearer token-1") {
      return json(fixture("ebay/stale_token.json"), { status: 401 });
    }
    return request.path === ITEM_PATH ? json(ITEM) : json({ total: 0 });
  }));
  const options = watched();
  await ebay.provider.findListing!("v1|101|0", options);
  const [query] = ebay.provider.plan({
    keywords: ["low"],
    any_keywords: [],
    exclude_keywords: [],
    ungraded: "exclude",
    formats: [],
  });
  await ebay.provider.search(query!, null, options);
  stale = false;
  assert.deepEqual(options.calls.map((call) => [call.operation, call.status_code]), [
    ["token", 200],
    ["item", 401],
    ["token", 200],
    ["item", 200],
    ["search", 200],
  ]);
});

Deno.test("findListing() takes a call of the quota before every call but those for tokens", async () => {
  await using ebay = startEbay(withItem(ITEM));
  const told: string[] = [];
  const options = { ...watched(), beforeCall: () => Promise.resolve(void told.push("call")) };
  await ebay.provider.findListing!("v1|101|0", options);
  assert.deepEqual(told, ["call"]);
  const refusal = new Error("no call is left");
  const refused = ebay.provider.findListing!("v1|101|0", {
    ...watched(),
    beforeCall: () => Promise.reject(refusal),
  });
  assert.equal(await refused.then(() => null, (error) => error), refusal);
  assert.equal(ebay.server.requestsTo(ITEM_PATH).length, 1);
});
