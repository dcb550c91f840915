import assert from "node:assert/strict";
import { listProviders } from "../../src/provider_health/list_providers.ts";
import { readQuotas } from "../../src/providers/read_quotas.ts";
import { recordProviderFailure } from "../../src/providers/state_store.ts";
import { ok } from "../support/answers.ts";
import { saveRule } from "../support/calls.ts";
import { withDiscogs } from "../support/discogs.ts";
import { ebayEnv, ebayScript } from "../support/ebay.ts";
import { aRule } from "../support/factories.ts";
import { useCalls } from "../support/quota.ts";
import { json, type Script, startScriptedServer } from "../support/scripted_server.ts";
import { type Client, withService } from "../support/service.ts";

const MARKET = { SIMULATED_MARKET: "true" };

Deno.test("GET /api/providers names every provider with its terms, and why one is switched off", () =>
  withService(async (service) => {
    const ada = await service.client("ada");
    const { status, body } = await ada.get("/api/providers");
    assert.equal(status, 200);
    assert.deepEqual(body.map((one: { id: string }) => one.id), ["ebay", "discogs", "mock"]);
    const [ebay, discogs, mock] = body;
    assert.equal(ebay.enabled, false);
    assert.match(ebay.disabled_reason, /EBAY_CLIENT_ID/);
    assert.equal(ebay.health.status, "disabled");
    assert.deepEqual(ebay.terms, {
      retention: ["url"],
      max_age_seconds: 21_600,
      isolate_display: true,
      may_model_prices: false,
      attribution: { text: "Listing data from eBay", url: "https://www.ebay.com" },
      notice: null,
    });
    assert.deepEqual(ebay.quota.windows, [{
      seconds: 86_400,
      limit: 5_000,
      reserve: 500,
      used: 0,
    }]);
    assert.deepEqual([ebay.quota_reading, discogs.quota_reading, mock.quota_reading], [null, null, null]);
    assert.match(discogs.terms.notice, /not affiliated with/);
    assert.deepEqual([mock.enabled, mock.disabled_reason, mock.health.status], [true, null, "never_asked"]);
    assert.equal(mock.quota, null);
  }, MARKET));

Deno.test("GET /api/providers counts the caller's own searches and tells a failure in the provider's words", () =>
  withService(async ({ client, deps, drain, clock }) => {
    const ada = await client("ada");
    const bob = await client("bob");
    await ada.post("/api/watch-rules", aRule({ poll_interval_seconds: 60 }));
    const mockOf = async (who: typeof ada) => (await who.get("/api/providers")).body[2];
    const planned = await mockOf(ada);
    assert.deepEqual([planned.polls.active, planned.polls.due, planned.polls.late], [1, 1, 0]);
    assert.equal((await mockOf(bob)).polls.active, 0);

    await drain();
    assert.equal((await mockOf(ada)).health.status, "ok");
    clock.advance(120_000);
    assert.deepEqual([(await mockOf(ada)).polls.due, (await mockOf(ada)).polls.late], [1, 0]);
    clock.advance(1);
    assert.equal((await mockOf(ada)).polls.late, 1);

    const failure = { provider: "mock", kind: "unavailable", retryAfterSeconds: null } as const;
    const message = "Cannot search the simulated market: it is closed";
    const until = await recordProviderFailure(deps.sql, { ...failure, now: clock.now(), message });
    const { health } = await mockOf(ada);
    assert.deepEqual([health.status, health.last_error, health.blocked_until], [
      "backing_off",
      message,
      until?.toISOString(),
    ]);
  }, MARKET));

Deno.test("GET /api/providers shows what eBay says is left of the day, when it said so, and what counts here", async () => {
  const day = { limit: 5_000, remaining: 4_100, reset: "2026-11-24T07:00:00.000Z", timeWindow: 86_400 };
  const rateLimits = [{ resources: [{ name: "buy.browse", rates: [day] }] }];
  const script = ebayScript(() => []);
  await using ebay = startScriptedServer((request, seen) =>
    request.path.startsWith("/developer/analytics/") ? json({ rateLimits }) : script(request, seen)
  );
  await withService(async ({ client, deps, clock }) => {
    const ada = await client("ada");
    await useCalls(deps, "ebay", 7);
    assert.equal(await readingOf(ada, "ebay"), null, "never read");
    await readQuotas(deps);
    const read_at = clock.now().toISOString();
    clock.advance(60_000);
    assert.deepEqual(await readingOf(ada, "ebay"), {
      limit: 5_000,
      remaining: 4_100,
      window_seconds: 86_400,
      resets_at: "2026-11-24T07:00:00.000Z",
      read_at,
    });
    assert.deepEqual(await usedOf(ada, "ebay"), [7]);
    clock.advance(25 * 3_600_000);
    assert.deepEqual(await usedOf(ada, "ebay"), [0]);
  }, ebayEnv(ebay.url));
});

