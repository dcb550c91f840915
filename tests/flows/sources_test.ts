/** A shop and a feed that somebody adds: found, polled, matched, alerted; and nobody else's business. */
import assert from "node:assert/strict";
import { checkListing } from "../../src/polling/check_listing.ts";
import { claimChecks } from "../../src/polling/claim_checks.ts";
import { aRule } from "../support/factories.ts";
import { type FakeShop, SHOP_ENV, startFakeShop } from "../support/fake_shop.ts";
import { fixture } from "../providers/support.ts";
import { json, startScriptedServer } from "../support/scripted_server.ts";
import { type Client, type TestService, withService } from "../support/service.ts";

const ENV = { ...SHOP_ENV, SIMULATED_MARKET: "true" };

function withShop(
  work: (given: TestService & { shop: FakeShop; ada: Client; bob: Client }) => Promise<void>,
): Promise<void> {
  return withService(async (service) => {
    await using shop = startFakeShop();
    await work({ ...service, shop, ada: await service.client("ada"), bob: await service.client("bob") });
  }, ENV);
}

async function added(client: Client, body: Record<string, unknown>) {
  const answer = await client.post("/api/sources", body);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}

const ruleOn = (provider: string) =>
  aRule({ name: "Miles" }, { keywords: ["miles davis"], sources: [provider] });

async function titlesOf(client: Client): Promise<string[]> {
  const { body } = await client.get("/api/notifications");
  return body.map((one: { title: string }) => one.title);
}

Deno.test("a shop that was added is polled, its records alert, and a cheaper one alerts again", () =>
  withShop(async ({ shop, ada, clock, drain }) => {
    const source = await added(ada, { url: shop.url });
    assert.equal(source.kind, "shopify");
    assert.deepEqual([source.currency, source.artist_from, source.state, source.found], [
      "USD",
      "vendor",
      "new",
      1,
    ]);
    assert.deepEqual(source.preview.map((one: { title: string; price: number }) => [one.title, one.price]), [
      ["Miles Davis - Kind of Blue LP", 25],
    ]);
    assert.equal((await ada.post("/api/watch-rules", ruleOn(source.provider))).status, 201);
    await drain();
    assert.deepEqual(await titlesOf(ada), ["Miles Davis - Kind of Blue LP"]);
    assert.equal((await ada.get(`/api/sources/${source.id}`)).body.state, "ok");
    shop.records = [
      { id: 1, vendor: "Miles Davis", title: "Kind of Blue LP", price: "20.00" },
      { id: 2, vendor: "Miles Davis", title: "Sketches of Spain LP", price: "30.00" },
      { id: 3, vendor: "John Coltrane", title: "Blue Train LP", price: "30.00" },
    ];
    clock.advance(3_600_000);
    await drain();
    assert.deepEqual((await titlesOf(ada)).sort(), [
      "Miles Davis - Kind of Blue LP",
      "Miles Davis - Kind of Blue LP",
      "Miles Davis - Sketches of Spain LP",
    ]);
  }));

/** By artists who are vendors, with the colour behind a dash; the first way of guessing took the album for the artist. */
const COLOURED = ["Kind of Blue - Blue LP", "Milestones - Red LP", "Bitches Brew - Clear LP"].map((
  title,
  n,
) => ({
  id: n + 1,
  vendor: ["Miles Davis", "Cannonball Adderley", "Joe Zawinul"][n]!,
  title,
  price: "25.00",
}));

/** As if every source had been added before shops were guessed as they are now. */
async function guessedBefore({ deps }: TestService): Promise<void> {
  await deps.sql`
    update added_sources set artist_from = 'title_dash', artist_guess = case when artist_guess is not null then 1 end`;
}

Deno.test("a shop that was guessed wrongly before is guessed anew when it is read, once, and its records are found", () =>
  withShop(async (service) => {
    const { shop, ada, clock, drain } = service;
    shop.records = COLOURED;
    const { id, provider, artist_from } = await added(ada, { url: shop.url });
    assert.equal(artist_from, "vendor");
    await guessedBefore(service);
    assert.equal((await ada.post("/api/watch-rules", ruleOn(provider))).status, 201);
    await drain();
    const read = async () => (await ada.get(`/api/sources/${id}`)).body.artist_from;
    assert.equal(await read(), "vendor");
    assert.deepEqual(await titlesOf(ada), ["Miles Davis - Kind of Blue - Blue LP"]);
    // Whatever it sells from now on: names that change back and forth would be told again and again.
    shop.records = COLOURED.map((record) => ({ ...record, vendor: "Some Label" }));
    clock.advance(3_600_000);
    await drain();
    assert.equal(await read(), "vendor");
  }));

