import assert from "node:assert/strict";
import { withService } from "../support/service.ts";
import { aListing } from "../support/factories.ts";

Deno.test("POST /api/watch-rules answers 201 with a rule whose backfill is pending", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    const made = await ada.post("/api/watch-rules", {
      name: "Blue",
      query: { keywords: ["kind of blue"], sources: ["mock"] },
    });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    assert.deepEqual(made.body.backfill, { state: "pending", found: 0, alerted: 0 });
    assert.deepEqual(made.body.query.sources, ["mock"]);
    assert.equal(made.body.query.currency, "USD");
  });
});

Deno.test("a new rule's backfill records what is already for sale and alerts the five cheapest", async () => {
  await withService(async ({ client, drain }) => {
    const ada = await client("ada");
    const listings = Array.from(
      { length: 8 },
      (_, n) => aListing({ external_id: `x${n}`, price: 80 - n, listed_at: "2026-11-20T10:00:00Z" }),
    );
    assert.equal((await ada.post("/api/dev/listings/ingest", listings)).status, 200);
    const made = await ada.post("/api/watch-rules", {
      name: "Blue",
      query: { keywords: ["kind of blue"], sources: ["mock"] },
    });
    await drain();
    const rule = (await ada.get(`/api/watch-rules/${made.body.id}`)).body;
    assert.deepEqual(rule.backfill, { state: "completed", found: 8, alerted: 5 });
    const inbox = (await ada.get("/api/notifications")).body;
    assert.deepEqual(
      inbox.map((one: { payload: { price: number } }) => one.payload.price).sort(),
      [73, 74, 75, 76, 77],
    );
  });
});
