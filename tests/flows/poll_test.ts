/** Path B: one provider query for everybody, one transaction from what it says to the alerts. */
import assert from "node:assert/strict";
import { inboxOf, readRule, saveRule } from "../support/calls.ts";
import { anEbayItem, ebayEnv, ebayScript, SEARCH_PATH, TOKEN_PATH } from "../support/ebay.ts";
import { aRule } from "../support/factories.ts";
import { html, json, type Script, startScriptedServer } from "../support/scripted_server.ts";
import { type Client, type TestService, withService } from "../support/service.ts";

const EBAY_RULE = aRule({ poll_interval_seconds: 60 }, { keywords: ["Kind of Blue"], sources: ["ebay"] });

async function withEbay(
  script: Script,
  work: (service: TestService, ebay: ReturnType<typeof startScriptedServer>) => Promise<void>,
): Promise<void> {
  await using ebay = startScriptedServer(script);
  await withService((service) => work(service, ebay), ebayEnv(ebay.url));
}

Deno.test("three users' rules on one query cost one token call and one search, and each user gets one alert", async () => {
  const items = [
    anEbayItem(),
    anEbayItem({ title: "Kind of Blue CD" }),
    anEbayItem({ title: "Blue Train LP" }),
  ];
  await withEbay(ebayScript(() => items), async ({ client, drain, clock, deps }, ebay) => {
    const people = await Promise.all(["ada", "bob", "cyd"].map(client));
    await saveRule(people[0]!, EBAY_RULE);
    await saveRule(people[1]!, aRule({}, { keywords: ["blue", "of", "kind"], sources: ["ebay"] }));
    await saveRule(people[2]!, aRule({}, { q: "KIND blue of", exclude_keywords: ["cd"], sources: ["ebay"] }));
    await drain();
    assert.equal(ebay.requestsTo(TOKEN_PATH).length, 1);
    assert.equal(ebay.requestsTo(SEARCH_PATH).length, 1);
    assert.equal((await deps.sql`select id from listings`).length, 3);
    assert.deepEqual(await Promise.all(people.map(countAlerts)), [2, 2, 1]);
    clock.advance(61_000);
    await drain();
    assert.equal(ebay.requestsTo(SEARCH_PATH).length, 2);
    assert.equal(ebay.requestsTo(TOKEN_PATH).length, 1);
    assert.deepEqual(await Promise.all(people.map(countAlerts)), [2, 2, 1]);
    assert.equal((await deps.sql`select listing_id from price_observations`).length, 3);
    assert.equal((await deps.sql`select id from provider_requests`).length, 3);
  });
});

Deno.test("a first poll records what was for sale before the rule and alerts the five cheapest of it", async () => {
  const old = Array.from(
    { length: 7 },
    (_, n) =>
      anEbayItem({
        itemCreationDate: "2026-11-01T00:00:00.000Z",
        price: { value: `${50 - n}.00`, currency: "USD" },
      }),
  );
  const items = [anEbayItem({ price: { value: "99.00", currency: "USD" } }), ...old];
  await withEbay(ebayScript(() => items), async ({ client, drain }) => {
    const ada = await client("ada");
    const rule = await saveRule(ada, EBAY_RULE);
    await drain();
    const after = await readRule(ada, rule.id);
    assert.deepEqual(after.backfill, { state: "completed", found: 7, alerted: 5 });
    assert.equal(after.last_run_at, "2026-11-23T12:00:00.000Z");
    const inbox = await inboxOf(ada);
    assert.deepEqual(inbox.map((one) => one.payload.price!).sort((a, b) => a - b), [44, 45, 46, 47, 48, 99]);
    assert.equal(inbox.find((one) => one.payload.price === 99)?.payload.reason, "new_listing");
    assert.equal(inbox.find((one) => one.payload.price === 44)?.payload.reason, "already_for_sale");
  });
});

Deno.test("an offer that falls into a rule's range alerts as into_range, however old it is", async () => {
  const item = { itemId: "v1|1|0", itemCreationDate: "2026-11-01T00:00:00.000Z" };
  let price = "50.00";
  const items = () => [anEbayItem({ ...item, price: { value: price, currency: "USD" } })];
  await withEbay(ebayScript(items), async ({ client, drain, clock }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule({ poll_interval_seconds: 60 }, { sources: ["ebay"], max_price: 40 }));
    await drain();
    assert.equal(await countAlerts(ada), 0);
    price = "39.99";
    clock.advance(61_000);
    await drain();
    const [alert, ...others] = await inboxOf(ada);
    assert.deepEqual(others, []);
    assert.equal(alert!.payload.reason, "into_range");
    assert.equal(alert!.payload.price, 39.99);
    assert.deepEqual(alert!.payload.attribution, {
      text: "Listing data from eBay",
      url: "https://www.ebay.com",
    });
  });
});

const FAILURES: [string, Script, string][] = [
  [
    "a 200 that ignored a filter",
    () => json({ total: 0, warnings: [{ errorId: 12002, message: "Invalid filter" }] }),
    "bad_response",
  ],
  ["an HTML page", () => html(200), "blocked"],
  [
    "a 429",
    () => json({ errors: [{ errorId: 2001 }] }, { status: 429, headers: { "retry-after": "120" } }),
    "rate_limited",
  ],
  ["a 503", () => new Response("", { status: 503 }), "unavailable"],
  [
    "half a body",
    () => new Response(`{"total": 3, "itemSumm`, { headers: { "content-type": "application/json" } }),
    "bad_response",
  ],
];

