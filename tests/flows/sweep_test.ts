/** Semantics §6: a sweep reads all pages, sees what moved behind the first, and ends what two of them no longer find. */
import assert from "node:assert/strict";
import { inboxOf, ingestAll, saveRule } from "../support/calls.ts";
import { anEbayItem, ebayEnv, SEARCH_PATH, TOKEN_PATH } from "../support/ebay.ts";
import { aListing, aRule, type NewQuery, type NewRule } from "../support/factories.ts";
import { json, type Script, startScriptedServer } from "../support/scripted_server.ts";
import { type Client, type TestService, withService } from "../support/service.ts";

const HOUR_MS = 3_600_000;
/** eBay's page. */
const PAGE = 200;

/** A rule polled every three hours: with terms of six hours every second run is a sweep. */
function ebayRule(query: NewQuery = {}): NewRule {
  return aRule({ poll_interval_seconds: 10_800 }, { sources: ["ebay"], ...query });
}

type Items = readonly Record<string, unknown>[];

/** eBay with pages: the items whose title has all words of the search. */
function pages(items: () => Items): Script {
  return ({ path, query }) => {
    if (path === TOKEN_PATH) return json({ access_token: "t", expires_in: 7200, token_type: "x" });
    const words = (query.get("q") ?? "").toLowerCase().split(/[^a-z]+/).filter(Boolean);
    const found = items().filter((item) =>
      words.every((word) => String(item["title"]).toLowerCase().includes(word))
    );
    const offset = Number(query.get("offset"));
    return json({ total: found.length, offset, itemSummaries: found.slice(offset, offset + PAGE) });
  };
}

interface World extends TestService {
  ada: Client;
  /** The next run, three hours on: every second one is a sweep. */
  run(): Promise<void>;
  searches(): number;
  ended(): Promise<string[]>;
}

async function withEbay(items: () => Items, work: (world: World) => Promise<void>): Promise<void> {
  await using ebay = startScriptedServer(pages(items));
  await withService(async (service) => {
    const { deps, clock, drain } = service;
    await work({
      ...service,
      ada: await service.client("ada"),
      run: async () => {
        clock.advance(3 * HOUR_MS);
        await drain();
      },
      searches: () => ebay.requestsTo(SEARCH_PATH).length,
      ended: async () => {
        const rows = await deps.sql<{ external_id: string }>`
          select external_id from listings where status = 'ended' order by external_id`;
        return rows.map((row) => row.external_id);
      },
    });
  }, ebayEnv(ebay.url));
}

async function endedEvents(person: Client, { deps }: TestService): Promise<number> {
  const rows = await deps
    .sql`select id from events where user_id = ${person.userId} and type = 'LISTING_ENDED'`;
  return rows.length;
}

const stays = anEbayItem({ itemId: "stays" });
const goes = anEbayItem({ itemId: "goes", price: { value: "50.00", currency: "USD" } });

Deno.test("an offer missing in two complete sweeps ends once, and relisted at its price it does not alert again", async () => {
  let items = [stays, goes];
  await withEbay(() => items, async (world) => {
    const { ada, drain, run, ended, deps } = world;
    await saveRule(ada, ebayRule());
    await drain();
    await run();
    items = [stays];
    await run();
    await run();
    assert.deepEqual(await ended(), []);
    await run();
    await run();
    assert.deepEqual(await ended(), ["goes"]);
    assert.equal(await endedEvents(ada, world), 1);
    const states = await deps.sql<{ status: string }>`
      select o.status from price_observations o join listings l on l.id = o.listing_id
      where l.external_id = 'goes' order by o.observed_at`;
    assert.deepEqual(states.map((row) => row.status), ["active", "ended"]);
    for (let more = 0; more < 4; more++) await run();
    assert.equal(await endedEvents(ada, world), 1);
    assert.equal((await inboxOf(ada)).length, 2);
    items = [goes, stays];
    await run();
    assert.deepEqual(await ended(), []);
    assert.equal((await inboxOf(ada)).length, 2);
  });
});

Deno.test("an offer that one sweep missed and the next one found does not end", async () => {
  let items = [stays, goes];
  await withEbay(() => items, async ({ ada, drain, run, ended }) => {
    await saveRule(ada, ebayRule());
    await drain();
    for (const found of [[stays], [stays], [stays, goes], [stays], [stays], [stays, goes]]) {
      items = found;
      await run();
    }
    assert.deepEqual(await ended(), []);
  });
});

Deno.test("an offer that another poll still finds does not end, and ends when that one loses it too", async () => {
  let items = [stays, goes];
  // The search for "blue" is stale: only the search for "kind" still shows it.
  const hidden = anEbayItem({ itemId: "goes", title: "Kind Of Bloo" });
  await withEbay(() => items, async (world) => {
    const { ada, drain, run, ended, clock } = world;
    await saveRule(ada, ebayRule({ keywords: ["blue"] }));
    await saveRule(ada, ebayRule({ keywords: ["kind"] }));
    await drain();
    items = [stays, hidden];
    for (let runs = 0; runs < 8; runs++) await run();
    assert.deepEqual(await ended(), []);
    items = [stays];
    clock.advance(HOUR_MS);
    for (let runs = 0; runs < 5; runs++) await run();
    assert.deepEqual(await ended(), ["goes"]);
    assert.equal(await endedEvents(ada, world), 1);
  });
});

