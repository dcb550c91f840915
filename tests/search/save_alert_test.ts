import assert from "node:assert/strict";
import { anEbayItem } from "../support/ebay.ts";
import { search, withMarkets } from "../support/search.ts";

const SAVE = "/api/search/save-alert";

Deno.test("POST /api/search/save-alert answers 200 with a rule that holds all of the search", async () => {
  await withMarkets({}, async ({ client }) => {
    const ada = await client("ada");
    await ada.patch("/api/me", { preferences: { currency: "EUR" } });
    const query = {
      keywords: [" Kind  of blue", "mono"],
      providers: ["Discogs", "ebay"],
      min_price: 10.5,
      max_price: 39.99,
      min_condition: "Very Good Plus (VG+)",
      page: 3,
      page_size: 5,
    };
    const { status, body } = await ada.post(SAVE, { name: "Blue", query, poll_interval_seconds: 60 });
    assert.equal(status, 200);
    assert.deepEqual(body.query, {
      keywords: ["Kind of blue", "mono"],
      any_keywords: [],
      exclude_keywords: [],
      min_price: 10.5,
      max_price: 39.99,
      min_condition: "VG+",
      ungraded: "exclude",
      formats: [],
      sources: ["discogs", "ebay"],
      marketplaces: ["EBAY_US"],
      currency: "EUR",
    });
    assert.deepEqual([body.name, body.is_active, body.poll_interval_seconds], ["Blue", true, 60]);
    assert.deepEqual((await ada.get(`/api/watch-rules/${body.id}`)).body, body);
  });
});

Deno.test("save-alert without providers and interval watches all that are enabled, every ten minutes", async () => {
  await withMarkets({}, async ({ client }) => {
    const ada = await client("ada");
    const { body } = await ada.post(SAVE, { name: "Blue", query: { keywords: ["blue"] } });
    assert.deepEqual(body.query.sources, ["ebay", "discogs"]);
    assert.deepEqual([body.poll_interval_seconds, body.notices], [600, []]);
  });
});

Deno.test("save-alert stores a disabled provider in development with a notice, and elsewhere refuses it", async () => {
  await withMarkets({}, async ({ client, deps }) => {
    const ada = await client("ada");
    const input = { name: "Blue", query: { keywords: ["blue"], providers: ["mock"] } };
    const { body } = await ada.post(SAVE, input);
    assert.deepEqual(body.query.sources, ["mock"]);
    assert.match(body.notices[0], /mock is disabled here/);
    Object.assign(deps, { allowDisabledSources: false });
    const refused = await ada.post(SAVE, input);
    assert.deepEqual([refused.status, refused.body.error.details[0].loc], [422, [
      "body",
      "query",
      "providers",
    ]]);
  });
});

Deno.test("save-alert refuses a bad name, interval and key, each by its field", async () => {
  await withMarkets({}, async ({ client }) => {
    const ada = await client("ada");
    const query = { keywords: ["blue"] };
    const refused: [unknown, string][] = [
      [{ query }, "body.name"],
      [{ name: "x" }, "body.query"],
      [{ name: "x", query, poll_interval_seconds: 29 }, "body.poll_interval_seconds"],
      [{ name: "x", query, interval: 30 }, "body.interval"],
    ];
    for (const [input, field] of refused) {
      const { status, body } = await ada.post(SAVE, input);
      assert.deepEqual([status, body.error.details[0].loc.join(".")], [422, field]);
    }
  });
});

Deno.test("what a search shows is what its alert matches", async () => {
  const ebay = [
    anEbayItem({ itemId: "fits" }),
    anEbayItem({ itemId: "dear", price: { value: "99.00", currency: "USD" } }),
  ];
  await withMarkets({ ebay }, async ({ client, drain, deps }) => {
    const ada = await client("ada");
    const query = { keywords: ["kind of blue"], max_price: 30, min_condition: "VG+" };
    const shown = (await search(ada, query)).items.map((item) => item.id);
    await ada.post(SAVE, { name: "Blue", query });
    await drain();
    const matched = await deps.sql`select listing_id from matches`;
    assert.deepEqual(matched.map((row) => row["listing_id"]), shown);
    assert.equal(shown.length, 1);
  });
});

Deno.test("save-alert with one Idempotency-Key makes one rule, however often and at once, and no other of it", async () => {
  await withMarkets({}, async ({ client, deps }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    const input = { name: "Blue", query: { keywords: ["blue"] } };
    const key = { "idempotency-key": "one" };
    const answers = await Promise.all([1, 2, 3].map(() => ada.post(SAVE, input, key)));
    answers.push(await ada.post(SAVE, input, key));
    for (const { status, body } of answers) assert.deepEqual([status, body], [200, answers[0]!.body]);
    assert.equal((await deps.sql`select id from watch_rules`).length, 1);
    assert.equal((await ada.post(SAVE, { ...input, name: "Green" }, key)).status, 422);
    assert.notEqual((await bob.post(SAVE, input, key)).body.id, answers[0]!.body.id);
    assert.equal((await deps.sql`select id from watch_rules`).length, 2);
  });
});
