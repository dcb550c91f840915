import assert from "node:assert/strict";
import { json } from "../support/scripted_server.ts";
import {
  QUERY,
  RECORDED,
  type RecordedRow,
  recordedSearches,
  startEbay,
  withTokens,
} from "./ebay_support.ts";
import { watched } from "./support.ts";

for (const { name, rows, body } of recordedSearches()) {
  Deno.test(`search() reads the recorded ${name}`, async () => {
    await using ebay = startEbay(withTokens(() => json(body)));
    const { listings } = await ebay.provider.search(QUERY, null, watched());
    const ids = new Set(rows.map((row) => row.itemId));
    assert.deepEqual(new Set(listings.map((listing) => listing.external_id)), ids);
    assert.equal(listings.length, ids.size);
    for (const listing of listings) {
      if (listing.price_minor === null) continue;
      const row = rows.find(({ itemId }) => itemId === listing.external_id);
      const stated = [row?.price, row?.currentBidPrice].map((amount) =>
        amount && Math.round(Number(amount.value) * 100)
      );
      assert.ok(stated.includes(listing.price_minor), `${listing.external_id} costs ${listing.price_minor}`);
    }
  });
}

function recordedItems(): { name: string; body: RecordedRow }[] {
  try {
    return [...Deno.readDirSync(RECORDED)].filter(({ name }) => name.startsWith("item_")).map(({ name }) => ({
      name,
      body: JSON.parse(Deno.readTextFileSync(new URL(name, RECORDED))),
    }));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

for (const { name, body } of recordedItems()) {
  Deno.test(`findListing() reads the recorded ${name}`, async () => {
    await using ebay = startEbay(withTokens(() => json(body)));
    const listing = await ebay.provider.findListing!(body.itemId, watched());
    assert.equal(listing?.external_id, body.itemId);
    assert.equal(listing?.price_minor, Math.round(Number(body.price?.value) * 100));
    assert.equal(listing?.status, "active");
  });
}

function recordedOr(name: string): unknown {
  try {
    return JSON.parse(Deno.readTextFileSync(new URL(name, RECORDED)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

Deno.test({
  name: "readQuota() reads the documented rate_limits.json",
  ignore: recordedOr("rate_limits.json") === null,
  fn: async () => {
    await using ebay = startEbay(withTokens(() => json(recordedOr("rate_limits.json"))));
    const { limit, remaining, windowSeconds } = await ebay.provider.readQuota!(watched());
    assert.deepEqual([limit, remaining, windowSeconds], [5000, 5000, 86_400]);
  },
});

Deno.test({
  name: "findListing() takes the recorded error_404_item.json for gone",
  ignore: recordedOr("error_404_item.json") === null,
  fn: async () => {
    await using ebay = startEbay(withTokens(() => json(recordedOr("error_404_item.json"), { status: 404 })));
    assert.equal(await ebay.provider.findListing!("v1|1|0", watched()), null);
  },
});
