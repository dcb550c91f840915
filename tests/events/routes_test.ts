import assert from "node:assert/strict";
import { aListing, aRule } from "../support/factories.ts";
import { type Client, withService } from "../support/service.ts";

const EVENTS = "/api/events";
const NEW = { listed_at: "2026-11-23T12:00:00Z" };
const SIX_HOURS_MS = 6 * 3_600_000;

interface Logged {
  id: string;
  seq: number;
  type: string;
  rule_id: string | null;
  created_at: string;
  payload: Record<string, unknown>;
}

async function logOf(client: Client, query = ""): Promise<Logged[]> {
  const { status, body } = await client.get(`${EVENTS}${query}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

Deno.test("GET /api/events answers everything that happened to the user, and nothing of anybody else", async () => {
  await withService(async ({ client, clock }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    const { body: rule } = await ada.post("/api/watch-rules", aRule());
    clock.advance(1000);
    const { body: ingested } = await bob.post(
      "/api/dev/listings/ingest",
      aListing({ ...NEW, external_id: "a" }),
    );
    clock.advance(1000);
    await ada.post(`/api/watch-rules/${rule.id}/disable`);
    const log = await logOf(ada);
    // Two events of one instant stand in the order of their ids.
    const bySeq = log.toSorted((a, b) => b.seq - a.seq);
    assert.deepEqual([log[0], log[3]], [bySeq[0], bySeq[3]]);
    assert.deepEqual(bySeq.map(({ type, seq }) => [type, seq]), [
      ["RULE_DISABLED", 4],
      ["NEW_MATCH", 3],
      ["LISTING_FIRST_SEEN", 2],
      ["RULE_CREATED", 1],
    ]);
    assert.deepEqual(bySeq[1], {
      id: bySeq[1]!.id,
      user_id: ada.userId,
      seq: 3,
      type: "NEW_MATCH",
      rule_id: rule.id,
      watch_release_id: null,
      listing_id: ingested.listing.id,
      payload: {
        reason: "new_listing",
        matched: [{ kind: "watch_rule", id: rule.id, name: "Kind of Blue" }],
        price_kind: "fixed",
        listing_kind: "offer",
        provider: "mock",
        title: "Miles Davis - Kind Of Blue LP",
        url: "https://market.example/offers/1",
        image_url: null,
        price: 24.99,
        currency: "USD",
        previous_price: null,
        previous_currency: null,
        for_sale_count: null,
        shipping: null,
        ends_at: null,
        condition: "Very Good Plus (VG+)",
        observed_at: "2026-11-23T12:00:01.000Z",
        attribution: null,
      },
      created_at: "2026-11-23T12:00:01.000Z",
    });
    assert.deepEqual(log[3]!.payload, { name: "Kind of Blue" });
    assert.deepEqual(await logOf(bob), []);
  });
});

Deno.test("what Discogs said is credited with a link to the page that shows it, wherever it is read", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    await ada.post("/api/watch-rules", aRule({}, { sources: ["discogs"] }));
    const url = "https://www.discogs.com/sell/release/249504";
    await ada.post("/api/dev/listings/ingest", aListing({ ...NEW, provider: "discogs", url }));
    const credit = { text: "Data provided by Discogs.", url };
    const [event] = await logOf(ada, "?type=NEW_MATCH");
    assert.deepEqual(event!.payload["attribution"], credit);
    const [notification] = (await ada.get("/api/notifications")).body;
    assert.deepEqual(notification.payload.attribution, credit);
    const listing = (await ada.get(`/api/listings/${notification.payload.listing_id}`)).body;
    assert.deepEqual([listing.url, listing.attribution], [url, credit]);
  });
});

Deno.test("GET /api/events shows what a provider said with its credit, until its terms forbid it to the millisecond", async () => {
  await withService(async ({ client, clock }) => {
    const ada = await client("ada");
    await ada.post("/api/watch-rules", aRule({}, { sources: ["ebay"] }));
    const yen = aListing({ ...NEW, provider: "ebay", price: 4200, currency: "JPY" });
    await ada.post("/api/dev/listings/ingest", yen);
    const [first] = await logOf(ada, "?type=NEW_MATCH");
    assert.deepEqual([first!.payload["price"], first!.payload["currency"]], [4200, "JPY"]);
    assert.deepEqual(first!.payload["attribution"], {
      text: "Listing data from eBay",
      url: "https://www.ebay.com",
    });
    clock.advance(SIX_HOURS_MS - 1);
    assert.equal((await logOf(ada, "?type=NEW_MATCH"))[0]!.payload["title"], yen["title"]);
    clock.advance(1);
    const [late] = await logOf(ada, "?type=NEW_MATCH");
    const ours = ["listing_kind", "marketplaces", "matched", "price_kind", "reason"];
    assert.deepEqual(Object.keys(late!.payload).sort(), ours);
    assert.deepEqual([late!.id, late!.seq], [first!.id, first!.seq]);
  });
});

Deno.test("GET /api/events leaves out content that was blanked, and a price that is unknown is null", async () => {
  await withService(async ({ client, deps }) => {
    const ada = await client("ada");
    await ada.post("/api/watch-rules", aRule());
    await ada.post("/api/dev/listings/ingest", aListing({ ...NEW, price: null, currency: null }));
    const [shown] = await logOf(ada, "?type=NEW_MATCH");
    assert.deepEqual([shown!.payload["price"], shown!.payload["currency"]], [null, null]);
    await deps.sql`update event_content set title = null, url = null, condition = null`;
    const [blank] = await logOf(ada, "?type=NEW_MATCH");
    assert.deepEqual(Object.keys(blank!.payload).sort(), ["listing_kind", "matched", "price_kind", "reason"]);
  });
});

Deno.test("GET /api/events pages through a log without losing or repeating, also where events share an instant", async () => {
  await withService(async ({ client, clock }) => {
    const ada = await client("ada");
    await ada.post("/api/watch-rules", aRule());
    await ada.post("/api/dev/listings/ingest", Array.from({ length: 7 }, () => aListing(NEW)));
    clock.advance(1);
    await ada.post("/api/dev/listings/ingest", Array.from({ length: 4 }, () => aListing(NEW)));
    const all = await logOf(ada, "?limit=200");
    assert.equal(all.length, 23);
    const walked: Logged[] = [];
    let path: string | null = `${EVENTS}?limit=5`;
    while (path !== null) {
      const page = await ada.get(path);
      walked.push(...page.body);
      const cursor: string | null = page.headers.get("x-next-cursor");
      assert.equal(page.headers.has("link"), cursor !== null);
      path = cursor === null ? null : `${EVENTS}?limit=5&cursor=${cursor}`;
    }
    assert.deepEqual(walked, all);
    assert.deepEqual(await logOf(ada, "?limit=5&offset=5"), all.slice(5, 10));
    assert.deepEqual(await logOf(ada, "?offset=23"), []);
    const sorted = all.toSorted((a, b) => (a.created_at + a.id < b.created_at + b.id ? 1 : -1));
    assert.deepEqual(all, sorted);
    assert.deepEqual(
      new Set(all.map(({ seq }) => seq)),
      new Set(Array.from({ length: 23 }, (_, n) => n + 1)),
    );
  });
});

Deno.test("GET /api/events filters by type and by rule, and keeps both while it pages", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    const { body: rule } = await ada.post("/api/watch-rules", aRule());
    await ada.post("/api/watch-rules", aRule({ name: "Other" }, { keywords: ["other"] }));
    await ada.post("/api/dev/listings/ingest", [aListing(NEW), aListing(NEW)]);
    const query = `?type=NEW_MATCH&rule_id=${rule.id.toUpperCase()}`;
    assert.equal((await logOf(ada, query)).length, 2);
    assert.equal((await logOf(ada, "?type=RULE_CREATED")).length, 2);
    assert.equal((await logOf(ada, `?rule_id=${rule.id}`)).length, 5);
    assert.deepEqual(await logOf(ada, `?rule_id=${crypto.randomUUID()}`), []);
    const page = await ada.get(`${EVENTS}${query}&limit=1`);
    const link = page.headers.get("link")!;
    assert.match(link, /type=NEW_MATCH&rule_id=/);
    const next = await ada.get(/<(.*)>/.exec(link)![1]!);
    assert.deepEqual([page.body.length, next.body.length, next.headers.get("link")], [1, 1, null]);
    assert.notEqual(next.body[0].id, page.body[0].id);
  });
});

for (
  const [query, field] of [
    ["type=NO_MATCH", "type"],
    ["rule_id=1", "rule_id"],
    ["limit=201", "limit"],
    ["cursor=abc", "cursor"],
  ] as const
) {
  Deno.test(`GET /api/events?${query} answers 422 naming ${field}`, async () => {
    await withService(async ({ client }) => {
      const answer = await (await client("ada")).get(`${EVENTS}?${query}`);
      assert.equal(answer.status, 422);
      assert.deepEqual(answer.body.error.details.map((one: { loc: string[] }) => one.loc), [[
        "query",
        field,
      ]]);
    });
  });
}

Deno.test("/api/events answers 401 without a token, and nobody can write to it", async () => {
  await withService(async ({ client, request }) => {
    assert.equal((await request(EVENTS)).status, 401);
    assert.equal((await (await client("ada")).post(EVENTS, {})).status, 405);
  });
});