Deno.test("where the artists of a shop stand is never guessed again once its user has said it, then or later", () =>
  withShop(async (service) => {
    const { shop, ada, drain } = service;
    shop.records = COLOURED;
    const said = await added(ada, { url: `${shop.url}/collections/a`, artist_from: "title_dash" });
    const changed = await added(ada, { url: `${shop.url}/collections/b` });
    const confirmed = await added(ada, { url: `${shop.url}/collections/c` });
    const renamed = await added(ada, { url: `${shop.url}/collections/d` });
    await ada.patch(`/api/sources/${changed.id}`, { artist_from: "title_dash" });
    await guessedBefore(service);
    await ada.patch(`/api/sources/${confirmed.id}`, { artist_from: "title_dash" });
    await ada.patch(`/api/sources/${renamed.id}`, { name: "D", currency: "EUR" });
    const all = [said, changed, confirmed, renamed];
    for (const { provider } of all) await ada.post("/api/watch-rules", ruleOn(provider));
    await drain();
    const places = await Promise.all(
      all.map(async ({ id }) => (await ada.get(`/api/sources/${id}`)).body.artist_from),
    );
    assert.deepEqual(places, ["title_dash", "title_dash", "title_dash", "vendor"]);
  }));

Deno.test("a record that a shop no longer shows ends after two sweeps, one that is sold out at once", () =>
  withShop(async ({ deps, shop, ada, clock, drain }) => {
    const two = { id: 2, vendor: "Miles Davis", title: "Milestones LP", price: "9.00" };
    shop.records.push(two);
    const { provider } = await added(ada, { url: shop.url });
    await ada.post("/api/watch-rules", ruleOn(provider));
    await drain();
    shop.records = [{ ...two, available: false }];
    for (let run = 0; run < 4; run++) {
      clock.advance(3_600_000);
      await drain();
    }
    const rows = await deps.sql<{ external_id: string; status: string }>`
      select external_id, status from listings where provider = ${provider} order by external_id`;
    assert.deepEqual(rows, [{ external_id: "1", status: "ended" }, { external_id: "2", status: "ended" }]);
  }));

/** What looks at single listings came to. */
async function look({ deps, clock }: TestService): Promise<string[]> {
  const kinds: string[] = [];
  for (const row of await claimChecks(deps, { now: clock.now(), limit: 10 })) {
    kinds.push((await checkListing(deps, row)).kind);
  }
  return kinds;
}

Deno.test("a record that a shop took down ends when the first sweep misses it, since the shop says so", () =>
  withShop(async (service) => {
    const { deps, shop, ada, clock, drain } = service;
    shop.records.push({ id: 2, vendor: "Miles Davis", title: "Milestones LP", price: "9.00" });
    const { provider } = await added(ada, { url: shop.url });
    await ada.post("/api/watch-rules", ruleOn(provider));
    await drain();
    shop.records.shift();
    clock.advance(3_600_000);
    await drain();
    const rows = await deps.sql<{ status: string }>`
      select status from listings where provider = ${provider} order by external_id`;
    assert.deepEqual(rows.map(({ status }) => status), ["ended", "active"]);
    // The other was seen an hour ago.
    assert.deepEqual(await look(service), []);
  }));

Deno.test("a record is looked at after six hours where no sweep comes: cheaper alerts, sold out ends, down says nothing", () =>
  withShop(async (service) => {
    const { deps, shop, ada, clock, drain } = service;
    const { provider } = await added(ada, { url: shop.url });
    await ada.post("/api/watch-rules", ruleOn(provider));
    await drain();
    await deps.sql`update polls set next_poll_at = ${new Date(clock.now().getTime() + 86_400_000)}`;
    const record = shop.records[0]!;
    record.price = "20.00";
    clock.advance(6 * 3_600_000 - 1);
    assert.deepEqual(await look(service), []);
    clock.advance(1);
    assert.deepEqual(await look(service), ["seen"]);
    assert.equal((await titlesOf(ada)).length, 2);
    shop.status = 503;
    clock.advance(6 * 3_600_000);
    assert.deepEqual(await look(service), ["failed"]);
    shop.status = null;
    record.available = false;
    await deps.sql`update provider_states set blocked_until = null, failures = 0`;
    clock.advance(3_600_000);
    assert.deepEqual(await look(service), ["ended"]);
    const [listing] = await deps.sql`select status, price_minor from listings where provider = ${provider}`;
    assert.deepEqual(listing, { status: "ended", price_minor: 2000 });
  }));

Deno.test("what a feed showed is not looked at: its checks end without a call", () =>
  withShop(async (service) => {
    const { shop, ada, clock, drain } = service;
    const { provider } = await added(ada, { url: `${shop.url}/feeds/a` });
    await ada.post("/api/watch-rules", ruleOn(provider));
    await drain();
    await service.deps.sql`update polls set next_poll_at = ${new Date(clock.now().getTime() + 86_400_000)}`;
    const asked = shop.server.requests.length;
    clock.advance(6 * 3_600_000);
    assert.deepEqual(await look(service), ["over"]);
    assert.deepEqual(await look(service), []);
    assert.equal(shop.server.requests.length, asked);
  }));

