/** What becomes of a run that is cut short behind its first page: no call is left, or the provider fails. */
import assert from "node:assert/strict";
import { inboxOf, readRule, saveRule } from "../support/calls.ts";
import { anEbayItem, ebayEnv, SEARCH_PATH, TOKEN_PATH } from "../support/ebay.ts";
import { aRule } from "../support/factories.ts";
import { useCalls } from "../support/quota.ts";
import { json, type Script, startScriptedServer } from "../support/scripted_server.ts";
import { withService } from "../support/service.ts";

const HOUR_MS = 3_600_000;
/** eBay's page. */
const PAGE = 200;
/** Of these, polls get five in an hour. */
const FEW_CALLS = { EBAY_CALLS_PER_DAY: "100" };

type Items = readonly Record<string, unknown>[];

/** eBay, newest first; of Coltrane it has nothing. */
function pages(items: () => Items, { brokenFrom = Infinity }: { brokenFrom?: number } = {}): Script {
  return ({ path, query }) => {
    if (path === TOKEN_PATH) return json({ access_token: "t", expires_in: 7200, token_type: "x" });
    const offset = Number(query.get("offset"));
    if (offset >= brokenFrom) return json({}, { status: 400 });
    const found = query.get("q")?.includes("coltrane") ? [] : items();
    return json({ total: found.length, offset, itemSummaries: found.slice(offset, offset + PAGE) });
  };
}

function itemsSince(name: string, count: number, listedAt: string): Items {
  return Array.from(
    { length: count },
    (_, n) => anEbayItem({ itemId: `${name}-${n}`, itemCreationDate: listedAt }),
  );
}

Deno.test("a sweep that never has calls enough keeps nobody from new offers, and its neighbours run", async () => {
  const old = itemsSince("old", 5 * PAGE, "2026-11-01T00:00:00.000Z");
  let items = old;
  await using ebay = startScriptedServer(pages(() => items));
  await withService(async ({ client, clock, drain, deps }) => {
    const ada = await client("ada");
    const alerts = { first_run: "none" as const };
    await saveRule(ada, aRule({ poll_interval_seconds: 3600, alerts }, { sources: ["ebay"] }));
    await saveRule(ada, aRule({ poll_interval_seconds: 900 }, { sources: ["ebay"], keywords: ["coltrane"] }));
    await drain();
    items = [anEbayItem({ itemId: "new", itemCreationDate: "2026-11-23T12:30:00.000Z" }), ...old];
    for (let quarter = 0; quarter < 16; quarter++) {
      clock.advance(HOUR_MS / 4);
      await drain();
    }
    assert.deepEqual((await inboxOf(ada)).map(({ payload }) => payload.reason), ["new_listing"]);
    const polls = await deps.sql<{ runs: number }>`select runs from polls order by interval_seconds`;
    assert.ok(polls[0]!.runs >= 12 && polls[1]!.runs >= 4, `${polls.map(({ runs }) => runs)} runs in 4 h`);
    assert.deepEqual(await deps.sql`select 1 from listings where status = 'ended'`, []);
  }, { ...ebayEnv(ebay.url), ...FEW_CALLS });
});

Deno.test("what a run had no call for the next one reads, and until then there is a gap", async () => {
  const old = itemsSince("old", 10, "2026-11-01T00:00:00.000Z");
  let items = old;
  await using ebay = startScriptedServer(pages(() => items));
  await withService(async ({ client, clock, drain, deps }) => {
    const ada = await client("ada");
    const alerts = { first_run: "none" as const };
    const rule = await saveRule(ada, aRule({ poll_interval_seconds: 7200, alerts }, { sources: ["ebay"] }));
    await drain();
    clock.advance(2 * HOUR_MS);
    await drain();
    const told = async () => {
      const [row] = await deps.sql<
        { count: number }
      >`select count(*) as count from events where type = 'NEW_MATCH'`;
      return row!.count;
    };
    items = [...itemsSince("new", 2 * PAGE + 50, "2026-11-23T15:00:00.000Z"), ...old];
    clock.advance(2 * HOUR_MS);
    await useCalls(deps, "ebay", 4);
    await drain();
    assert.equal(await told(), PAGE);
    assert.equal((await readRule(ada, rule.id)).polling?.coverage_gap_at, clock.now().toISOString());
    clock.advance(2 * HOUR_MS);
    await drain();
    assert.equal(await told(), 2 * PAGE + 50);
    const offsets = ebay.requestsTo(SEARCH_PATH).slice(-4).map(({ query }) => query.get("offset"));
    assert.deepEqual(offsets, ["0", "0", "200", "400"]);
  }, { ...ebayEnv(ebay.url), ...FEW_CALLS });
});

Deno.test("a sweep that fails far behind, time and again, keeps nobody from new offers, and is tried when it is due", async () => {
  const old = itemsSince("old", 5 * PAGE, "2026-11-01T00:00:00.000Z");
  let items = old;
  await using ebay = startScriptedServer(pages(() => items, { brokenFrom: 3 * PAGE }));
  await withService(async ({ client, clock, drain, deps }) => {
    const ada = await client("ada");
    const alerts = { first_run: "none" as const };
    await saveRule(ada, aRule({ poll_interval_seconds: 3600, alerts }, { sources: ["ebay"] }));
    await drain();
    items = [anEbayItem({ itemId: "new", itemCreationDate: "2026-11-23T12:30:00.000Z" }), ...old];
    const asked: number[] = [];
    for (let hour = 0; hour < 8; hour++) {
      const before = ebay.requestsTo(SEARCH_PATH).length;
      clock.advance(HOUR_MS);
      await drain();
      asked.push(ebay.requestsTo(SEARCH_PATH).length - before);
    }
    assert.deepEqual((await inboxOf(ada)).map(({ payload }) => payload.reason), ["new_listing"]);
    assert.deepEqual(asked, [4, 1, 1, 1, 1, 1, 4, 1]);
    const [poll] = await deps.sql`select runs, failures, last_error from polls`;
    assert.deepEqual(poll, { runs: 9, failures: 0, last_error: null });
    const [state] = await deps.sql`select failures, last_error from provider_states where provider = 'ebay'`;
    assert.match(String(state?.["last_error"]), /status 400/);
    assert.deepEqual(await deps.sql`select 1 from listings where status = 'ended'`, []);
  }, ebayEnv(ebay.url));
});
