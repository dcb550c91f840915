/** Offers that somebody was alerted to, looked at one by one: against an eBay on this machine. */
import assert from "node:assert/strict";
import { addSeconds } from "../../src/platform/clock.ts";
import { waitForIngests } from "../../src/listings/store.ts";
import { checkListing } from "../../src/polling/check_listing.ts";
import { claimChecks } from "../../src/polling/claim_checks.ts";
import { findCallsLeft, takeCall } from "../../src/providers/quota.ts";
import { endTheWait } from "../support/database.ts";
import { anEbayItem, ebayEnv, SEARCH_PATH, TOKEN_PATH } from "../support/ebay.ts";
import { aRule } from "../support/factories.ts";
import { json, type Script, type ScriptedServer, startScriptedServer } from "../support/scripted_server.ts";
import { type Client, type TestService, withService } from "../support/service.ts";

const ID = "v1|101|0";
const ITEM = anEbayItem({ itemId: ID, itemWebUrl: "https://www.ebay.com/itm/101" });
const ITEM_PATH = `/buy/browse/v1/item/${encodeURIComponent(ID)}`;
const GONE = () =>
  json({ errors: [{ errorId: 11001, message: "The specified item Id was not found." }] }, { status: 404 });
/** A quarter of an hour before six hours have passed. */
const DUE_SECONDS = 6 * 3_600 - 900;

const answering = (item: Script, found: unknown = ITEM): Script => (request, seen) => {
  if (request.path === TOKEN_PATH) return json({ access_token: "t", expires_in: 7200, token_type: "x" });
  if (request.path === SEARCH_PATH) return json({ total: 1, limit: 200, offset: 0, itemSummaries: [found] });
  return item(request, seen);
};

interface World extends TestService {
  ada: Client;
  ebay: ScriptedServer;
  /** How often the single item was asked for. */
  looks(): number;
  /** Claims what is due and works it. */
  check(): Promise<string[]>;
}

/** Ada was alerted to the item at noon, by a search that comes again after `poll_interval_seconds`. */
async function withAlert(
  work: (world: World) => Promise<void>,
  { found = ITEM, item = () => json(found), poll_interval_seconds = 86_400, ...query }: {
    found?: unknown;
    item?: Script;
    poll_interval_seconds?: number;
    marketplaces?: string[];
  } = {},
): Promise<void> {
  await using ebay = startScriptedServer(answering(item, found));
  await withService(async (service) => {
    const ada = await service.client("ada");
    const rule = aRule({ poll_interval_seconds }, { sources: ["ebay"], ...query });
    assert.equal((await ada.post("/api/watch-rules", rule)).status, 201);
    await service.drain();
    assert.equal((await ada.get("/api/notifications")).body.length, 1);
    await work({
      ...service,
      ada,
      ebay,
      looks: () => ebay.requestsTo(ITEM_PATH).length,
      check: async () => {
        const kinds: string[] = [];
        for (const row of await claim(service)) kinds.push((await checkListing(service.deps, row)).kind);
        return kinds;
      },
    });
  }, ebayEnv(ebay.url));
}

const claim = ({ deps, clock }: TestService) => claimChecks(deps, { now: clock.now(), limit: 10 });
const planned = ({ deps }: TestService) => deps.sql<{ due_at: Date }>`select due_at from listing_checks`;
const typesOf = async ({ ada }: World) =>
  (await ada.get("/api/events")).body.map((event: { type: string }) => event.type).sort();

Deno.test("checkListing() looks at an alerted offer a quarter of an hour before it may no longer be shown", () =>
  withAlert(async (world) => {
    world.clock.advance(DUE_SECONDS * 1000 - 1);
    assert.deepEqual(await world.check(), []);
    world.clock.advance(1);
    assert.deepEqual(await world.check(), ["seen"]);
    assert.equal(world.looks(), 1);
    const [listing] = await world.deps.sql<{ observed_at: Date; expires_at: Date }>`
      select observed_at, expires_at from listings`;
    assert.deepEqual(listing?.observed_at, world.clock.now());
    assert.deepEqual(listing?.expires_at, addSeconds(world.clock.now(), 21_600));
    assert.deepEqual(await planned(world), [{ due_at: addSeconds(world.clock.now(), DUE_SECONDS) }]);
    assert.deepEqual(await world.check(), []);
    assert.equal((await world.ada.get("/api/notifications")).body.length, 1);
  }));

