/** Newest first on eBay: what a poll makes of promoted, repeated and reordered rows. */
import assert from "node:assert/strict";
import { saveRule } from "../support/calls.ts";
import { anEbayItem, ebayEnv, SEARCH_PATH, TOKEN_PATH } from "../support/ebay.ts";
import { aRule } from "../support/factories.ts";
import { json, startScriptedServer } from "../support/scripted_server.ts";
import { type TestService, withService } from "../support/service.ts";

/** eBay's page. */
const PAGE = 200;
const MINUTE_MS = 60_000;

type Row = Record<string, unknown>;

interface World extends TestService {
  /** Runs what is due ten minutes on and gives the offsets that were asked for. */
  run(): Promise<string[]>;
  /** Alerts so far, by item. */
  told(): Promise<string[]>;
}

/** A rule on an eBay whose rows stand as `rows` puts them. */
async function withRows(rows: () => readonly Row[], work: (world: World) => Promise<void>): Promise<void> {
  await using ebay = startScriptedServer(({ path, query }) => {
    if (path === TOKEN_PATH) return json({ access_token: "t", expires_in: 7200 });
    const offset = Number(query.get("offset"));
    return json({ total: rows().length, offset, itemSummaries: rows().slice(offset, offset + PAGE) });
  });
  await withService(async (service) => {
    const ada = await service.client("ada");
    await saveRule(ada, aRule({ alerts: { first_run: "none" } }, { sources: ["ebay"] }));
    let asked = 0;
    await work({
      ...service,
      run: async () => {
        service.clock.advance(10 * MINUTE_MS);
        await service.drain();
        const requests = ebay.requestsTo(SEARCH_PATH).slice(asked);
        asked += requests.length;
        return requests.map(({ query }) => query.get("offset") ?? "");
      },
      told: async () => {
        const rows = await service.deps.sql<{ external_id: string }>`
          select l.external_id from events e join listings l on l.id = e.listing_id
          where e.user_id = ${ada.userId} and e.type = 'NEW_MATCH' order by l.external_id`;
        return rows.map((row) => row.external_id);
      },
    });
  }, ebayEnv(ebay.url));
}

const NOON_MS = Date.parse("2026-11-23T12:00:00Z");

/** Item `id`, on sale `minutes` after noon. */
function row(id: string, minutes: number, fields: Row = {}): Row {
  const itemCreationDate = new Date(NOON_MS + minutes * MINUTE_MS).toISOString();
  return anEbayItem({ itemId: id, itemCreationDate, ...fields });
}

/** As many items as pages hold, on sale long before, newest first. */
function older(pages: number): Row[] {
  return Array.from({ length: pages * PAGE }, (_, index) => row(`old-${index}`, -60 - index));
}

/** The first run, and the sweep that follows it. */
async function settle(world: World): Promise<void> {
  assert.deepEqual(await world.run(), ["0"]);
  assert.ok((await world.run()).length >= 1);
}

Deno.test("a promoted item that is known does not stop a poll before the new ones behind it", async () => {
  const promoted = row("promoted", -600, { priorityListing: true });
  let rows = [promoted, ...older(1)];
  await withRows(() => rows, async (world) => {
    await settle(world);
    const fresh = Array.from({ length: PAGE + 50 }, (_, index) => row(`new-${index}`, 25 - index / 100));
    rows = [promoted, ...fresh, ...older(1)];
    assert.deepEqual(await world.run(), ["0", "200"]);
    assert.equal((await world.told()).length, PAGE + 50);
  });
});

Deno.test("a known item in its place stops a poll on its page", async () => {
  let rows = older(3);
  await withRows(() => rows, async (world) => {
    await settle(world);
    rows = [row("new", 25), ...rows];
    assert.deepEqual(await world.run(), ["0"]);
    assert.deepEqual(await world.told(), ["new"]);
  });
});

Deno.test("rows that two pages repeat, or one shows in any order, alert once each", async () => {
  let rows = older(1);
  await withRows(() => rows, async (world) => {
    await settle(world);
    const fresh = Array.from({ length: PAGE }, (_, index) => row(`new-${index}`, 25 - index / 100));
    // While the first page was read three offers went on sale, so that its last three begin the second.
    rows = [...fresh.toReversed(), ...fresh.slice(0, 3), ...older(1)];
    assert.deepEqual(await world.run(), ["0", "200"]);
    assert.equal((await world.told()).length, PAGE);
    await world.run();
    assert.equal((await world.told()).length, PAGE);
  });
});

Deno.test("a poll asks eBay the same query in every run", async () => {
  await using ebay = startScriptedServer(({ path }) =>
    path === TOKEN_PATH ? json({ access_token: "t", expires_in: 7200 }) : json({ total: 0 })
  );
  await withService(async ({ client, clock, drain }) => {
    const rule = (max_price: number, min_condition: string) =>
      aRule({}, { sources: ["ebay"], max_price, min_condition, exclude_keywords: ["cd"] });
    await saveRule(await client("ada"), rule(20, "VG"));
    await saveRule(await client("bob"), rule(90, "NM"));
    for (let run = 0; run < 3; run++) {
      await drain();
      clock.advance(10 * MINUTE_MS);
    }
    const asked = ebay.requestsTo(SEARCH_PATH).map(({ query }) => String(query));
    assert.equal(asked.length, 3);
    assert.equal(new Set(asked).size, 1);
  }, ebayEnv(ebay.url));
});
