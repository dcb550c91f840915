/** Which eBay a rule watches: its own choice, its user's, the installation's; and that nothing else matches it. */
import assert from "node:assert/strict";
import { changeRule, inboxOf, ingest, readRule, saveRule } from "../support/calls.ts";
import { anEbayItem, ebayEnv, SEARCH_PATH, TOKEN_PATH } from "../support/ebay.ts";
import { aListing, aRule, type NewQuery } from "../support/factories.ts";
import { json, startScriptedServer } from "../support/scripted_server.ts";
import { type TestService, withService } from "../support/service.ts";

type Row = Record<string, unknown>;

interface World extends TestService {
  /** Marketplaces asked since the last look. */
  asked(): (string | null)[];
  /** What each eBay shows. */
  shows: Record<string, Row[]>;
}

async function withEbays(work: (world: World) => Promise<void>): Promise<void> {
  const shows: Record<string, Row[]> = {};
  await using ebay = startScriptedServer(({ path, headers }) => {
    if (path === TOKEN_PATH) return json({ access_token: "t", expires_in: 7200 });
    const rows = shows[headers.get("x-ebay-c-marketplace-id") ?? ""] ?? [];
    return json({ total: rows.length, ...(rows.length > 0 && { itemSummaries: rows }) });
  });
  let looked = 0;
  const asked = () => {
    const requests = ebay.requestsTo(SEARCH_PATH).slice(looked);
    looked += requests.length;
    return requests.map(({ headers }) => headers.get("x-ebay-c-marketplace-id")).sort();
  };
  await withService((service) => work({ ...service, asked, shows }), ebayEnv(ebay.url));
}

const onEbay = (query: NewQuery = {}) => aRule({}, { sources: ["ebay"], ...query });

Deno.test("a rule searches the eBays it names, else its user's, else the installation's", async () => {
  await withEbays(async ({ client, drain, asked }) => {
    const ada = await client("ada");
    const plain = await saveRule(ada, onEbay());
    assert.deepEqual(plain.query.marketplaces, ["EBAY_US"]);
    await drain();
    assert.deepEqual(asked(), ["EBAY_US"]);
    const chosen = await ada.patch("/api/me", { preferences: { ebay_marketplace: "ebay_de" } });
    assert.equal(chosen.body.preferences.ebay_marketplace, "EBAY_DE");
    assert.deepEqual((await saveRule(ada, onEbay())).query.marketplaces, ["EBAY_DE"]);
    const named = await saveRule(ada, onEbay({ marketplaces: ["EBAY_GB", "EBAY_AT"] }));
    assert.deepEqual(named.query.marketplaces, ["EBAY_AT", "EBAY_GB"]);
    await drain();
    assert.deepEqual(asked(), ["EBAY_AT", "EBAY_DE", "EBAY_GB"]);
  });
});

Deno.test("another eBay of a user is for new rules and searches: rules made before stay where they are until he moves them", async () => {
  await withEbays(async ({ client, clock, deps, drain, asked }) => {
    const ada = await client("ada");
    const rule = await saveRule(ada, onEbay());
    await drain();
    asked();
    await ada.patch("/api/me", { preferences: { ebay_marketplace: "EBAY_DE" } });
    clock.advance(rule.poll_interval_seconds * 1_000);
    await drain();
    assert.deepEqual(asked(), ["EBAY_US"]);
    assert.deepEqual((await readRule(ada, rule.id)).query, rule.query);
    const renamed = await changeRule(ada, rule.id, { name: "Blue", query: { keywords: ["kind of blue"] } });
    assert.deepEqual(renamed.query.marketplaces, ["EBAY_US"]);
    await ada.post("/api/search", { keywords: ["blue train"], providers: ["ebay"] });
    assert.deepEqual(asked(), ["EBAY_DE"]);
    const moved = { keywords: ["kind of blue"], marketplaces: ["EBAY_DE"] };
    assert.deepEqual((await changeRule(ada, rule.id, { query: moved })).query.marketplaces, ["EBAY_DE"]);
    const live = await deps.sql<{ marketplace: string }>`
      select query ->> 'marketplace' as marketplace from polls where interval_seconds is not null`;
    assert.deepEqual(live, [{ marketplace: "EBAY_DE" }]);
  });
});