Deno.test("checkListing() asks the marketplace that showed the offer, so that its shipping stays that of its buyers", () => {
  const found = { ...ITEM, listingMarketplaceId: "EBAY_GB" };
  const item: Script = ({ headers }) => {
    const value = headers.get("x-ebay-c-marketplace-id") === "EBAY_GB" ? "3.50" : "25.00";
    return json({ ...found, shippingOptions: [{ shippingCost: { value, currency: "USD" } }] });
  };
  return withAlert(async (world) => {
    world.clock.advance(DUE_SECONDS * 1000);
    assert.deepEqual(await world.check(), ["seen"]);
    const listings = await world.deps.sql`
      select shipping_minor, shipping -> 'EBAY_GB' -> 'minor' as british, marketplaces from listings`;
    assert.deepEqual(listings, [{ shipping_minor: null, british: 350, marketplaces: ["EBAY_GB"] }]);
  }, { found, item, marketplaces: ["EBAY_GB"] });
});

Deno.test("checkListing() alerts when the offer has become cheaper", () =>
  withAlert(async (world) => {
    world.clock.advance(DUE_SECONDS * 1000);
    assert.deepEqual(await world.check(), ["seen"]);
    const [row] = (await world.ada.get("/api/notifications")).body;
    assert.deepEqual([row.event_type, row.payload.price, row.payload.previous_price], [
      "LISTING_PRICE_DROP",
      19.99,
      24.99,
    ]);
  }, { item: () => json({ ...ITEM, price: { value: "19.99", currency: "USD" } }) }));

for (
  const [what, item] of [
    ["does not know any more", GONE],
    [
      "says is out of stock",
      () => json({ ...ITEM, estimatedAvailabilities: [{ estimatedAvailabilityStatus: "OUT_OF_STOCK" }] }),
    ],
  ] as [string, Script][]
) {
  Deno.test(`checkListing() ends an offer that eBay ${what}, and never looks again`, () =>
    withAlert(async (world) => {
      world.clock.advance(DUE_SECONDS * 1000);
      assert.deepEqual(await world.check(), ["ended"]);
      const ended = ["LISTING_ENDED", "LISTING_FIRST_SEEN", "NEW_MATCH", "RULE_CREATED"];
      assert.deepEqual(await typesOf(world), ended);
      world.clock.advance(3_600_000);
      assert.deepEqual([await world.check(), await planned(world), await typesOf(world)], [[], [], ended]);
      assert.equal(world.looks(), 1);
    }, { item }));
}

Deno.test("checkListing() waits as after a failure when what eBay said cannot be stored in time", () =>
  withAlert(async (world) => {
    const { deps, clock } = world;
    clock.advance(DUE_SECONDS * 1000);
    const [row] = await claim(world);
    await deps.sql.begin(async (tx) => {
      await waitForIngests(tx);
      const checking = checkListing(deps, row!);
      await endTheWait(deps.sql);
      assert.equal((await checking).kind, "failed");
    });
    clock.advance(29_000);
    assert.deepEqual(await world.check(), []);
    clock.advance(1_000);
    assert.deepEqual(await world.check(), ["seen"]);
    assert.equal(world.looks(), 2);
  }));

