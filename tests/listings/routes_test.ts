import assert from "node:assert/strict";
import { aListing } from "../support/factories.ts";
import { type Client, withService } from "../support/service.ts";

const SIX_HOURS_MS = 6 * 3_600_000;

/** Stores a listing, or a change of it, and gives its path. */
async function see(client: Client, fields: Record<string, unknown> = {}): Promise<string> {
  const { body } = await client.post("/api/dev/listings/ingest", aListing({ external_id: "a", ...fields }));
  return `/api/listings/${body.listing.id}`;
}

Deno.test("GET /api/listings/{id} answers what was seen, with the provider's credit, to any user", async () => {
  await withService(async ({ client }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    const path = await see(ada, { provider: "ebay", seller: "shop", price: 24.99 });
    const { status, body } = await bob.get(path);
    assert.equal(status, 200);
    assert.deepEqual(body, {
      id: path.split("/").at(-1),
      provider: "ebay",
      external_id: "a",
      kind: "offer",
      title: "Miles Davis - Kind Of Blue LP",
      url: "https://market.example/offers/1",
      image_url: null,
      price: 24.99,
      currency: "USD",
      price_kind: "fixed",
      shipping: null,
      for_sale_count: null,
      is_blocked: false,
      condition: "Very Good Plus (VG+)",
      grade: "VG+",
      formats: ["lp", "vinyl"],
      seller: "shop",
      location: null,
      discogs_release_id: null,
      discogs_master_id: null,
      status: "active",
      listed_at: null,
      ends_at: null,
      marketplaces: [],
      first_seen_at: "2026-11-23T12:00:00.000Z",
      observed_at: "2026-11-23T12:00:00.000Z",
      expires_at: "2026-11-23T18:00:00.000Z",
      attribution: { text: "Listing data from eBay", url: "https://www.ebay.com" },
    });
  });
});

Deno.test("GET /api/listings/{id} keeps what a provider said back once its terms forbid it, to the millisecond", async () => {
  await withService(async ({ client, clock }) => {
    const ada = await client("ada");
    const path = await see(ada, { provider: "ebay", seller: "shop", location: "Berlin" });
    clock.advance(SIX_HOURS_MS - 1);
    const shown = (await ada.get(path)).body;
    assert.equal(shown.price, 24.99);
    clock.advance(1);
    const late = (await ada.get(path)).body;
    const said = ["title", "url", "price", "currency", "condition", "grade", "formats", "seller", "location"];
    const changed = Object.keys(shown).filter((key) =>
      JSON.stringify(shown[key]) !== JSON.stringify(late[key])
    );
    assert.deepEqual(changed.sort(), said.sort());
    assert.deepEqual(said.map((key) => late[key]?.length ?? 0), said.map(() => 0));
    await see(ada, { provider: "ebay" });
    assert.equal((await ada.get(path)).body.title, shown.title);
  });
});

Deno.test("GET /api/listings/{id}/price-history answers every change, newest first, in pages", async () => {
  await withService(async ({ client, clock }) => {
    const ada = await client("ada");
    const path = await see(ada, { price: 4200, currency: "JPY" });
    const changes = [{ price: 4200, currency: "JPY" }, { price: 4100, currency: "JPY" }, { price: null }];
    for (const change of [...changes, { price: 30 }, { price: 30, status: "ended" }]) {
      clock.advance(1000);
      await see(ada, change);
    }
    const { body } = await ada.get(`${path}/price-history`);
    assert.deepEqual(body, [
      { observed_at: "2026-11-23T12:00:05.000Z", price: 30, currency: "USD", status: "ended" },
      { observed_at: "2026-11-23T12:00:04.000Z", price: 30, currency: "USD", status: "active" },
      { observed_at: "2026-11-23T12:00:03.000Z", price: null, currency: "USD", status: "active" },
      { observed_at: "2026-11-23T12:00:02.000Z", price: 4100, currency: "JPY", status: "active" },
      { observed_at: "2026-11-23T12:00:00.000Z", price: 4200, currency: "JPY", status: "active" },
    ]);
    const first = await ada.get(`${path}/price-history?limit=3`);
    const cursor = first.headers.get("x-next-cursor");
    const second = await ada.get(`${path}/price-history?limit=3&cursor=${cursor}`);
    assert.deepEqual([...first.body, ...second.body], body);
    assert.equal(second.headers.get("x-next-cursor"), null);
    assert.deepEqual((await ada.get(`${path}/price-history?limit=2&offset=4`)).body, body.slice(4));
  });
});

Deno.test("GET /api/listings/{id}/price-history goes back as far as the provider's terms allow, to the millisecond", async () => {
  await withService(async ({ client, clock }) => {
    const ada = await client("ada");
    const path = await see(ada, { provider: "ebay", price: 30 });
    clock.advance(SIX_HOURS_MS - 1);
    await see(ada, { provider: "ebay", price: 20 });
    const prices = async () => {
      const { body } = await ada.get(`${path}/price-history`);
      return body.map(({ price }: { price: number }) => price);
    };
    assert.deepEqual(await prices(), [20, 30]);
    clock.advance(1);
    assert.deepEqual(await prices(), [20]);
    const mine = await see(ada, { provider: "mock" });
    clock.advance(100 * SIX_HOURS_MS);
    assert.equal((await ada.get(`${mine}/price-history`)).body.length, 1);
  });
});

Deno.test("/api/listings answers 404 for what is not there, 401 without a token, 422 for a bad page", async () => {
  await withService(async ({ client, request }) => {
    const ada = await client("ada");
    const path = await see(ada);
    for (const id of [crypto.randomUUID(), "1"]) {
      assert.equal((await ada.get(`/api/listings/${id}`)).status, 404);
      assert.equal((await ada.get(`/api/listings/${id}/price-history`)).status, 404);
    }
    assert.deepEqual([(await request(path)).status, (await request(`${path}/price-history`)).status], [
      401,
      401,
    ]);
    assert.equal((await ada.get(`${path}/price-history?limit=0`)).status, 422);
  });
});