Deno.test("a changed query keeps the marketplaces of its rule unless it names others or leaves eBay", async () => {
  await withEbays(async ({ client }) => {
    const ada = await client("ada");
    const { id } = await saveRule(ada, onEbay({ marketplaces: ["EBAY_GB"] }));
    const change = async (query: NewQuery) => (await changeRule(ada, id, { query })).query.marketplaces;
    assert.deepEqual(await change({ keywords: ["blue train"] }), ["EBAY_GB"]);
    assert.deepEqual(await change({ keywords: ["blue train"], marketplaces: ["EBAY_FR"] }), ["EBAY_FR"]);
    assert.equal(await change({ keywords: ["blue train"], sources: ["mock"] }), undefined);
  });
});

for (
  const [what, query, named] of [
    ["an eBay that does not exist", { sources: ["ebay"], marketplaces: ["EBAY_US", "EBAY_XX"] }, "EBAY_XX"],
    ["an eBay where no source has marketplaces", { sources: ["mock"], marketplaces: ["EBAY_US"] }, "EBAY_US"],
    ["no marketplace at all", { sources: ["ebay"], marketplaces: [] }, "at least one"],
  ] as const
) {
  Deno.test(`POST /api/watch-rules refuses ${what}`, async () => {
    await withEbays(async ({ client }) => {
      const body = { name: "x", query: { keywords: ["a"], ...query } };
      const answer = await (await client("ada")).post("/api/watch-rules", body);
      assert.equal(answer.status, 422);
      const [detail] = answer.body.error.details;
      assert.deepEqual(detail.loc.slice(0, 3), ["body", "query", "marketplaces"]);
      assert.match(detail.msg, new RegExp(named));
    });
  });
}

Deno.test("an offer alerts only those who watch an eBay that it is on or that shows it", async () => {
  await withEbays(async ({ client, clock, drain, shows }) => {
    const people = {
      gb: [await client("gb"), ["EBAY_GB"]],
      us: [await client("us"), ["EBAY_US"]],
      de: [await client("de"), ["EBAY_DE"]],
    } as const;
    for (const [person, marketplaces] of Object.values(people)) {
      await saveRule(person, onEbay({ marketplaces: [...marketplaces] }));
    }
    await drain();
    clock.advance(600_000);
    const itemCreationDate = clock.now().toISOString();
    const british = anEbayItem({ itemId: "british", listingMarketplaceId: "EBAY_GB", itemCreationDate });
    const american = anEbayItem({ itemId: "american", itemCreationDate });
    shows["EBAY_US"] = [british, american];
    shows["EBAY_GB"] = [british];
    await drain();
    const told = async (who: keyof typeof people) => (await inboxOf(people[who][0])).length;
    assert.deepEqual([await told("us"), await told("gb"), await told("de")], [2, 1, 0]);
  });
});

