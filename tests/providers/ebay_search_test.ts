import assert from "node:assert/strict";
import { EbayApi } from "../../src/providers/ebay/api.ts";
import { createEbayProvider } from "../../src/providers/ebay/provider.ts";
import { html, json } from "../support/scripted_server.ts";
import { testProviderContract } from "./conformance.ts";
import {
  configFor,
  fixtureSearch,
  isSearch,
  QUERY,
  recordedSearches,
  SEARCH_PATH,
  startEbay,
  withTokens,
} from "./ebay_support.ts";
import { failed, fixture, watched } from "./support.ts";

testProviderContract("ebay", {
  make: ({ url, http, clock }) => createEbayProvider(new EbayApi({ http, clock, config: configFor(url) })),
  keyword: "miles davis",
  answers: fixtureSearch("search_traps"),
  isSearch,
  empty: fixtureSearch("search_empty"),
  recorded: recordedSearches().map(({ name, body }) => ({ name, answers: withTokens(() => json(body)) })),
});

const item = (id: number) => ({ itemId: `v1|${id}|0`, title: `Record ${id}` });

Deno.test("search() sends marketplace, category, sort, filter and page as eBay wants them", async () => {
  await using ebay = startEbay(fixtureSearch("search_empty"), { config: { campaignId: "533" } });
  await ebay.provider.search({ ...QUERY, marketplace: "EBAY_GB" }, "400", watched());
  const [request] = ebay.server.requestsTo(SEARCH_PATH);
  assert.deepEqual(Object.fromEntries(request?.query ?? []), {
    q: "davis miles",
    category_ids: "176985",
    sort: "newlyListed",
    filter: "buyingOptions:{FIXED_PRICE|AUCTION|BEST_OFFER}",
    limit: "200",
    offset: "400",
  });
  assert.equal(request?.headers.get("x-ebay-c-marketplace-id"), "EBAY_GB");
  assert.equal(request?.headers.get("x-ebay-c-enduserctx"), "affiliateCampaignId=533");
  assert.equal(request?.headers.get("authorization"), "Bearer token-1");
});

Deno.test("search() sends no campaign header and keeps plain links without a campaign", async () => {
  await using ebay = startEbay(fixtureSearch("search_traps"));
  const page = await ebay.provider.search(QUERY, null, watched());
  assert.equal(page.listings[0]?.url, "https://www.ebay.com/itm/101");
  assert.equal(ebay.server.requestsTo(SEARCH_PATH)[0]?.headers.get("x-ebay-c-enduserctx"), null);
});

Deno.test("search() gives affiliate links with a campaign", async () => {
  await using ebay = startEbay(fixtureSearch("search_traps"), { config: { campaignId: "1" } });
  const page = await ebay.provider.search(QUERY, null, watched());
  assert.equal(page.listings[0]?.url, "https://www.ebay.com/itm/101?campid=1");
});

Deno.test("search() reads a result without itemSummaries as an empty last page", async () => {
  await using ebay = startEbay(fixtureSearch("search_empty"));
  assert.deepEqual(await ebay.provider.search(QUERY, null, watched()), {
    listings: [],
    next: null,
    unordered: [],
  });
});

Deno.test("search() reads every trap of a row without inventing a value", async () => {
  await using ebay = startEbay(fixtureSearch("search_traps"));
  const { listings, next } = await ebay.provider.search(QUERY, null, watched());
  assert.equal(next, null);
  const facts = Object.fromEntries(listings.map((listing) => [
    listing.external_id.split("|")[1],
    [listing.price_minor, listing.currency, listing.price_kind, listing.shipping_minor],
  ]));
  assert.deepEqual(facts, {
    101: [20_499, "USD", "fixed", 450],
    102: [null, null, undefined, null],
    103: [1_250, "GBP", "bid", null],
    104: [4_000, "GBP", "fixed", null],
    105: [4_200, "JPY", "fixed", null],
    106: [1_000, "USD", "fixed", 0],
    107: [1_000, "USD", "fixed", 0],
    108: [1_000, "USD", "fixed", null],
    109: [null, null, undefined, null],
    111: [null, null, undefined, null],
  });
});

