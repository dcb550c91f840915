import assert from "node:assert/strict";
import { MAX_SOURCES } from "../../src/sources/schema.ts";
import { aRule } from "../support/factories.ts";
import { type FakeShop, SHOP_ENV, startFakeShop } from "../support/fake_shop.ts";
import { type Client, withService } from "../support/service.ts";

function withShop(work: (given: { shop: FakeShop; ada: Client }) => Promise<void>): Promise<void> {
  return withService(async (service) => {
    await using shop = startFakeShop();
    await work({ shop, ada: await service.client("ada") });
  }, { ...SHOP_ENV, SIMULATED_MARKET: "true" });
}

const REFUSED: [body: Record<string, unknown>, field: string, reason: RegExp][] = [
  [{ url: "" }, "url", /empty/],
  [{ url: "http://" }, "url", /no address/],
  [{ url: "file:///etc/passwd" }, "url", /not an http or https/],
  [{ url: "https://ada:secret@shop.example/" }, "url", /user name or a password/],
  [{ url: "http://10.0.0.1/" }, "url", /10\.0\.0\.1 is not a public address/],
  [{ url: "http://169.254.169.254/latest/meta-data" }, "url", /not a public address/],
  [{ url: "http://[::1]:5432/" }, "url", /not a public address/],
  [{ url: "localhost:8000" }, "url", /local network/],
  [{ url: "https://metadata.google.internal/" }, "url", /local network/],
  [{ url: "https://shop.example/" }, "url", /has no address/],
  [{ url: "SHOP", currency: "XXY" }, "currency", /ISO 4217/],
  [{ url: "SHOP", artist_from: "label" }, "artist_from", /one of/],
  [{ url: "SHOP", name: "" }, "name", /empty/],
  [{ url: "SHOP", mapping: {} }, "", /mapping/],
];
for (const [body, field, reason] of REFUSED) {
  Deno.test(`POST /api/sources refuses ${JSON.stringify(body)}, naming the field and the reason`, () =>
    withShop(async ({ shop, ada }) => {
      const url = body["url"] === "SHOP" ? shop.url : body["url"];
      const { status, body: { error } } = await ada.post("/api/sources", { ...body, url });
      assert.equal(status, 422);
      assert.match(JSON.stringify(error), reason);
      if (field) assert.deepEqual(error.details[0].loc, ["body", field]);
      assert.deepEqual(shop.server.requests, []);
    }));
}

Deno.test("POST /api/sources says why an address is neither a shop nor a feed, or does not answer", () =>
  withShop(async ({ shop, ada }) => {
    shop.status = 404;
    const neither = await ada.post("/api/sources", { url: shop.url });
    assert.equal(neither.status, 422);
    assert.match(neither.body.error.message, /neither a feed nor a shop/);
    shop.status = 503;
    assert.match((await ada.post("/api/sources", { url: shop.url })).body.error.message, /status 503/);
    const closed = await ada.post("/api/sources", { url: "http://127.0.0.1:9" });
    assert.equal(closed.status, 422);
    assert.deepEqual(closed.body.error.details[0].loc, ["body", "url"]);
    assert.deepEqual((await ada.get("/api/sources")).body, []);
  }));

Deno.test("POST /api/sources keeps what its user says of a source", () =>
  withShop(async ({ shop, ada }) => {
    const body = { url: shop.url, name: "My shop", currency: "eur", artist_from: "title_dash" };
    const { status, body: made } = await ada.post("/api/sources", body);
    assert.equal(status, 201);
    assert.deepEqual([made.name, made.currency, made.artist_from], ["My shop", "EUR", "title_dash"]);
  }));

Deno.test("POST /api/sources answers 409 for a source twice, however its address is written, and for too many", () =>
  withShop(async ({ shop, ada }) => {
    assert.equal((await ada.post("/api/sources", { url: `${shop.url}/collections/a` })).status, 201);
    const again = await ada.post("/api/sources", { url: `${shop.url}/collections/a/products/x?y=1#z` });
    assert.equal(again.status, 409);
    assert.match(again.body.error.message, /you have it already/);
    for (let count = 1; count < MAX_SOURCES; count++) {
      assert.equal((await ada.post("/api/sources", { url: `${shop.url}/feeds/${count}` })).status, 201);
    }
    const more = await ada.post("/api/sources", { url: `${shop.url}/feeds/more` });
    assert.equal(more.status, 409);
    assert.match(more.body.error.message, /20/);
  }));

Deno.test("PATCH /api/sources/{id} changes the name and how a source is read", () =>
  withShop(async ({ shop, ada }) => {
    const { body: shopSource } = await ada.post("/api/sources", { url: shop.url });
    const changes = { name: "Shop", currency: null, artist_from: "title_quote" };
    const { body } = await ada.patch(`/api/sources/${shopSource.id}`, changes);
    assert.deepEqual({ name: body.name, currency: body.currency, artist_from: body.artist_from }, changes);
    assert.equal((await ada.patch(`/api/sources/${shopSource.id}`, {})).body.name, "Shop");
    const { body: feed } = await ada.post("/api/sources", { url: `${shop.url}/feeds/a` });
    const refused = await ada.patch(`/api/sources/${feed.id}`, { artist_from: "vendor" });
    assert.equal(refused.status, 422);
    assert.equal((await ada.patch(`/api/sources/${feed.id}`, { name: null })).status, 422);
  }));

Deno.test("DELETE /api/sources/{id} removes a source that no rule names, and it can come back", () =>
  withShop(async ({ shop, ada }) => {
    const { body: source } = await ada.post("/api/sources", { url: shop.url });
    const rule = aRule({}, { keywords: ["blue"], sources: [source.provider] });
    const { body: { id } } = await ada.post("/api/watch-rules", rule);
    const named = await ada.delete(`/api/sources/${source.id}`);
    assert.equal(named.status, 409);
    assert.match(named.body.error.message, /a rule of yours names it/);
    await ada.delete(`/api/watch-rules/${id}/hard`);
    assert.equal((await ada.delete(`/api/sources/${source.id}`)).status, 204);
    assert.equal((await ada.get(`/api/sources/${source.id}`)).status, 404);
    assert.equal((await ada.post("/api/watch-rules", rule)).status, 422);
    assert.equal((await ada.post("/api/sources", { url: shop.url })).body.provider, source.provider);
  }));

Deno.test("GET /api/sources lists the newest first, page by page", () =>
  withShop(async ({ shop, ada }) => {
    for (const name of ["a", "b", "c"]) {
      await ada.post("/api/sources", { url: `${shop.url}/feeds/${name}`, name });
    }
    const first = await ada.get("/api/sources?limit=2");
    const cursor = first.headers.get("x-next-cursor");
    const second = await ada.get(`/api/sources?limit=2&cursor=${cursor}`);
    const names = [...first.body, ...second.body].map((one: { name: string }) => one.name);
    assert.deepEqual(names.sort(), ["a", "b", "c"]);
    assert.equal(second.headers.get("x-next-cursor"), null);
  }));