Deno.test("a feed that was added alerts once per entry, and costs nothing while it is unchanged", () =>
  withShop(async ({ shop, ada, clock, drain }) => {
    const source = await added(ada, { url: `${shop.url}/feeds/new?key=hunter2` });
    assert.deepEqual([source.kind, source.name], ["feed", "New in"]);
    await ada.post("/api/watch-rules", ruleOn(source.provider));
    await drain();
    const before = shop.server.requests.length;
    for (let run = 0; run < 2; run++) {
      clock.advance(700_000);
      await drain();
    }
    const conditional = shop.server.requests.slice(before).map(({ headers }) => headers.get("if-none-match"));
    assert.deepEqual(conditional, ['"1"', '"1"']);
    assert.equal((await ada.get(`/api/sources/${source.id}`)).body.state, "ok");
    shop.entries.push({ guid: "2", title: "Miles Davis - Milestones LP" });
    clock.advance(700_000);
    await drain();
    assert.deepEqual((await titlesOf(ada)).sort(), [
      "Miles Davis - Kind of Blue LP 25,00 €",
      "Miles Davis - Milestones LP",
    ]);
  }));

Deno.test("a source is its users' alone: named by nobody else, matched for nobody else, told to nobody else", () =>
  withShop(async ({ deps, shop, ada, bob, drain }) => {
    const source = await added(ada, { url: `${shop.url}/feeds/new?key=hunter2` });
    const refused = await bob.post("/api/watch-rules", ruleOn(source.provider));
    assert.equal(refused.status, 422);
    assert.match(refused.body.error.message, /is not known/);
    assert.equal(
      (await bob.post("/api/search", { keywords: ["miles"], providers: [source.provider] })).status,
      422,
    );
    await bob.post("/api/watch-rules", aRule({}, { keywords: ["miles davis"] }));
    await ada.post("/api/watch-rules", ruleOn(source.provider));
    await drain();
    assert.equal((await titlesOf(ada)).length, 1);
    assert.ok(!(await titlesOf(bob)).includes("Miles Davis - Kind of Blue LP 25,00 €"));
    const [{ id: listing }] = await deps.sql<{ id: string }>`
      select id from listings where provider = ${source.provider}` as [{ id: string }];
    for (const path of [`/api/listings/${listing}`, `/api/listings/${listing}/price-history`]) {
      assert.equal((await ada.get(path)).status, 200);
      assert.equal((await bob.get(path)).status, 404);
    }
    for (const method of ["get", "delete"] as const) {
      assert.equal((await bob[method](`/api/sources/${source.id}`)).status, 404);
    }
    assert.equal((await bob.patch(`/api/sources/${source.id}`, { name: "Mine" })).status, 404);
    assert.deepEqual((await bob.get("/api/sources")).body, []);
    const calls = await ada.get("/api/provider-requests");
    assert.ok(calls.body.some((one: { provider: string }) => one.provider === source.provider));
    assert.doesNotMatch(JSON.stringify(calls.body), /hunter2|\/feeds\//);
    const logged = await deps.sql`select url from provider_requests`;
    assert.doesNotMatch(JSON.stringify(logged), /hunter2/);
  }));

Deno.test("what a source showed is readable for who may watch it, and for who was told of it after that", () =>
  withShop(async ({ deps, shop, ada, bob, drain }) => {
    shop.entries.push({ guid: "2", title: "John Coltrane - Blue Train LP" });
    const source = await added(ada, { url: `${shop.url}/feeds/new?key=hunter2` });
    const { body: rule } = await ada.post("/api/watch-rules", ruleOn(source.provider));
    await drain();
    const rows = await deps.sql<{ id: string }>`
      select id from listings where provider = ${source.provider} order by title`;
    const statuses = async (client: Client) => {
      const answers = await Promise.all(rows.map(({ id }) => client.get(`/api/listings/${id}`)));
      return answers.map(({ status }) => status);
    };
    assert.deepEqual([await statuses(ada), await statuses(bob)], [[200, 200], [404, 404]]);
    await added(bob, { url: `${shop.url}/feeds/new?key=hunter2` });
    assert.deepEqual(await statuses(bob), [200, 200]);
    await ada.delete(`/api/watch-rules/${rule.id}/hard`);
    assert.equal((await ada.delete(`/api/sources/${source.id}`)).status, 204);
    // Coltrane, then Davis, of whom she was told.
    assert.deepEqual(await statuses(ada), [404, 200]);
  }));

Deno.test("two users who add the same shop share one poll, and neither changes it for the other", () =>
  withShop(async ({ deps, shop, ada, bob, drain }) => {
    const mine = await added(ada, { url: shop.url });
    const his = await added(bob, { url: `${shop.url}/collections/all`, name: "That shop" });
    assert.deepEqual([his.provider, his.name], [mine.provider, "That shop"]);
    for (const client of [ada, bob]) await client.post("/api/watch-rules", ruleOn(mine.provider));
    await drain();
    const [row] = await deps.sql<
      { count: number }
    >`select count(*) from polls where provider = ${mine.provider}`;
    assert.equal(row?.count, 1);
    assert.equal((await titlesOf(bob)).length, 1);
    assert.equal((await ada.patch(`/api/sources/${mine.id}`, { currency: "EUR" })).status, 409);
    assert.equal((await ada.patch(`/api/sources/${mine.id}`, { name: "My shop" })).body.name, "My shop");
    assert.equal((await bob.get(`/api/sources/${his.id}`)).body.name, "That shop");
  }));

Deno.test("one shop that fails delays no other", () =>
  withShop(async ({ deps, shop, ada, clock, drain }) => {
    await using other = startFakeShop();
    const broken = await added(ada, { url: shop.url });
    const well = await added(ada, { url: other.url });
    for (const { provider } of [broken, well]) await ada.post("/api/watch-rules", ruleOn(provider));
    shop.status = 503;
    await drain();
    assert.equal((await ada.get(`/api/sources/${broken.id}`)).body.state, "failing");
    assert.equal((await ada.get(`/api/sources/${well.id}`)).body.state, "ok");
    const blocked = await deps.sql<{ provider: string }>`
      select provider from provider_states where blocked_until > ${clock.now()}`;
    assert.deepEqual(blocked.map(({ provider }) => provider), [broken.provider]);
    assert.equal((await titlesOf(ada)).length, 1);
  }));

Deno.test("a new rule that names no sources watches what its user added, too; a search does not", () =>
  withShop(async ({ shop, ada, bob }) => {
    const { provider } = await added(ada, { url: shop.url });
    const unnamed = (keyword: string) => ({ name: keyword, query: { keywords: [keyword] } });
    const rule = await ada.post("/api/watch-rules", unnamed("miles davis"));
    assert.deepEqual(rule.body.query.sources, ["mock", provider]);
    assert.deepEqual(
      (await bob.post("/api/watch-rules", unnamed("miles davis"))).body.query.sources,
      [
        "mock",
      ],
    );
    const all = await ada.post("/api/search", { keywords: ["miles davis"] });
    assert.deepEqual(all.body.providers_searched, ["mock"]);
    const one = await ada.post("/api/search", { keywords: ["miles davis"], providers: [provider] });
    assert.deepEqual(one.body.items.map((item: { title: string }) => item.title), [
      "Miles Davis - Kind of Blue LP",
    ]);
  }));

Deno.test("a deleted account leaves none of its sources, and others' are left alone", () =>
  withShop(async ({ deps, shop, ada, bob, drain }) => {
    const shared = await added(ada, { url: shop.url });
    await added(bob, { url: shop.url });
    const own = await added(ada, { url: `${shop.url}/feeds/new?key=hunter2` });
    await ada.post("/api/watch-rules", ruleOn(own.provider));
    await drain();
    assert.equal((await ada.delete("/api/me/hard-delete")).status, 200);
    const rows = await deps.sql<{ provider: string }>`select provider from added_sources`;
    assert.deepEqual(rows.map(({ provider }) => provider), [shared.provider]);
    assert.equal((await bob.get(`/api/sources/${shared.id}`)).status, 200);
  }));

Deno.test("a seller of Discogs that was added shares Discogs' calls, and his offers alert", async () => {
  await using discogs = startScriptedServer(() => json(fixture("discogs/inventory.json")));
  await withService(async (service) => {
    const ada = await service.client("ada");
    const source = await added(ada, { url: "https://www.discogs.com/seller/wax_fan/profile" });
    assert.equal(source.kind, "discogs_seller");
    await ada.post("/api/watch-rules", {
      ...ruleOn(source.provider),
      query: { keywords: ["miles davis"], min_condition: "NM", sources: [source.provider] },
    });
    await service.drain();
    assert.deepEqual(await titlesOf(ada), ["Miles Davis - Kind Of Blue (LP, Album, RE)"]);
    const scopes = await service.deps.sql<{ scope: string }>`select scope from provider_quotas`;
    assert.deepEqual(scopes.map(({ scope }) => scope), ["ip:discogs"]);
  }, { DISCOGS_TOKEN: "hunter2", DISCOGS_API_URL: discogs.url });
});
