import assert from "node:assert/strict";
import { AFFILIATE_NOTICE } from "../../src/providers/ebay/provider.ts";
import { DISCOGS_TERMS, EBAY_TERMS } from "../../src/providers/terms.ts";
import { aRow } from "../support/discogs.ts";
import { anEbayItem } from "../support/ebay.ts";
import type { NewSearch } from "../support/factories.ts";
import { setRates } from "../support/fixed_rates.ts";
import { aSearch, hitsOf, search, withMarkets } from "../support/search.ts";
import { withService } from "../support/service.ts";

const SEARCH = "/api/search";

Deno.test("POST /api/search answers 200 with every field of the contract, one provider after the other", async () => {
  const ebay = [anEbayItem({ itemId: "v1|7|0", itemWebUrl: "https://www.ebay.com/itm/7" })];
  await withMarkets({ ebay, discogs: [aRow(101)] }, async ({ client, deps }) => {
    const ada = await client("ada");
    const { status, headers, body } = await ada.post(SEARCH, aSearch());
    const rows = await deps.sql`select id, provider from listings`;
    const idOf = (provider: string) => rows.find((row) => row["provider"] === provider)?.["id"];
    assert.equal(status, 200);
    assert.equal(headers.get("cache-control"), "no-store");
    assert.deepEqual(body, {
      items: [{
        id: idOf("ebay"),
        listing_id: idOf("ebay"),
        provider: "ebay",
        external_id: "v1|7|0",
        kind: "offer",
        title: "Miles Davis - Kind Of Blue LP VG+",
        url: `/api/outbound/ebay/${idOf("ebay")}`,
        public_url: "https://www.ebay.com/itm/7",
        image_url: null,
        price: 24.99,
        price_kind: "fixed",
        currency: "USD",
        shipping: null,
        condition: "Used",
        grade: "VG+",
        seller: "shop",
        location: "US",
        discogs_release_id: null,
        listed_at: "2026-11-23T12:00:00.000Z",
        ends_at: null,
        marketplaces: ["EBAY_US"],
        observed_at: "2026-11-23T12:00:00.000Z",
      }, {
        id: idOf("discogs"),
        listing_id: idOf("discogs"),
        provider: "discogs",
        external_id: "release:101",
        kind: "release",
        title: "Miles Davis - Kind Of Blue (Vinyl, LP)",
        url: "https://www.discogs.com/release/101",
        public_url: "https://www.discogs.com/release/101",
        image_url: null,
        price: null,
        price_kind: "fixed",
        currency: "USD",
        shipping: null,
        condition: null,
        grade: null,
        seller: null,
        location: null,
        discogs_release_id: 101,
        listed_at: null,
        ends_at: null,
        marketplaces: [],
        observed_at: "2026-11-23T12:00:00.000Z",
      }],
      pagination: { page: 1, page_size: 24, total: 2, returned: 2, total_pages: 1, has_next: false },
      providers_searched: ["ebay", "discogs"],
      provider_errors: {},
      groups: [{
        provider: "ebay",
        name: "eBay",
        found: 1,
        has_more: false,
        isolate_display: true,
        attribution: { text: "Listing data from eBay", url: "https://www.ebay.com" },
        notice: null,
      }, {
        provider: "discogs",
        name: "Discogs",
        found: 1,
        has_more: false,
        isolate_display: false,
        attribution: { text: "Data provided by Discogs.", url: "https://www.discogs.com" },
        notice: DISCOGS_TERMS.notice,
      }],
    });
  });
});

Deno.test("POST /api/search says where eBay's links are affiliate links, beside its credit", async () => {
  const item = anEbayItem({ itemAffiliateWebUrl: "https://www.ebay.com/itm/7?campid=5338000000" });
  const noticeOf = async (env: Record<string, string>) => {
    const seen: unknown[] = [];
    await withMarkets({ ebay: [item] }, async ({ client }) => {
      const { body } = await (await client("ada")).post(SEARCH, aSearch({ providers: ["ebay"] }));
      const [group] = body.groups;
      seen.push(group.notice, group.attribution, body.items[0].public_url);
    }, env);
    return seen;
  };
  const [withCampaign, credit, url] = await noticeOf({ EBAY_CAMPAIGN_ID: "5338000000" });
  assert.deepEqual([withCampaign, credit], [AFFILIATE_NOTICE, EBAY_TERMS.attribution]);
  assert.equal(url, "https://www.ebay.com/itm/7?campid=5338000000");
  assert.deepEqual((await noticeOf({})).slice(0, 2), [null, EBAY_TERMS.attribution]);
});

