/** Shops and feeds that the operator shares: everybody's, found in the background, let go without losing anything. */
import assert from "node:assert/strict";
import { declareSharedSources, findSharedSources } from "../../src/sources/share_sources.ts";
import { parseSharedSources } from "../../src/sources/shared_schema.ts";
import { aRule } from "../support/factories.ts";
import { type FakeShop, SHOP_ENV, startFakeShop } from "../support/fake_shop.ts";
import { type Client, type TestService, withService } from "../support/service.ts";

interface Given extends TestService {
  shop: FakeShop;
  ada: Client;
  bob: Client;
  /** A start with this SHARED_SOURCES, and a minute later the cron. */
  share(text: string): Promise<{ found: number; failed: number }>;
}

function withShop(work: (given: Given) => Promise<void>): Promise<void> {
  return withService(async (service) => {
    await using shop = startFakeShop();
    const share = async (text: string) => {
      await declareSharedSources(service.deps, parseSharedSources(text));
      service.clock.advance(60_000);
      return await findSharedSources(service.deps);
    };
    const [ada, bob] = [await service.client("ada"), await service.client("bob")];
    await work({ ...service, shop, share, ada, bob });
  }, { ...SHOP_ENV, SIMULATED_MARKET: "true" });
}

const providersOf = async (client: Client) =>
  (await client.get("/api/providers")).body.map((one: { id: string; name: string }) => one);

async function added(client: Client): Promise<{ id: string; name: string }[]> {
  const all: { id: string; name: string }[] = await providersOf(client);
  return all.filter(({ id }) => id.includes(":"));
}

async function titlesOf(client: Client): Promise<string[]> {
  const { body } = await client.get("/api/notifications");
  return body.map((one: { title: string }) => one.title);
}

const ruleOn = (...sources: string[]) => aRule({ name: "Miles" }, { keywords: ["miles davis"], sources });

Deno.test("a shared shop is everybody's: listed by its name, in new rules that name no sources, polled once", () =>
  withShop(async ({ deps, shop, ada, bob, share, drain }) => {
    // Nothing of this name is on the simulated market.
    shop.records = [{ id: 1, vendor: "Quixotica", title: "Zephyr LP", price: "9.00" }];
    assert.deepEqual(await share(`${shop.url} name=The shop`), { found: 1, failed: 0 });
    const [source] = await added(ada);
    assert.equal(source?.name, "The shop");
    assert.deepEqual(await added(bob), [source]);
    assert.deepEqual((await ada.get("/api/sources")).body, []);
    const rule = await ada.post("/api/watch-rules", { name: "x", query: { keywords: ["zephyr"] } });
    assert.deepEqual(rule.body.query.sources, ["mock", source!.id]);
    await bob.post("/api/watch-rules", aRule({}, { keywords: ["zephyr"], sources: [source!.id] }));
    await drain();
    for (const client of [ada, bob]) assert.deepEqual(await titlesOf(client), ["Quixotica - Zephyr LP"]);
    const polls = await deps.sql`select id from polls where provider = ${source!.id}`;
    assert.equal(polls.length, 1);
    const search = await bob.post("/api/search", { keywords: ["zephyr"], providers: [source!.id] });
    assert.equal(search.body.items.length, 1);
  }));

Deno.test("a shared shop that is down at the start is found when it is back, and stops nothing meanwhile", () =>
  withShop(async ({ deps, clock, shop, ada, share }) => {
    await using other = startFakeShop();
    shop.status = 503;
    assert.deepEqual(await share(`${shop.url}, ${other.url}/feeds/a`), { found: 1, failed: 1 });
    assert.equal((await added(ada)).length, 1);
    const [row] = await deps.sql<{ failures: number; last_error: string }>`
      select failures, last_error from shared_sources where check_at is not null`;
    assert.equal(row?.failures, 1);
    assert.match(row.last_error, /status 503/);
    assert.deepEqual(await findSharedSources(deps), { found: 0, failed: 0 });
    shop.status = null;
    clock.advance(60_000);
    assert.deepEqual(await findSharedSources(deps), { found: 1, failed: 0 });
    assert.equal((await added(ada)).length, 2);
    // What was found is not asked for again.
    clock.advance(86_400_000);
    assert.deepEqual(await findSharedSources(deps), { found: 0, failed: 0 });
  }));

Deno.test("processes that start at once share each entry once, and a restart with the same entries asks nobody", () =>
  withShop(async ({ deps, clock, shop, share }) => {
    const entries = parseSharedSources(`${shop.url}/feeds/a, ${shop.url}/feeds/b, ${shop.url}`);
    await Promise.all([1, 2, 3].map(() => declareSharedSources(deps, entries)));
    clock.advance(60_000);
    const runs = await Promise.all([1, 2, 3].map(() => findSharedSources(deps)));
    assert.equal(runs.reduce((sum, { found }) => sum + found, 0), 3);
    const count = async () => {
      const [row] = await deps.sql<{ shared: number; added: number }>`
        select (select count(*) from shared_sources) as shared, (select count(*) from added_sources) as added`;
      return row;
    };
    assert.deepEqual(await count(), { shared: 3, added: 3 });
    const asked = shop.server.requests.length;
    assert.deepEqual(await share(`${shop.url}, ${shop.url}/feeds/b, ${shop.url}/feeds/a`), {
      found: 0,
      failed: 0,
    });
    assert.equal(shop.server.requests.length, asked);
    assert.deepEqual(await count(), { shared: 3, added: 3 });
  }));