Deno.test("search() maps the whole of a good row", async () => {
  await using ebay = startEbay(fixtureSearch("search_traps"));
  const { listings } = await ebay.provider.search(QUERY, null, watched());
  assert.deepEqual(listings[0], {
    external_id: "v1|101|0",
    kind: "offer",
    title: "Miles Davis - Kind of Blue LP VG+",
    url: "https://www.ebay.com/itm/101",
    image_url: "https://img.example/101.jpg",
    price_minor: 20_499,
    currency: "USD",
    price_kind: "fixed",
    shipping_minor: 450,
    shipping_to: "EBAY_US",
    formats: "",
    condition: "Used",
    seller: "waxfan",
    location: "US",
    discogs_release_id: null,
    discogs_master_id: null,
    listed_at: new Date("2026-11-20T10:00:00Z"),
    ends_at: null,
    marketplaces: ["EBAY_US"],
    status: "active",
  });
  const strange = listings.find((listing) => listing.external_id === "v1|108|0");
  assert.deepEqual(
    [strange?.seller, strange?.image_url, strange?.url, strange?.listed_at, strange?.condition],
    [null, null, null, null, "Neu"],
  );
});

const ROWS: [what: string, row: Record<string, unknown>, expected: Record<string, unknown>][] = [
  ["a price shown in another currency as the seller asks it", {
    price: { value: "15.80", currency: "USD", convertedFromValue: "12.50", convertedFromCurrency: "GBP" },
    shippingOptions: [{
      shippingCostType: "FIXED",
      shippingCost: {
        value: "5.06",
        currency: "USD",
        convertedFromValue: "4.00",
        convertedFromCurrency: "GBP",
      },
    }],
  }, { price_minor: 1_250, currency: "GBP", shipping_minor: 400 }],
  ["half a conversion as it stands", {
    price: { value: "15.80", currency: "USD", convertedFromValue: "12.50" },
  }, { price_minor: 1_580, currency: "USD" }],
  ["a row of another marketplace as to be had on both", { listingMarketplaceId: "EBAY_GB" }, {
    marketplaces: ["EBAY_GB", "EBAY_US"],
  }],
  ["a row that names no marketplace as shown by the one that was asked", {}, { marketplaces: ["EBAY_US"] }],
  ["a row among the records as vinyl", { leafCategoryIds: ["176985"] }, { formats: "vinyl" }],
  ["a row among the CDs as one, by any of its categories", {
    leafCategoryIds: null,
    categories: [{ categoryId: "11233" }, { categoryId: 176984 }, { categoryName: "Music" }],
  }, { formats: "cd" }],
  ["a row among cassettes as one", { categories: [{ categoryId: "176983" }] }, { formats: "cassette" }],
  ["a single item among the CDs as one", { categoryId: "176984" }, { formats: "cd" }],
  ["a row elsewhere as of no format", { leafCategoryIds: ["306"], categories: "?" }, { formats: "" }],
  ["the end of an auction that runs", { itemEndDate: "2026-11-23T12:00:00.001Z" }, {
    ends_at: new Date("2026-11-23T12:00:00.001Z"),
    status: "active",
  }],
  ["an auction that is over now as ended", { itemEndDate: "2026-11-23T12:00:00.000Z" }, { status: "ended" }],
  ["an auction with Buy It Now at that price, whatever is bid", {
    buyingOptions: ["AUCTION", "FIXED_PRICE"],
    price: { value: "40.00", currency: "USD" },
    currentBidPrice: { value: "9.00", currency: "USD" },
  }, { price_minor: 4_000, price_kind: "fixed" }],
  ["a pure auction at its bid", {
    buyingOptions: ["AUCTION"],
    price: { value: "40.00", currency: "USD" },
    currentBidPrice: { value: "9.00", currency: "USD" },
  }, { price_minor: 900, price_kind: "bid" }],
  ["calculated shipping with a stated cost", {
    price: { value: "1.00", currency: "USD" },
    shippingOptions: [{ shippingCostType: "CALCULATED", shippingCost: { value: "6.10", currency: "USD" } }, {
      shippingCostType: "CALCULATED",
    }],
  }, { shipping_minor: 610 }],
];
for (const [what, row, expected] of ROWS) {
  Deno.test(`search() reads ${what}`, async () => {
    await using ebay = startEbay(withTokens(() => json({ itemSummaries: [{ ...item(1), ...row }] })));
    const [listing] = (await ebay.provider.search(QUERY, null, watched())).listings;
    assert.deepEqual({ ...listing, ...expected }, listing);
  });
}

Deno.test("search() names what does not stand where its age puts it", async () => {
  const at = (id: number, hour: number) => ({ ...item(id), itemCreationDate: `2026-11-23T0${hour}:00:00Z` });
  const rows = [at(1, 1), at(2, 9), item(3), at(4, 8), at(5, 8)];
  await using ebay = startEbay(withTokens(() => json({ itemSummaries: rows })));
  assert.deepEqual((await ebay.provider.search(QUERY, null, watched())).unordered, ["v1|1|0"]);
});