Deno.test("GET /api/providers shows what Discogs says to the service's own credentials, and never what it says to a user's", () => {
  const left = { service: "41" };
  const script: Script = ({ path, headers }) => {
    const isOurs = headers.get("authorization") === "Discogs token=hunter2";
    const [limit, remaining] = isOurs ? ["60", left.service] : ["240", "3"];
    const body = path === "/oauth/identity"
      ? { id: 1, username: "ada", resource_url: "https://api.discogs.com/users/ada" }
      : { pagination: { page: 1, pages: 1, per_page: 100, items: 0, urls: {} }, results: [], wants: [] };
    const answer = { "x-discogs-ratelimit": limit!, "x-discogs-ratelimit-remaining": remaining! };
    return json(body, { headers: answer });
  };
  return withDiscogs(script, async (service, server) => {
    const { client, drain, clock } = service;
    const [ada, bob] = [await client("ada"), await client("bob")];
    const linked = { external_user_id: "ada", access_token: "adas-own" };
    assert.equal((await ada.post("/api/integrations/discogs/connect", linked)).status, 200);
    assert.equal((await ada.post("/api/integrations/discogs/import", { source: "wantlist" })).status, 200);
    await drain();
    assert.ok(server.requests.some(({ path }) => path === "/users/ada/wants"), "her wantlist was read");
    for (const person of [ada, bob]) assert.equal(await readingOf(person, "discogs"), null);
    await saveRule(bob, aRule({ poll_interval_seconds: 300 }, { sources: ["discogs"] }));
    await drain();
    const read = { limit: 60, window_seconds: 60, resets_at: null };
    const first = clock.now().toISOString();
    assert.deepEqual(await readingOf(ada, "discogs"), { ...read, remaining: 41, read_at: first });
    // Without numbers it says nothing, and what it said before stays.
    left.service = "many";
    clock.advance(300_000);
    await drain();
    assert.deepEqual(await readingOf(bob, "discogs"), { ...read, remaining: 41, read_at: first });
    left.service = "0";
    clock.advance(300_000);
    await drain();
    const last = clock.now().toISOString();
    assert.deepEqual(await readingOf(bob, "discogs"), { ...read, remaining: 0, read_at: last });
  });
});

Deno.test("GET /api/providers counts no calls to what people added, and asks the database as often for many as for one", () =>
  withService(async ({ client, deps, clock }) => {
    const ada = await client("ada");
    const counts: number[] = [];
    for (const added of [1, 9]) {
      for (let n = 0; n < added; n++) {
        const [id, host] = [crypto.randomUUID(), `shop${added}${n}.example`];
        await deps.sql`
          insert into added_sources (id, provider, kind, url, created_at, updated_at)
          values (${id}, ${`feed:${host}`}, 'feed', ${`https://${host}/rss`}, ${clock.now()}, ${clock.now()})`;
        await deps.sql`
          insert into source_users (user_id, source_id, name, created_at)
          values (${ada.userId}, ${id}, ${host}, ${clock.now()})`;
      }
      let queries = 0;
      const sql = new Proxy(deps.sql, {
        apply: (query, self, given) => {
          queries++;
          return Reflect.apply(query, self, given);
        },
      });
      const listed = await listProviders({ ...deps, sql }, ada.userId);
      counts.push(queries);
      const feeds = listed.filter(({ id }) => id.startsWith("feed:"));
      assert.ok(feeds.length >= added);
      for (const { quota } of feeds) for (const { used } of quota?.windows ?? []) assert.equal(used, null);
    }
    assert.equal(counts[0], counts[1]);
  }, MARKET));

async function providerOf(person: Client, id: string) {
  const providers = ok(await person.api.GET("/api/providers"), 200);
  return providers.find((one) => one.id === id)!;
}

const readingOf = async (person: Client, id: string) => (await providerOf(person, id)).quota_reading;
const usedOf = async (person: Client, id: string) =>
  (await providerOf(person, id)).quota?.windows.map(({ used }) => used);

Deno.test("GET /api/providers asks for a credential", () =>
  withService(async ({ request }) => {
    assert.equal((await request("/api/providers")).status, 401);
  }));