Deno.test("an offer that a further eBay shows is the same listing at the same price, and new only by its age", async () => {
  await withEbays(async ({ client, clock, drain, shows, deps }) => {
    const ada = await client("ada");
    await saveRule(ada, onEbay());
    await drain();
    clock.advance(600_000);
    const fields = { itemId: "one", itemCreationDate: clock.now().toISOString() };
    shows["EBAY_US"] = [anEbayItem({ ...fields, price: { value: "25.00", currency: "USD" } })];
    await drain();
    clock.advance(60_000);
    const bob = await client("bob");
    await saveRule(
      bob,
      { ...onEbay({ marketplaces: ["EBAY_GB"] }), alerts: { first_run: "none" } },
    );
    const price = {
      value: "19.80",
      currency: "GBP",
      convertedFromValue: "25.00",
      convertedFromCurrency: "USD",
    };
    shows["EBAY_GB"] = [anEbayItem({ ...fields, price })];
    clock.advance(600_000);
    await drain();
    const listings = await deps.sql<{ marketplaces: string[]; price_minor: number; currency: string }>`
      select marketplaces, price_minor, currency from listings`;
    assert.deepEqual(listings, [{
      marketplaces: ["EBAY_GB", "EBAY_US"],
      price_minor: 2_500,
      currency: "USD",
    }]);
    assert.equal((await deps.sql`select 1 from price_observations`).length, 1);
    assert.equal((await inboxOf(ada)).length, 1);
    // It was for sale before his rule, as it would have been had the rule looked there.
    assert.equal((await inboxOf(bob)).length, 0);
    assert.equal((await deps.sql`select 1 from matches`).length, 2);
  });
});

Deno.test("what shipping costs is told to everybody as on the eBay that his rule watches, whoever read the offer last", async () => {
  await withEbays(async ({ client, clock, drain, shows }) => {
    const people = { us: await client("us"), gb: await client("gb"), both: await client("both") };
    await saveRule(people.us, onEbay({ marketplaces: ["EBAY_US"] }));
    await saveRule(people.gb, onEbay({ marketplaces: ["EBAY_GB"] }));
    await saveRule(people.both, onEbay({ marketplaces: ["EBAY_GB", "EBAY_US"] }));
    await drain();
    const fields = {
      itemId: "one",
      itemCreationDate: new Date(clock.now().getTime() + 600_000).toISOString(),
    };
    const show = async (ebay: "EBAY_US" | "EBAY_GB", dollars: string) => {
      const shippingOptions = ebay === "EBAY_US"
        ? [{ shippingCostType: "FREE" }]
        : [{ shippingCost: { value: "25.00", currency: "USD" } }];
      shows[ebay] = [anEbayItem({ ...fields, price: { value: dollars, currency: "USD" }, shippingOptions })];
      clock.advance(600_000);
      await drain();
    };
    const told = async (who: keyof typeof people) => {
      const rows = await inboxOf(people[who]);
      return rows.map(({ payload, body }) => [
        payload.price,
        payload.shipping,
        /free shipping|shipping 25.00 USD/.exec(body)?.[0] ?? null,
      ]);
    };
    await show("EBAY_US", "30.00");
    await show("EBAY_GB", "30.00");
    // What Britain reads of its price is told to all.
    shows["EBAY_US"] = [];
    await show("EBAY_GB", "20.00");
    const [american, british, both] = [await told("us"), await told("gb"), await told("both")];
    assert.deepEqual(american, [[20, 0, "free shipping"], [30, 0, "free shipping"]]);
    assert.deepEqual(british[0], [20, 25, "shipping 25.00 USD"]);
    assert.deepEqual(british[1], [30, 25, "shipping 25.00 USD"]);
    // Where he is nobody can tell: that it is free in America is nothing to a buyer in Britain.
    assert.deepEqual(both[0], [20, null, null]);
    // What was said then is over: the inbox shows the offer as it is now.
    clock.advance(5 * 3_600_000);
    await drain();
    await show("EBAY_US", "20.00");
    clock.advance(3_600_000);
    assert.deepEqual((await told("us"))[0], [20, 0, "free shipping"]);
    assert.deepEqual((await told("gb"))[0], [20, 25, "shipping 25.00 USD"]);
    assert.deepEqual((await told("both"))[0], [20, null, null]);
  });
});