Deno.test("a sweep that stops at its limit ends nothing, however often", async () => {
  const many = Array.from({ length: 5 * PAGE + 2 }, (_, n) => anEbayItem({ itemId: `item-${n}` }));
  let items = [...many, goes];
  await withEbay(() => items, async ({ ada, drain, run, ended, searches }) => {
    await saveRule(ada, ebayRule());
    await drain();
    assert.equal(searches(), 1);
    await run();
    assert.equal(searches(), 6);
    items = many.slice(1);
    for (let runs = 0; runs < 5; runs++) await run();
    assert.deepEqual(await ended(), []);
  });
});

Deno.test("a sweep sees a price fall behind the first page, and takes what it meets there for already for sale", async () => {
  // No dates: only the place in the search says what is new.
  const undated = (fields: Record<string, unknown>) => anEbayItem({ itemCreationDate: null, ...fields });
  const price = (value: string) => ({ price: { value, currency: "USD" } });
  const first = Array.from({ length: PAGE }, (_, n) => undated({ itemId: `first-${n}`, ...price("30.00") }));
  const behind = Array.from({ length: 20 }, (_, n) => undated({ itemId: `behind-${n}`, ...price("40.00") }));
  let items = [...first, ...behind];
  await withEbay(() => items, async ({ ada, drain, run, deps }) => {
    await saveRule(ada, { ...ebayRule(), alerts: { first_run: "none" } });
    await drain();
    await run();
    assert.equal((await deps.sql`select listing_id from matches`).length, PAGE + 20);
    assert.deepEqual(await inboxOf(ada), []);
    items = [
      undated({ itemId: "new", ...price("60.00") }),
      ...first,
      undated({ itemId: "behind-0", ...price("20.00") }),
      ...behind.slice(1),
    ];
    await run();
    await run();
    const inbox = await inboxOf(ada);
    assert.deepEqual(inbox.map(({ payload }) => [payload.price, payload.reason]).sort(), [
      [20, "into_range"],
      [60, "new_listing"],
    ]);
  });
});

Deno.test("an ended offer of a batch for more users than one transaction holds is recorded for each of them", async () => {
  await withService(async ({ client, deps, clock }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule());
    await deps.sql`
      with people as (
        insert into users (email, created_at, updated_at)
        select 'user' || n || '@example.com', now(), now() from generate_series(1, 2100) as n returning id
      ), rules as (
        insert into compiled_rules (owner_kind, owner_id, user_id, label, query, active, active_since, backfill_state)
        select c.owner_kind, gen_random_uuid(), p.id, c.label, c.query, true, c.active_since, 'completed'
        from people p cross join compiled_rules c returning id, user_id
      )
      insert into rule_anchors (compiled_rule_id, user_id, anchor, tokens, sources)
      select r.id, r.user_id, a.anchor, a.tokens, a.sources from rules r cross join rule_anchors a`;
    const offers = ["a", "b"].map((external_id) =>
      aListing({ external_id, listed_at: "2026-11-23T12:00:00Z" })
    );
    await ingestAll(ada, offers);
    clock.advance(1_000);
    await ingestAll(ada, offers.map((offer) => ({ ...offer, status: "ended" })));
    const [row] = await deps.sql`select count(*) as count from events where type = 'LISTING_ENDED'`;
    assert.equal(row?.["count"], 2 * 2_101);
  });
});

Deno.test("the simulated market shows endings and relists, and nothing ends that is still for sale", async () => {
  await withService(async ({ client, clock, drain, deps }) => {
    const ada = await client("ada");
    const query = { keywords: ["miles davis"], sources: ["mock"] };
    await saveRule(ada, { name: "Miles", query, poll_interval_seconds: 60 });
    const market = deps.providers.get(
      "mock",
    )! as import("../../src/providers/simulated/market.ts").SimulatedMarket;
    for (let minute = 0; minute < 25; minute++) {
      clock.advance(60_000);
      await drain();
    }
    const ended = await deps.sql<{ external_id: string; late_seconds: number }>`
      select external_id, extract(epoch from ended_at - observed_at)::float8 as late_seconds
      from listings where status = 'ended'`;
    const onSale = new Set(market.offersAt(clock.now()).map((offer) => offer.external_id));
    assert.deepEqual(ended.filter(({ external_id }) => onSale.has(external_id)), []);
    const [log] = await deps.sql`
      select count(*) filter (where type = 'LISTING_ENDED') as ended,
        count(*) filter (where type = 'LISTING_PRICE_DROP') as drops,
        count(*) filter (where type = 'LISTING_PRICE_RISE') as rises from events`;
    assert.ok(ended.length > 20 && log?.["ended"] > 20, `${ended.length} ended, ${log?.["ended"]} noted`);
    assert.ok(ended.every(({ late_seconds }) => late_seconds <= 600), "ends show within minutes");
    assert.ok(log?.["drops"] > 0 && log?.["rises"] > 0, JSON.stringify(log));
    const inbox = await inboxOf(ada, { limit: 200 });
    assert.ok(inbox.some(({ url }) => url?.endsWith("r")), "a relist alerts");
  }, { SIMULATED_MARKET: "true" });
});