/** A body that is refused, and the fields its error names. */
const REFUSED: [string, unknown, string[]][] = [
  ["an empty object", {}, ["body.keywords"]],
  ["a list", [], ["body"]],
  ["no keyword", { keywords: [] }, ["body.keywords"]],
  ["null keywords", { keywords: null }, ["body.keywords"]],
  ["one text as keywords", { keywords: "blue" }, ["body.keywords"]],
  ["blank keywords only", { keywords: ["", " "] }, ["body.keywords"]],
  ["a keyword without a token", { keywords: ["!!!"] }, ["body.keywords.0"]],
  ["a misspelt key", { keywords: ["a"], max_prise: 3 }, ["body.max_prise"]],
  ["a key of rules only", { keywords: ["a"], currency: "EUR" }, ["body.currency"]],
  ["an unknown provider", { keywords: ["a"], providers: ["ebay", "napster"] }, ["body.providers"]],
  ["no provider", { keywords: ["a"], providers: [] }, ["body.providers"]],
  ["a price as text", { keywords: ["a"], max_price: "3" }, ["body.max_price"]],
  ["a price as boolean", { keywords: ["a"], min_price: true }, ["body.min_price"]],
  ["a price below 0", { keywords: ["a"], min_price: -0.01 }, ["body.min_price"]],
  ["max below min", { keywords: ["a"], min_price: 3, max_price: 2.99 }, ["body.max_price"]],
  ["an unknown grade", { keywords: ["a"], min_condition: "shiny" }, ["body.min_condition"]],
  ["page 0", { keywords: ["a"], page: 0 }, ["body.page"]],
  ["a page as text", { keywords: ["a"], page: "1" }, ["body.page"]],
  ["half a page", { keywords: ["a"], page: 1.5 }, ["body.page"]],
  ["a page size of 0", { keywords: ["a"], page_size: 0 }, ["body.page_size"]],
  ["a page size of 101", { keywords: ["a"], page_size: 101 }, ["body.page_size"]],
];

Deno.test("POST /api/search and save-alert refuse what rules refuse, name the field and call nobody", async () => {
  await withMarkets({}, async ({ client, deps }, { calls }) => {
    const ada = await client("ada");
    for (const [what, body, fields] of REFUSED) {
      const { status, body: answer } = await ada.post(SEARCH, body);
      assert.deepEqual([status, answer.error.code], [422, "validation_error"], what);
      assert.deepEqual(locs(answer), fields, what);
      const saved = await ada.post(`${SEARCH}/save-alert`, { name: "x", query: body });
      assert.equal(saved.status, 422, what);
      assert.deepEqual(locs(saved.body), fields.map((one) => one.replace("body", "body.query")), what);
    }
    const napster = await ada.post(SEARCH, aSearch({ providers: ["napster"] }));
    assert.match(napster.body.error.message, /"napster" is not known \(known: ebay, discogs, mock\)/);
    assert.deepEqual(calls(), { ebay: 0, discogs: 0 });
    assert.equal((await deps.sql`select id from watch_rules`).length, 0);
  });
});

// deno-lint-ignore no-explicit-any -- the body of an error
function locs(answer: any): string[] {
  return answer.error.details.map(({ loc }: { loc: string[] }) => loc.join("."));
}

Deno.test("POST /api/search needs to know who asks", async () => {
  await withService(async ({ request }) => {
    assert.equal((await request(SEARCH, { method: "POST" })).status, 401);
    assert.equal((await request(`${SEARCH}/save-alert`, { method: "POST" })).status, 401);
  });
});

Deno.test("POST /api/search takes providers in any spelling, asks only them, and gives them in the registry's order", async () => {
  const stock = { ebay: [anEbayItem()], discogs: [aRow(101)] };
  await withMarkets(stock, async ({ client }, { calls }) => {
    const ada = await client("ada");
    const one = await search(ada, { providers: [" EBAY ", "ebay"] });
    assert.deepEqual(one.providers_searched, ["ebay"]);
    assert.deepEqual(calls(), { ebay: 1, discogs: 0 });
    const both = await search(ada, { providers: ["discogs", "ebay"] });
    assert.deepEqual(both.providers_searched, ["ebay", "discogs"]);
    assert.deepEqual(both.items.map((item) => item.provider), ["ebay", "discogs"]);
  });
});

