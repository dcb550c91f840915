import assert from "node:assert/strict";
import { claimPolls, laneOf } from "../../src/polling/claim_polls.ts";
import { aRule } from "../support/factories.ts";
import { SHOP_ENV, startFakeShop } from "../support/fake_shop.ts";
import { withService } from "../support/service.ts";

Deno.test("claimPolls() gives all sources of a family the places of one provider, and takes none of others'", () =>
  withService(async ({ deps, clock, client }) => {
    await using shop = startFakeShop();
    const ada = await client("ada");
    for (let feed = 0; feed < 5; feed++) {
      const { body } = await ada.post("/api/sources", { url: `${shop.url}/feeds/${feed}` });
      await ada.post("/api/watch-rules", aRule({}, { keywords: ["miles"], sources: [body.provider] }));
    }
    await ada.post("/api/watch-rules", aRule());
    const lanes = async (places: number) => {
      const roomOf = (lane: string) => lane === "feed" ? places : 10;
      const claimed = await claimPolls(deps, { now: clock.now(), limit: 64, roomOf });
      return claimed.map(({ provider }) => laneOf(provider)).sort();
    };
    assert.deepEqual(await lanes(2), ["feed", "feed", "mock"]);
    // What is claimed is not claimed again; without places nothing is.
    assert.deepEqual(await lanes(0), []);
    assert.deepEqual(await lanes(9), ["feed", "feed", "feed"]);
  }, { ...SHOP_ENV, SIMULATED_MARKET: "true" }));
