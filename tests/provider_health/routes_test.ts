import assert from "node:assert/strict";
import { recordProviderFailure } from "../../src/providers/state_store.ts";
import { aRule } from "../support/factories.ts";
import { withService } from "../support/service.ts";

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
    assert.deepEqual(ebay.quota.windows, [{ seconds: 86_400, limit: 5_000, reserve: 500 }]);
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

Deno.test("GET /api/providers asks for a credential", () =>
  withService(async ({ request }) => {
    assert.equal((await request("/api/providers")).status, 401);
  }));