Deno.test("a disabled provider is refused, and in development named with the reason beside the others' hits", async () => {
  await withMarkets({ ebay: [anEbayItem()] }, async ({ client, deps }) => {
    const ada = await client("ada");
    const dev = await search(ada, { providers: ["ebay", "mock"] });
    assert.deepEqual(dev.providers_searched, ["ebay"]);
    assert.deepEqual(dev.provider_errors, {
      mock: "Cannot search Simulated market: it is disabled here (SIMULATED_MARKET is not true)",
    });
    assert.equal(dev.items.length, 1);
    const alone = await search(ada, { providers: ["mock"] });
    assert.deepEqual([alone.items, alone.pagination.has_next], [[], false]);
    Object.assign(deps, { allowDisabledSources: false });
    const refused = await ada.post(SEARCH, aSearch({ providers: ["ebay", "mock"] }));
    assert.equal(refused.status, 422);
    assert.deepEqual(locs(refused.body), ["body.providers"]);
    assert.match(refused.body.error.message, /"mock" is disabled here: SIMULATED_MARKET is not true/);
    assert.deepEqual(
      (await search(ada)).providers_searched,
      ["ebay", "discogs"],
      "absent: all that are enabled",
    );
  });
});

const priced = (itemId: string, value: string) => anEbayItem({ itemId, price: { value, currency: "USD" } });

Deno.test("price bounds are inclusive, and an unknown price is not within them", async () => {
  const ebay = [
    priced("below", "19.99"),
    priced("low", "20.00"),
    priced("high", "30.00"),
    priced("above", "30.01"),
    anEbayItem({ itemId: "unknown", price: undefined }),
  ];
  await withMarkets({ ebay, discogs: [aRow(101)] }, async ({ client }, { calls }) => {
    const ada = await client("ada");
    const found = async (fields: Partial<NewSearch>) => hitsOf(await search(ada, fields));
    assert.deepEqual(await found({ min_price: 20, max_price: 30 }), ["ebay low", "ebay high"]);
    assert.deepEqual(await found({ max_price: 30 }), ["ebay below", "ebay low", "ebay high"]);
    assert.deepEqual(await found({ min_price: 20 }), ["ebay low", "ebay high", "ebay above"]);
    assert.equal((await found({ min_price: null, max_price: null })).length, 6);
    assert.deepEqual(calls(), { ebay: 1, discogs: 1 }, "filters are ours: one answer serves them all");
  });
});

Deno.test("price bounds are in the searcher's currency, and so is the currency of an unknown price", async () => {
  const ebay = [priced("cheap", "21.99"), priced("equal", "22.00"), priced("dear", "22.01")];
  await withMarkets({ ebay, discogs: [aRow(101)] }, async ({ client, deps }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    setRates(deps, { EUR: 1.1 });
    await ada.patch("/api/me", { preferences: { currency: "EUR" } });
    assert.deepEqual(hitsOf(await search(ada, { max_price: 20 })), ["ebay cheap", "ebay equal"]);
    assert.deepEqual(hitsOf(await search(bob, { max_price: 22 })), ["ebay cheap", "ebay equal"]);
    assert.deepEqual(hitsOf(await search(bob, { max_price: 20 })), []);
    const currencies = (await search(ada)).items.map((item) => item.currency);
    assert.deepEqual(currencies, ["USD", "USD", "USD", "EUR"]);
  });
});

Deno.test("conditions, words and ended offers are filtered as a rule would", async () => {
  const titled = (itemId: string, title: string) => anEbayItem({ itemId, title });
  const ebay = [
    titled("vgplus", "Miles Davis - Kind Of Blue LP VG+"),
    titled("vg", "Miles Davis - Kind Of Blue LP VG"),
    titled("ungraded", "Miles Davis - Kind Of Blue LP"),
    titled("loose", "Blue Note: a kind of best of LP NM"),
    anEbayItem({ itemId: "ended", itemEndDate: "2026-11-23T11:59:59.000Z" }),
    anEbayItem({ itemId: "nowhere", itemWebUrl: null }),
  ];
  await withMarkets({ ebay, discogs: [aRow(101)] }, async ({ client }) => {
    const ada = await client("ada");
    assert.deepEqual(hitsOf(await search(ada, { min_condition: "vg plus" })), ["ebay vgplus"]);
    assert.deepEqual(hitsOf(await search(ada, { min_condition: "VG" })), ["ebay vgplus", "ebay vg"]);
    assert.deepEqual(hitsOf(await search(ada)), [
      "ebay vgplus",
      "ebay vg",
      "ebay ungraded",
      "discogs release:101",
    ]);
  });
});
