/** Auctions: what they cost, when they end, and that shipping is shown and never counted. */
import assert from "node:assert/strict";
import { endPastListings } from "../../src/polling/end_past_listings.ts";
import { inboxOf, ingest, saveRule } from "../support/calls.ts";
import { byId, ok } from "../support/answers.ts";
import { aListing, aRule } from "../support/factories.ts";
import { withService } from "../support/service.ts";

const HOUR_MS = 3_600_000;

Deno.test("an auction ends when its time has come, once, and everybody it matched is told so in his log", async () => {
  await withService(async ({ client, clock, deps }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule());
    const ends_at = new Date(clock.now().getTime() + HOUR_MS).toISOString();
    const { listing } = await ingest(ada, aListing({ price_kind: "bid", ends_at, shipping: 4.5 }));
    assert.deepEqual([listing.ends_at, listing.shipping, listing.price_kind], [ends_at, 4.5, "bid"]);
    clock.advance(HOUR_MS - 1);
    assert.deepEqual(await endPastListings(deps), { ended_count: 0 });
    clock.advance(1);
    assert.deepEqual(await endPastListings(deps), { ended_count: 1 });
    assert.deepEqual(await endPastListings(deps), { ended_count: 0 });
    const shown = ok(await ada.api.GET("/api/listings/{id}", byId(listing.id)), 200);
    assert.equal(shown.status, "ended");
    const ended = (await ada.get("/api/events")).body.filter(({ type }: { type: string }) =>
      type === "LISTING_ENDED"
    );
    assert.equal(ended.length, 1);
  });
});

Deno.test("an auction that is seen with a later end runs on until then", async () => {
  await withService(async ({ client, clock, deps }) => {
    const ada = await client("ada");
    const at = (hours: number) => new Date(clock.now().getTime() + hours * HOUR_MS).toISOString();
    const auction = aListing({ price_kind: "bid", ends_at: at(1) });
    await ingest(ada, auction);
    const { listing } = await ingest(ada, { ...auction, ends_at: at(2) });
    clock.advance(HOUR_MS);
    assert.deepEqual(await endPastListings(deps), { ended_count: 0 });
    clock.advance(HOUR_MS);
    assert.deepEqual(await endPastListings(deps), { ended_count: 1 });
    const rows = await deps.sql<{ status: string }>`select status from listings where id = ${listing.id}`;
    assert.equal(rows[0]?.status, "ended");
  });
});

Deno.test("an auction that loses its Buy It Now with the first bid has not become cheaper", async () => {
  await withService(async ({ client, clock }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule());
    const auction = aListing({ price: 30 });
    await ingest(ada, auction);
    const alertsAt = async (price: number) => {
      clock.advance(1_000);
      await ingest(ada, { ...auction, price, price_kind: "bid" });
      return (await inboxOf(ada)).map(({ event_type }) => event_type);
    };
    assert.deepEqual(await alertsAt(4.5), ["NEW_MATCH"]);
    // From then on its bids are what is compared.
    assert.deepEqual(await alertsAt(4), ["LISTING_PRICE_DROP", "NEW_MATCH"]);
  });
});

Deno.test("a listing that was seen for sale after its end is not ended by its date", async () => {
  await withService(async ({ client, clock, deps }) => {
    const ada = await client("ada");
    const ends_at = new Date(clock.now().getTime() - 1).toISOString();
    await ingest(ada, aListing({ ends_at }));
    clock.advance(HOUR_MS);
    assert.deepEqual(await endPastListings(deps), { ended_count: 0 });
  });
});

Deno.test("a price bound holds for the price, whatever shipping costs or whether it is known", async () => {
  await withService(async ({ client, drain }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule({}, { max_price: 25, currency: "USD" }));
    await drain();
    await ingest(ada, aListing({ external_id: "dear shipping", price: 25, shipping: 40 }));
    await ingest(ada, aListing({ external_id: "unknown shipping", price: 25 }));
    await ingest(ada, aListing({ external_id: "too dear", price: 25.01, shipping: 0 }));
    assert.equal((await inboxOf(ada)).length, 2);
  });
});

Deno.test("an alert says what shipping costs and when an auction ends, in the inbox and the log", async () => {
  await withService(async ({ client, clock, drain }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule());
    await drain();
    const ends_at = "2026-11-30T10:00:00.000Z";
    const offers = [
      aListing({ external_id: "auction", price: 12.5, price_kind: "bid", shipping: 4.5, ends_at }),
      aListing({ external_id: "free", price: 20, shipping: 0 }),
      aListing({ external_id: "unknown", price: 30 }),
    ];
    for (const offer of offers) {
      clock.advance(1000);
      await ingest(ada, offer);
    }
    const inbox = (await inboxOf(ada)).toReversed();
    assert.deepEqual(inbox.map(({ body }) => body.split(" · Very Good Plus")[0]), [
      "current bid 12.50 USD · shipping 4.50 USD · ends 2026-11-30 10:00 UTC",
      "20.00 USD · free shipping",
      "30.00 USD",
    ]);
    const said = [[4.5, ends_at], [0, null], [null, null]];
    assert.deepEqual(inbox.map(({ payload }) => [payload.shipping, payload.ends_at]), said);
    const { body: log } = await ada.get("/api/events?type=NEW_MATCH");
    assert.deepEqual(
      log.toReversed().map(({ payload }: { payload: Record<string, unknown> }) => [
        payload["shipping"],
        payload["ends_at"],
      ]),
      said,
    );
  });
});