Deno.test("a source that is shared no more stays with those whose rules name it, with all it showed, but not its key", () =>
  withShop(async ({ deps, clock, shop, ada, bob, share, drain }) => {
    await share(`${shop.url}/feeds/new?key=hunter2 name=Blog`);
    const [{ id: provider } = { id: "" }] = await added(ada);
    const { body: rule } = await ada.post("/api/watch-rules", ruleOn(provider));
    await drain();
    await share("");
    // Nobody is asked for what is let go: that takes a minute, so that no rule is saved in between.
    assert.deepEqual(await share(""), { found: 0, failed: 0 });
    const [mine, ...others] = (await ada.get("/api/sources")).body;
    assert.deepEqual(others, []);
    assert.deepEqual([mine.provider, mine.name, mine.url], [provider, "Blog", `${shop.url}/`]);
    assert.doesNotMatch(JSON.stringify((await ada.get("/api/me/export")).body), /hunter2/);
    assert.deepEqual(await added(bob), []);
    assert.equal((await bob.post("/api/watch-rules", ruleOn(provider))).status, 422);
    shop.entries.push({ guid: "2", title: "Miles Davis - Milestones LP" });
    clock.advance(700_000);
    await drain();
    assert.deepEqual((await titlesOf(ada)).sort(), [
      "Miles Davis - Kind of Blue LP 25,00 €",
      "Miles Davis - Milestones LP",
    ]);
    // It comes back as what it was, with its poll and its listings.
    assert.deepEqual(await share(`${shop.url}/feeds/new?key=hunter2`), { found: 1, failed: 0 });
    assert.deepEqual((await added(bob)).map(({ id }) => id), [provider]);
    assert.equal((await ada.delete(`/api/sources/${mine.id}`)).status, 204);
    assert.deepEqual((await ada.get(`/api/watch-rules/${rule.id}`)).body.query.sources, [provider]);
    const listings = await deps.sql`select id from listings where provider = ${provider}`;
    assert.equal(listings.length, 2);
  }));

Deno.test("a source that is shared no more and that no rule names goes, unless somebody added it himself", () =>
  withShop(async ({ deps, shop, ada, share }) => {
    await share(`${shop.url}, ${shop.url}/feeds/a`);
    const { body: own, status } = await ada.post("/api/sources", { url: shop.url });
    assert.equal(status, 201);
    await share("");
    await share("");
    const rows = await deps.sql<{ provider: string }>`select provider from added_sources`;
    assert.deepEqual(rows.map(({ provider }) => provider), [own.provider]);
    assert.equal((await ada.get(`/api/sources/${own.id}`)).body.url, shop.url);
    assert.deepEqual(await deps.sql`select url from shared_sources`, []);
  }));

Deno.test("how a shared source is read is what its entry says, and nobody who added it too can change that", () =>
  withShop(async ({ deps, shop, ada, share }) => {
    const { body: own } = await ada.post("/api/sources", { url: shop.url, currency: "SEK" });
    await share(`${shop.url} currency=EUR artist_from=title_dash`);
    const read = async () =>
      await deps.sql`select currency, artist_from from added_sources where provider = ${own.provider}`;
    assert.deepEqual(await read(), [{ currency: "EUR", artist_from: "title_dash" }]);
    assert.equal((await ada.patch(`/api/sources/${own.id}`, { currency: "USD" })).status, 409);
    assert.equal((await ada.patch(`/api/sources/${own.id}`, { name: "Mine" })).status, 200);
    await share(`${shop.url} currency=GBP`);
    assert.deepEqual(await read(), [{ currency: "GBP", artist_from: "title_dash" }]);
    // What was said is no guess: nothing corrects it.
    assert.deepEqual(await deps.sql`select artist_guess from added_sources`, [{ artist_guess: null }]);
  }));

Deno.test("a deleted account leaves a shared source, though it had added it, too", () =>
  withShop(async ({ shop, ada, bob, share }) => {
    await share(shop.url);
    assert.equal((await ada.post("/api/sources", { url: shop.url })).status, 201);
    assert.equal((await ada.delete("/api/me/hard-delete")).status, 200);
    assert.equal((await added(bob)).length, 1);
  }));

Deno.test("an entry whose kind is wrong is not shared, and neither is what leads to this network", () =>
  withShop(async ({ deps, shop, ada, share }) => {
    const text = `${shop.url} kind=feed, https://internal.example kind=shopify`;
    assert.deepEqual(await share(text), { found: 0, failed: 2 });
    assert.deepEqual(await added(ada), []);
    assert.equal((await deps.sql`select url from shared_sources where source_id is not null`).length, 0);
    assert.deepEqual(await share(`${shop.url} kind=shopify`), { found: 1, failed: 0 });
  }));
