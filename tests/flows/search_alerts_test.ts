/** What a search finds alerts everybody whose rule it matches, as if a poll had read it. */
import assert from "node:assert/strict";
import { saveRule } from "../support/calls.ts";
import { alertsOf, aRow, someStats } from "../support/discogs.ts";
import { anEbayItem } from "../support/ebay.ts";
import { aRule } from "../support/factories.ts";
import { search, someReleases, withMarkets } from "../support/search.ts";
import type { Client } from "../support/service.ts";

const reasonsOf = async (person: Client) => (await alertsOf(person)).map(({ payload }) => payload.reason);

Deno.test("an offer that a search finds first alerts another user's rule, once: not again by search nor poll", async () => {
  await withMarkets({}, async ({ client, clock, drain, deps }, { stock }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    await saveRule(bob, aRule({}, { sources: ["ebay"], max_price: 30 }));
    await drain();
    clock.advance(60_000);
    stock.ebay = [
      anEbayItem({ itemId: "new", itemCreationDate: clock.now().toISOString() }),
      anEbayItem({ itemId: "dear", price: { value: "30.01", currency: "USD" } }),
    ];
    await search(ada);
    assert.deepEqual(await reasonsOf(bob), ["new_listing"]);
    assert.deepEqual(await alertsOf(ada), []);
    clock.advance(61_000);
    await search(ada);
    clock.advance(600_000);
    await drain();
    assert.equal((await deps.sql`select id from polls where runs = 2`).length, 1, "the poll read it too");
    assert.deepEqual(await reasonsOf(bob), ["new_listing"]);
  });
});

Deno.test("offers that were for sale before a rule began are its first run: five alerts, whoever found them", async () => {
  await withMarkets({}, async ({ client, clock, drain, deps }, { stock }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    clock.advance(60_000);
    await saveRule(bob, aRule({}, { sources: ["ebay"] }));
    const since = clock.now().getTime();
    const listedAt = (at: number) => new Date(at).toISOString();
    stock.ebay = [
      anEbayItem({ itemId: "at", itemCreationDate: listedAt(since) }),
      ...[1, 2, 3, 4, 5, 6, 7].map((n) =>
        anEbayItem({
          itemId: `before ${n}`,
          itemCreationDate: listedAt(since - 1),
          price: { value: `${10 + n}.00`, currency: "USD" },
        })
      ),
    ];
    await search(ada);
    const reasons = await reasonsOf(bob);
    assert.deepEqual(reasons.toSorted(), [...Array(5).fill("already_for_sale"), "new_listing"]);
    const prices = (await alertsOf(bob)).map(({ payload }) => payload.price).toSorted();
    assert.deepEqual(prices, [11, 12, 13, 14, 15, 24.99], "the cheapest of them");
    await drain();
    clock.advance(600_000);
    await drain();
    assert.equal(
      (await alertsOf(bob)).length,
      6,
      "the rule's own polls and backfill find nothing new in them",
    );
    assert.equal((await deps.sql`select listing_id from matches`).length, 8);
  });
});

Deno.test("releases without a date are new only where a poll of the same search ran since and did not see them", async () => {
  await withMarkets({ discogs: someReleases(1) }, async ({ client, clock, drain, deps }, { stock }) => {
    const [ada, bob, cy] = [await client("ada"), await client("bob"), await client("cy")];
    await saveRule(bob, aRule({}, { sources: ["discogs"] }));
    await saveRule(cy, aRule({}, { sources: ["discogs"], keywords: ["miles davis"] }));
    await drain();
    assert.deepEqual([await alertsOf(bob), await alertsOf(cy)], [[], []], "the first run of each");
    clock.advance(60_000);
    stock.discogs = [aRow(900), ...stock.discogs];
    await search(ada);
    // The search of Bob's poll: the release came since its last run, so it is new to Cy as well.
    assert.deepEqual([await reasonsOf(bob), await reasonsOf(cy)], [["new_release"], ["new_release"]]);
    // Nobody polls this search: forty releases that may have been there for years.
    stock.discogs = someReleases(41).slice(1);
    await search(ada, { keywords: ["miles davis kind"] });
    assert.deepEqual([(await alertsOf(bob)).length, (await alertsOf(cy)).length], [1, 1]);
    assert.equal((await deps.sql`select listing_id from matches`).length, 2 * 42, "recorded");
  });
});

Deno.test("a release that a search finds for a rule with a bound has its floor polled, as one that a poll finds", async () => {
  await withMarkets({ discogs: [] }, async ({ client, drain, clock }, { discogs, stock }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    await saveRule(bob, aRule({}, { sources: ["discogs"], max_price: 20 }));
    await drain();
    stock.discogs = [aRow(101)];
    await search(ada);
    discogs.answer(({ path }) => {
      assert.equal(path, "/marketplace/stats/101");
      return Response.json(someStats(15));
    });
    clock.advance(1_000);
    await drain();
    assert.equal(discogs.requestsTo("/marketplace/stats/101").length, 1);
    assert.equal((await alertsOf(bob)).length, 1);
  });
});
