import assert from "node:assert/strict";
import { ok } from "../support/answers.ts";
import { inboxOf, ingestAll, readRule, saveRule } from "../support/calls.ts";
import { withService } from "../support/service.ts";
import { aListing } from "../support/factories.ts";

Deno.test("POST /api/watch-rules answers 201 with a rule whose backfill is pending", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    const body = { name: "Blue", query: { keywords: ["kind of blue"], sources: ["mock"] } };
    const made = ok(await ada.api.POST("/api/watch-rules", { body }), 201);
    assert.deepEqual(made.backfill, { state: "pending", found: 0, alerted: 0 });
    assert.deepEqual(made.query.sources, ["mock"]);
    assert.equal(made.query.currency, "USD");
  });
});

Deno.test("a new rule's backfill records what is already for sale and alerts the five cheapest", async () => {
  await withService(async ({ client, drain }) => {
    const ada = await client("ada");
    const listings = Array.from(
      { length: 8 },
      (_, n) => aListing({ external_id: `x${n}`, price: 80 - n, listed_at: "2026-11-20T10:00:00Z" }),
    );
    await ingestAll(ada, listings);
    const made = await saveRule(ada, {
      name: "Blue",
      query: { keywords: ["kind of blue"], sources: ["mock"] },
    });
    await drain();
    const rule = await readRule(ada, made.id);
    assert.deepEqual(rule.backfill, { state: "completed", found: 8, alerted: 5 });
    const inbox = await inboxOf(ada);
    assert.deepEqual(inbox.map((one) => one.payload.price).sort(), [73, 74, 75, 76, 77]);
  });
});