const PAID: [what: string, paid: boolean[], unordered: string[]][] = [
  ["paid places among others", [true, false, true], ["v1|0|0", "v1|2|0"]],
  ["no paid place where there are no others", [true, true], []],
];
for (const [what, paid, unordered] of PAID) {
  Deno.test(`search() trusts ${what} for the order`, async () => {
    const rows = paid.map((priorityListing, id) => ({ ...item(id), priorityListing }));
    await using ebay = startEbay(withTokens(() => json({ itemSummaries: rows })));
    assert.deepEqual((await ebay.provider.search(QUERY, null, watched())).unordered, unordered);
  });
}

Deno.test("search() refuses a page in which no row has an id and a title", async () => {
  await using ebay = startEbay(withTokens(() => json({ total: 2, itemSummaries: [{ title: "x" }, 5] })));
  await failed(ebay.provider.search(QUERY, null, watched()), "bad_response");
});

Deno.test("search() calls a 200 with an ignored filter a failure", async () => {
  await using ebay = startEbay(fixtureSearch("warning_ignored_filter"));
  const error = await failed(ebay.provider.search(QUERY, null, watched()), "bad_response");
  assert.match(error.message, /12002/);
});

Deno.test("search() keeps the page of a 200 with another warning", async () => {
  await using ebay = startEbay(fixtureSearch("warning_harmless"));
  assert.equal((await ebay.provider.search(QUERY, null, watched())).listings.length, 1);
});

Deno.test("search() gives eBay's words for a 400, without addresses", async () => {
  await using ebay = startEbay(withTokens(() => json(fixture("ebay/error_400.json"), { status: 400 })));
  const error = await failed(ebay.provider.search(QUERY, null, watched()), "bad_response");
  assert.match(error.message, /must have a query.*12001/);
  assert.doesNotMatch(error.message, /https/);
});

const STATUS_KINDS = [
  [409, "bad_response", { errors: [{ errorId: 12019, message: "marketplace" }] }],
  [403, "unauthorized", { errors: [{ errorId: 1100, message: "Insufficient permissions" }] }],
  [400, "rate_limited", { errors: [{ errorId: 2001, message: "Too many requests" }] }],
  [500, "unavailable", { errors: [{ errorId: 12000, message: "System error" }] }],
  [504, "unavailable", null],
] as const;
for (const [status, kind, body] of STATUS_KINDS) {
  Deno.test(`search() says ${kind} for ${status} ${JSON.stringify(body)}`, async () => {
    await using ebay = startEbay(withTokens(() => body ? json(body, { status }) : html(status)));
    await failed(ebay.provider.search(QUERY, null, watched()), kind);
  });
}

Deno.test("search() hands on Retry-After of a 503", async () => {
  await using ebay = startEbay(
    withTokens(() => new Response("", { status: 503, headers: { "retry-after": "90" } })),
  );
  assert.equal(
    (await failed(ebay.provider.search(QUERY, null, watched()), "unavailable")).retryAfterSeconds,
    90,
  );
});

const PAGES: [cursor: string | null, body: Record<string, unknown>, next: string | null][] = [
  [null, { total: 200 }, null],
  [null, { total: 201 }, "200"],
  [null, { total: 1, next: "https://api.ebay.com/x?offset=200" }, "200"],
  ["200", { total: 401 }, "400"],
  ["9600", { total: 50_000 }, "9800"],
  ["9800", { total: 50_000, next: "https://api.ebay.com/x?offset=10000" }, null],
  [null, { total: 900, itemSummaries: undefined }, null],
];
for (const [cursor, body, next] of PAGES) {
  Deno.test(`search() goes from ${cursor} with ${JSON.stringify(body)} to ${next}`, async () => {
    await using ebay = startEbay(withTokens(() => json({ itemSummaries: [item(1)], ...body })));
    assert.equal((await ebay.provider.search(QUERY, cursor, watched())).next, next);
  });
}

for (const cursor of ["100", "10000", "-200", "x", ""]) {
  Deno.test(`search() refuses ${JSON.stringify(cursor)} as a page without a call`, async () => {
    await using ebay = startEbay(withTokens(() => json({ total: 0 })));
    await failed(ebay.provider.search(QUERY, cursor, watched()), "bad_response");
    assert.equal(ebay.server.requests.length, 0);
  });
}