Deno.test("GET /api/listings/{id} and a search show the shipping to one's own eBay, and none where it is not known", async () => {
  await withEbays(async ({ client, shows }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    const search = async (who: typeof ada, marketplaces: string[]) => {
      const { body } = await who.post("/api/search", {
        keywords: ["kind of blue"],
        providers: ["ebay"],
        marketplaces,
      });
      return body.items[0];
    };
    const item = anEbayItem({ itemId: "one" });
    shows["EBAY_US"] = [{ ...item, shippingOptions: [{ shippingCostType: "FREE" }] }];
    const { id, shipping } = await search(ada, ["EBAY_US"]);
    assert.equal(shipping, 0);
    const read = async (who: typeof ada) => (await who.get(`/api/listings/${id}`)).body.shipping;
    assert.equal(await read(ada), 0);
    shows["EBAY_GB"] = [{
      ...item,
      shippingOptions: [{ shippingCost: { value: "25.00", currency: "USD" } }],
    }];
    assert.equal((await search(bob, ["EBAY_GB"])).shipping, 25);
    assert.equal(await read(ada), null);
    await ada.patch("/api/me", { preferences: { ebay_marketplace: "EBAY_US" } });
    await bob.patch("/api/me", { preferences: { ebay_marketplace: "EBAY_GB" } });
    assert.deepEqual([await read(ada), await read(bob)], [0, 25]);
    await ada.patch("/api/me", { preferences: { ebay_marketplace: "EBAY_DE" } });
    assert.equal(await read(ada), null);
  });
});

Deno.test("listings of other providers, or that name no marketplace, match whatever eBay a rule watches", async () => {
  await withEbays(async ({ client }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule({}, { sources: ["ebay", "mock"], marketplaces: ["EBAY_GB"] }));
    const matched = async (provider: string, marketplaces?: string[]) =>
      (await ingest(ada, aListing({ provider, marketplaces }))).created_matches;
    assert.equal(await matched("mock"), 1);
    assert.equal(await matched("ebay"), 1);
    assert.equal(await matched("ebay", ["EBAY_GB"]), 1);
    assert.equal(await matched("ebay", ["EBAY_US"]), 0);
  });
});

Deno.test("POST /api/search searches the eBays it names, else the searcher's, and saves them with the alert", async () => {
  await withEbays(async ({ client, asked, shows }) => {
    const ada = await client("ada");
    await ada.patch("/api/me", { preferences: { ebay_marketplace: "EBAY_DE" } });
    shows["EBAY_DE"] = [anEbayItem({ listingMarketplaceId: "EBAY_DE" })];
    const search = { keywords: ["kind of blue"], providers: ["ebay"] };
    const { body } = await ada.post("/api/search", search);
    assert.deepEqual(
      body.items.map((item: Row) => [item["marketplaces"], item["shipping"], item["ends_at"]]),
      [
        [["EBAY_DE"], null, null],
      ],
    );
    await ada.post("/api/search", { ...search, marketplaces: ["EBAY_FR"] });
    assert.deepEqual(asked(), ["EBAY_DE", "EBAY_FR"]);
    const refused = await ada.post("/api/search", { ...search, marketplaces: ["EBAY_XX"] });
    assert.deepEqual([refused.status, refused.body.error.details[0].loc], [422, ["body", "marketplaces"]]);
    const query = { ...search, marketplaces: ["EBAY_FR"] };
    const saved = await ada.post("/api/search/save-alert", { name: "x", query });
    assert.deepEqual(saved.body.query.marketplaces, ["EBAY_FR"]);
  });
});

Deno.test("PATCH /api/me refuses an eBay that does not exist and forgets one on null", async () => {
  await withEbays(async ({ client }) => {
    const ada = await client("ada");
    const set = (ebay_marketplace: unknown) => ada.patch("/api/me", { preferences: { ebay_marketplace } });
    assert.equal((await set("EBAY_GB")).body.preferences.ebay_marketplace, "EBAY_GB");
    for (const wrong of ["EBAY_XX", "", 5]) {
      const answer = await set(wrong);
      assert.deepEqual([answer.status, answer.body.error.details[0].loc], [
        422,
        ["body", "preferences", "ebay_marketplace"],
      ]);
    }
    assert.equal((await set(null)).body.preferences.ebay_marketplace, null);
  });
});
