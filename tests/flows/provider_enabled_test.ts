/** A provider that gets its credentials after watches were saved is asked for them too. */
import assert from "node:assert/strict";
import { CRONS } from "../../src/app/crons.ts";
import { createHttpApp } from "../../src/app/http.ts";
import { changeRule, inboxOf, readRule, saveRule, watchRelease } from "../support/calls.ts";
import { discogsEnv, discogsScript, someStats } from "../support/discogs.ts";
import { anEbayItem, ebayEnv, ebayScript, SEARCH_PATH } from "../support/ebay.ts";
import { aRelease, aRule } from "../support/factories.ts";
import { startScriptedServer } from "../support/scripted_server.ts";
import { type Client, createClient, type TestService, withService } from "../support/service.ts";
import { withoutProviders } from "../support/without_providers.ts";

const DAY_MS = 86_400_000;

/** The same service with these providers disabled, as it is before an operator enters their credentials. */
async function clientWithout(ids: readonly string[], { deps }: TestService, name: string): Promise<Client> {
  const providers = withoutProviders(deps.providers, ids);
  const app = createHttpApp({ ...deps, providers });
  return await createClient((path, init) => Promise.resolve(app.request(path, init, {})), name);
}

async function planMissing({ deps }: TestService): Promise<void> {
  const cron = CRONS.find(({ name }) => name === "plan-missing-polls");
  await cron?.run({ ...deps, dispatcher: null });
}

Deno.test("rules and release watches are searched at a provider that was disabled when they were saved", async () => {
  const offers = Array.from({ length: 9 }, (_, n) => anEbayItem({ itemId: `offer-${n}` }));
  await using ebay = startScriptedServer(ebayScript(() => offers));
  const stats = { 101: someStats(9) };
  await using discogs = startScriptedServer(discogsScript({ rows: [], stats, masters: {} }));
  await withService(async (service) => {
    const { clock, drain, deps } = service;
    const ada = await clientWithout(["ebay", "discogs"], service, "ada");
    await saveRule(ada, aRule({}, { sources: ["ebay"] }));
    await watchRelease(ada, aRelease());
    await drain();
    assert.deepEqual([ebay.requests.length, discogs.requests.length], [0, 0]);

    // On sale since the day on which the rule began: no news a week later.
    clock.advance(7 * DAY_MS);
    await planMissing(service);
    await drain();
    assert.equal(ebay.requestsTo(SEARCH_PATH).length, 1);
    assert.equal(discogs.requestsTo("/marketplace/stats/101").length, 1);
    const told = (await inboxOf(ada)).filter(({ payload }) => payload.listing_kind === "offer");
    assert.deepEqual(told.map(({ payload }) => payload.reason), Array(5).fill("already_for_sale"));

    await planMissing(service);
    const [count] = await deps.sql`select count(*) as live from poll_subscriptions where ended_at is null`;
    assert.equal(count?.["live"], 2);
  }, { ...ebayEnv(ebay.url), ...discogsEnv(discogs.url) });
});

Deno.test("a rule whose provider is asked in other words goes on: no second first run, and what came meanwhile is news", async () => {
  const old = Array.from(
    { length: 9 },
    (_, n) => anEbayItem({ itemId: `old-${n}`, itemCreationDate: "2026-11-01T00:00:00.000Z" }),
  );
  let items = old;
  await using ebay = startScriptedServer(ebayScript(() => items));
  await withService(async (service) => {
    const { clock, drain, deps } = service;
    const ada = await service.client("ada");
    const rule = await saveRule(ada, aRule({ poll_interval_seconds: 600 }, { sources: ["ebay"] }));
    await drain();
    const told = async () =>
      (await inboxOf(ada)).flatMap(({ payload }) => payload.listing_kind === "offer" ? payload.reason : []);
    assert.deepEqual(await told(), Array(5).fill("already_for_sale"));
    // As an older planner left it.
    await deps.sql`update polls set query_key = repeat('0', 64), query = '{"q": "of old"}'`;
    items = [anEbayItem({ itemId: "new", itemCreationDate: "2026-11-24T00:00:00.000Z" }), ...old];
    clock.advance(7 * DAY_MS);
    await planMissing(service);
    const live = async () =>
      await deps.sql`
        select p.query->>'q' as q, s.interval_seconds from polls p join poll_subscriptions s on s.poll_id = p.id
        where s.ended_at is null and p.interval_seconds is not null`;
    assert.equal((await live()).length, 1);
    assert.notEqual((await live())[0]?.["q"], "of old");
    clock.advance(600_000);
    await drain();
    assert.equal(ebay.requestsTo(SEARCH_PATH).length, 2);
    assert.deepEqual(await told(), ["new_listing", ...Array(5).fill("already_for_sale")]);
    assert.equal((await readRule(ada, rule.id)).backfill.alerted, 5);
    const before = await deps.sql`select id, ended_at from poll_subscriptions order by id`;
    await planMissing(service);
    assert.deepEqual(await deps.sql`select id, ended_at from poll_subscriptions order by id`, before);
  }, ebayEnv(ebay.url));
});

Deno.test("a watched release whose provider may be asked less often now is asked so", async () => {
  await using discogs = startScriptedServer(
    discogsScript({ rows: [], stats: { 101: someStats(9) }, masters: {} }),
  );
  await withService(async (service) => {
    const { deps } = service;
    const ada = await service.client("ada");
    await watchRelease(ada, aRelease());
    await deps.sql`update poll_subscriptions set interval_seconds = 60`;
    await deps.sql`update polls set interval_seconds = 60`;
    await planMissing(service);
    assert.deepEqual(await deps.sql`select interval_seconds from polls`, [{ interval_seconds: 600 }]);
  }, discogsEnv(discogs.url));
});

Deno.test("a rule that was renamed while its provider was disabled misses nothing that came meanwhile", async () => {
  let items = [anEbayItem({ itemId: "old", itemCreationDate: "2026-11-01T00:00:00.000Z" })];
  await using ebay = startScriptedServer(ebayScript(() => items));
  await withService(async (service) => {
    const { clock, drain } = service;
    const ada = await service.client("ada");
    const rule = await saveRule(ada, aRule({ alerts: { first_run: "none" } }, { sources: ["ebay"] }));
    await drain();
    await changeRule(await clientWithout(["ebay"], service, "ada"), rule.id, { name: "Blue" });
    items = [anEbayItem({ itemId: "new", itemCreationDate: "2026-11-24T00:00:00.000Z" }), ...items];
    clock.advance(7 * DAY_MS);
    await drain();
    assert.equal(ebay.requestsTo(SEARCH_PATH).length, 1);
    await planMissing(service);
    await drain();
    const told = (await inboxOf(ada)).filter(({ payload }) => payload.listing_kind === "offer");
    assert.deepEqual(told.map(({ payload }) => payload.reason), ["new_listing"]);
  }, ebayEnv(ebay.url));
});
