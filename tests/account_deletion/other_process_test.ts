import assert from "node:assert/strict";
import { deleteSeller } from "../../src/account_deletion/delete_seller.ts";
import { Readings } from "../../src/search/readings.ts";
import { anEbayItem } from "../support/ebay.ts";
import { search, withMarkets } from "../support/search.ts";

Deno.test("a search does not show a seller whose notice came to another process, though this one remembers him", async () => {
  const stock = {
    ebay: ["WaxFan", "other"].map((username) =>
      anEbayItem({ itemId: `v1|${username}|0`, seller: { username } })
    ),
  };
  await withMarkets(stock, async ({ client, deps }, { calls }) => {
    const ada = await client("ada");
    const shown = async () => {
      const { items } = await search(ada, { providers: ["ebay"] });
      return items.map(({ seller, location }) => [seller, location !== null]);
    };
    assert.deepEqual(await shown(), [["WaxFan", true], ["other", true]]);
    // Another process has a memory of its own.
    const elsewhere = { ...deps, readings: new Readings(deps) };
    await deleteSeller(elsewhere, { provider: "ebay", notification_id: "1", names: ["waxfan"] });
    assert.deepEqual(await shown(), [[null, false], ["other", true]]);
    assert.equal(calls().ebay, 1, "both were answered by what was remembered");
  });
});