for (const [name, answer, kind] of FAILURES) {
  Deno.test(`a poll that meets ${name} fails, is planned again and alerts once the provider is well`, async () => {
    let ill = true;
    const well = ebayScript(() => [anEbayItem()]);
    const script: Script = (request, seen) =>
      ill && request.path === SEARCH_PATH ? answer(request, seen) : well(request, seen);
    await withEbay(script, async ({ client, drain, clock, deps }, ebay) => {
      const ada = await client("ada");
      const rule = await saveRule(ada, EBAY_RULE);
      await drain();
      const [poll] = await deps.sql`select runs, failures, last_error, next_poll_at, lease_until from polls`;
      assert.deepEqual([poll?.["runs"], poll?.["failures"], poll?.["lease_until"]], [0, 1, null]);
      assert.match(poll?.["last_error"], new RegExp(`^${kind}: `));
      assert.ok(poll?.["next_poll_at"] > clock.now());
      assert.equal((await readRule(ada, rule.id)).last_run_at, null);
      assert.equal(ebay.requestsTo(SEARCH_PATH).length, 1);
      ill = false;
      clock.advance(121_000);
      await drain();
      assert.equal(await countAlerts(ada), 1);
      assert.equal((await deps.sql`select id from provider_requests where error is not null`).length, 1);
    });
  });
}

Deno.test("a 429 with Retry-After keeps every poll of the provider back until then, and not a second longer", async () => {
  let ill = true;
  const well = ebayScript(() => []);
  const script: Script = (request, seen) =>
    ill && request.path === SEARCH_PATH
      ? json({}, { status: 429, headers: { "retry-after": "90" } })
      : well(request, seen);
  await withEbay(script, async ({ client, drain, clock, deps }, ebay) => {
    const ada = await client("ada");
    await saveRule(ada, EBAY_RULE);
    await drain();
    await saveRule(ada, aRule({}, { keywords: ["blue train"], sources: ["ebay"] }));
    ill = false;
    clock.advance(89_999);
    await drain();
    assert.equal(ebay.requestsTo(SEARCH_PATH).length, 1);
    clock.advance(1);
    await drain();
    assert.equal(ebay.requestsTo(SEARCH_PATH).length, 3);
    assert.deepEqual((await deps.sql`select failures from polls`).map((poll) => poll["failures"]), [0, 0]);
  });
});

Deno.test("a lost lease writes nothing: the poll belongs to who claimed it last", async () => {
  const { runPoll } = await import("../../src/polling/run_poll.ts");
  const { claimPoll } = await import("../../src/polls/claim_store.ts");
  let onSearch = () => Promise.resolve();
  const well = ebayScript(() => [anEbayItem()]);
  const script: Script = async (request, seen) => {
    if (request.path === SEARCH_PATH) await onSearch();
    return await well(request, seen);
  };
  await withEbay(script, async ({ client, clock, deps }) => {
    const ada = await client("ada");
    await saveRule(ada, EBAY_RULE);
    const [poll] = await deps.sql<{ id: string }>`select id from polls`;
    const first = await claimPoll(deps.sql, { id: poll!.id, now: clock.now() });
    onSearch = async () => {
      clock.advance(10_001);
      assert.ok(await claimPoll(deps.sql, { id: poll!.id, now: clock.now() }));
    };
    assert.deepEqual(await runPoll(deps, first!), { kind: "dropped" });
    assert.equal((await deps.sql`select id from listings`).length, 0);
    assert.equal(await countAlerts(ada), 0);
  });
});

async function countAlerts(person: Client): Promise<number> {
  return (await inboxOf(person)).length;
}

const RECORDED = new URL("../../../shared/data/fixtures/ebay/", import.meta.url);

Deno.test("recorded eBay answers go through the service: each listing once, old offers recorded, five alerted", async () => {
  for (const [name, items] of readRecorded()) {
    await withEbay(ebayScript(() => items), async ({ client, drain, deps }) => {
      const ada = await client("ada");
      const words = [...new Set(items.flatMap((item) => String(item["title"]).match(/[a-z]{3,}/gi) ?? []))];
      const rule = await saveRule(
        ada,
        aRule({}, { keywords: [], any_keywords: words.slice(0, 50), sources: ["ebay"] }),
      );
      await drain();
      const ids = new Set(items.map((item) => item["itemId"]));
      assert.equal((await deps.sql`select id from listings`).length, ids.size, name);
      const { backfill } = await readRule(ada, rule.id);
      assert.ok(backfill.found > 0, name);
      assert.equal(backfill.alerted, Math.min(5, backfill.found), name);
      assert.equal((await inboxOf(ada)).length, backfill.alerted, name);
    });
  }
});

/** Search answers recorded by others, where they are at hand; a page of our own where they are not. */
function readRecorded(): [string, Record<string, unknown>[]][] {
  try {
    return [...Deno.readDirSync(RECORDED)].flatMap(({ name }): [string, Record<string, unknown>[]][] => {
      const body = JSON.parse(Deno.readTextFileSync(new URL(name, RECORDED)));
      const items = Array.isArray(body) ? body : body.itemSummaries;
      return Array.isArray(items) && items.length > 0 && items[0].itemId ? [[name, items]] : [];
    });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return [[
      "own",
      Array.from({ length: 8 }, () => anEbayItem({ itemCreationDate: "2023-09-05T00:00:00.000Z" })),
    ]];
  }
}