Deno.test("checkListing() says nothing of an offer when eBay fails, and comes again when eBay may be asked", () =>
  withAlert(async (world) => {
    world.clock.advance(DUE_SECONDS * 1000);
    assert.deepEqual(await world.check(), ["failed"]);
    assert.deepEqual(await world.deps.sql`select status from listings`, [{ status: "active" }]);
    assert.deepEqual(await typesOf(world), ["LISTING_FIRST_SEEN", "NEW_MATCH", "RULE_CREATED"]);
    // eBay is left alone, and the first call after that is a search's.
    world.clock.advance(30_000);
    assert.deepEqual(await world.check(), []);
    assert.equal(world.looks(), 1);
    await world.deps.sql`update provider_states set blocked_until = null`;
    world.ebay.answer(answering(() => json(ITEM)));
    assert.deepEqual(await world.check(), ["seen"]);
  }, { item: () => json({}, { status: 503 }) }));

Deno.test("checkListing() waits longer after each bad answer about one offer, which leaves eBay to the others", () =>
  withAlert(async (world) => {
    world.clock.advance(DUE_SECONDS * 1000);
    for (const seconds of [30, 60, 300]) {
      assert.deepEqual(await world.check(), ["failed"]);
      world.clock.advance(seconds * 1000 - 1);
      assert.deepEqual(await world.check(), []);
      world.clock.advance(1);
    }
    assert.equal(world.looks(), 3);
  }, { item: () => json({ ...ITEM, itemId: "v1|another|0" }) }));

Deno.test("claimChecks() gives way to a search that is due", () =>
  withAlert(async (world) => {
    world.clock.advance(DUE_SECONDS * 1000);
    assert.deepEqual(await world.check(), []);
    await world.drain();
    // The search saw it: nothing is left to look at.
    assert.equal(world.looks(), 0);
    assert.deepEqual(await world.check(), []);
  }, { poll_interval_seconds: DUE_SECONDS }));

Deno.test("checkListing() makes no call for an offer that was seen meanwhile, nor for one nobody wants any more", () =>
  withAlert(async (world) => {
    world.clock.advance((DUE_SECONDS - 60) * 1000);
    await world.deps.sql`update listings set observed_at = ${world.clock.now()},
      expires_at = ${addSeconds(world.clock.now(), 21_600)}`;
    world.clock.advance(60_000);
    assert.deepEqual(await world.check(), ["planned"]);
    const [{ id } = { id: "" }] = (await world.ada.get("/api/watch-rules")).body;
    await world.ada.post(`/api/watch-rules/${id}/disable`);
    world.clock.advance(DUE_SECONDS * 1000);
    assert.deepEqual(await world.check(), ["over"]);
    assert.deepEqual(await planned(world), []);
    assert.equal(world.looks(), 0);
  }));

Deno.test("claimChecks() takes only calls that would be left idle, not those of searches that are repeated", () =>
  withAlert(async (world) => {
    world.clock.advance(DUE_SECONDS * 1000);
    const quota = world.deps.providers.get("ebay")!.capabilities.quota!;
    const left = async (use: "poll" | "spare") => (await findCallsLeft(world.deps, [quota], use))(quota);
    while (await left("spare") > 0) await takeCall(world.deps, { quota, use: "poll" });
    assert.ok(await left("poll") > 50);
    assert.deepEqual(await claim(world), []);
    assert.equal(world.looks(), 0);
  }));

Deno.test("claimChecks() in two processes gives one check to one of them, and a lost lease writes nothing", () =>
  withAlert(async (world) => {
    world.clock.advance(DUE_SECONDS * 1000);
    const both = (await Promise.all([claim(world), claim(world)])).flat();
    assert.equal(both.length, 1);
    world.clock.advance(10_000);
    const [again] = await claim(world);
    assert.equal(again?.token, both[0]!.token + 1);
    assert.deepEqual(await checkListing(world.deps, both[0]!), { kind: "dropped" });
    assert.equal(world.looks(), 0);
    assert.deepEqual(await checkListing(world.deps, again!), { kind: "seen" });
    assert.deepEqual(await checkListing(world.deps, again!), { kind: "dropped" });
    assert.equal(world.looks(), 1);
  }));
