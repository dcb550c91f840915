import assert from "node:assert/strict";
import { createLog, silentLog } from "../../src/platform/log.ts";
import { readQuotaReadings, upsertQuotaReading } from "../../src/providers/quota_reading_store.ts";
import { readQuotas } from "../../src/providers/read_quotas.ts";
import { createRegistry } from "../../src/providers/registry.ts";
import { findBlock } from "../../src/providers/state_store.ts";
import { createSimulatedMarket } from "../../src/providers/simulated/market.ts";
import { withDatabase } from "../support/database.ts";
import { html, json, type Script } from "../support/scripted_server.ts";
import { startEbay, withTokens } from "./ebay_support.ts";
import { failed, watched } from "./support.ts";

const PATH = "/developer/analytics/v1_beta/rate_limit/";
const DAY = { limit: 5000, remaining: 4100, reset: "2026-11-24T07:00:00.000Z", timeWindow: 86_400 };

/** An answer with these rates of the Browse API, between others. */
function answer(rates: unknown, name = "buy.browse"): Script {
  const bulk = { name: "buy.browse.item.bulk", rates: [{ ...DAY, remaining: 1 }] };
  return withTokens(() =>
    json({
      rateLimits: [{ apiContext: "buy", apiName: "Browse", resources: [bulk, { name, rates }] }],
    })
  );
}

Deno.test("readQuota() asks for the Browse API by the application's token, without taking a call of its quota", async () => {
  await using ebay = startEbay(answer([{ ...DAY, limit: 10, timeWindow: 5 }, DAY]));
  const options = watched();
  const reading = await ebay.provider.readQuota!({
    ...options,
    beforeCall: () => Promise.reject(new Error("took a call")),
  });
  assert.deepEqual(reading, {
    limit: 5000,
    remaining: 4100,
    windowSeconds: 86_400,
    resetAt: new Date("2026-11-24T07:00:00Z"),
  });
  const [request] = ebay.server.requestsTo(PATH);
  assert.deepEqual(Object.fromEntries(request?.query ?? []), { api_name: "browse", api_context: "buy" });
  assert.equal(request?.headers.get("authorization"), "Bearer token-1");
  assert.deepEqual(options.calls.map(({ operation }) => operation), ["token", "quota"]);
});

const READ: [what: string, rate: Record<string, unknown>, expected: Record<string, unknown>][] = [
  ["all of it where eBay does not say what is left", { remaining: undefined }, { remaining: 5000 }],
  ["none", { remaining: 0 }, { remaining: 0 }],
  ["no more than there is", { remaining: 6000 }, { remaining: 5000 }],
  ["a window that ends at no known time", { reset: "soon" }, { resetAt: null }],
];
for (const [what, rate, expected] of READ) {
  Deno.test(`readQuota() reads ${what}`, async () => {
    await using ebay = startEbay(answer([{ ...DAY, ...rate }]));
    const reading = await ebay.provider.readQuota!(watched());
    assert.deepEqual({ ...reading, ...expected }, reading);
  });
}

const FAILURES: [what: string, kind: Parameters<typeof failed>[1], script: Script][] = [
  ["another resource alone", "bad_response", answer([DAY], "buy.marketing")],
  ["no rate", "bad_response", answer([])],
  ["a rate that is none", "bad_response", answer([{ limit: "5000" }])],
  ["an empty answer", "bad_response", withTokens(() => json({}))],
  ["a 204", "bad_response", withTokens(() => new Response(null, { status: 204 }))],
  ["a web page", "blocked", withTokens(() => html(200))],
  ["a 500", "unavailable", withTokens(() => json({}, { status: 500 }))],
];
for (const [what, kind, script] of FAILURES) {
  Deno.test(`readQuota() says ${kind} to ${what}`, async () => {
    await using ebay = startEbay(script);
    await failed(ebay.provider.readQuota!(watched()), kind);
  });
}

Deno.test("readQuotas() keeps the newest word of each provider that can say, logs its calls, and survives a failure", async () => {
  await withDatabase(async (sql) => {
    await using ebay = startEbay(answer([DAY]));
    const lines: string[] = [];
    const log = createLog({
      format: "json",
      level: "info",
      now: ebay.clock.now,
      write: (line) => lines.push(line),
    });
    const silent = createSimulatedMarket({ clock: ebay.clock, seed: 1 });
    const providers = createRegistry([
      { provider: ebay.provider, enabled: true },
      { provider: silent, enabled: true },
    ]);
    const deps = { sql, clock: ebay.clock, log, providers };
    const first = ebay.clock.now();
    assert.deepEqual(await readQuotas(deps), { read_count: 1 });
    const expected = {
      provider: "ebay",
      call_limit: 5000,
      remaining: 4100,
      window_seconds: 86_400,
      resets_at: new Date("2026-11-24T07:00:00Z"),
      read_at: first,
    };
    assert.deepEqual(await readQuotaReadings(sql), [expected]);
    ebay.clock.advance(3_600_000);
    ebay.server.answer(withTokens(() => html(503)));
    assert.deepEqual(await readQuotas(deps), { read_count: 0 });
    assert.deepEqual(await readQuotaReadings(sql), [expected]);
    assert.equal(lines.length, 1);
    const states = await sql`select provider from provider_states`;
    assert.equal(states.length, 0);
    const calls = await sql<{ operation: string; status_code: number }>`
      select operation, status_code from provider_requests order by started_at, operation`;
    assert.deepEqual(calls.map((call) => [call.operation, call.status_code]), [
      ["quota", 200],
      ["token", 200],
      ["quota", 503],
    ]);
  });
});

const USED_UP: [what: string, rate: Record<string, unknown>, blockedUntil: Date | null][] = [
  ["nothing left", { remaining: 0, reset: "2026-11-23T20:00:00.000Z" }, new Date("2026-11-23T20:00:00Z")],
  ["one call left", { remaining: 1, reset: "2026-11-23T20:00:00.000Z" }, null],
  ["nothing left of a window that is over", { remaining: 0, reset: "2026-11-23T12:00:00.000Z" }, null],
  ["nothing left until nobody knows when", { remaining: 0, reset: null }, null],
];
for (const [what, rate, blockedUntil] of USED_UP) {
  Deno.test(`readQuotas() with ${what} leaves the provider alone until ${blockedUntil?.toISOString() ?? "never"}`, async () => {
    await withDatabase(async (sql) => {
      await using ebay = startEbay(answer([{ ...DAY, ...rate }]));
      const providers = createRegistry([{ provider: ebay.provider, enabled: true }]);
      const deps = { sql, clock: ebay.clock, log: silentLog, providers };
      await readQuotas(deps);
      await readQuotas(deps);
      const block = await findBlock(sql, { provider: "ebay", now: ebay.clock.now() });
      assert.deepEqual(block, blockedUntil);
      const states = await sql<{ failures: number }>`select failures from provider_states`;
      assert.deepEqual(states.map(({ failures }) => failures), blockedUntil ? [1] : []);
    });
  });
}

Deno.test("readQuotas() asks nobody who is disabled", async () => {
  await withDatabase(async (sql) => {
    await using ebay = startEbay(answer([DAY]));
    const providers = createRegistry([{ provider: ebay.provider, enabled: false }]);
    const log = createLog({ format: "json", level: "error", now: ebay.clock.now, write: () => {} });
    assert.deepEqual(await readQuotas({ sql, clock: ebay.clock, log, providers }), { read_count: 0 });
    assert.equal(ebay.server.requests.length, 0);
  });
});

Deno.test("upsertQuotaReading() keeps a newer reading though an older one comes later", async () => {
  await withDatabase(async (sql) => {
    const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 12, minute));
    const reading = { limit: 10, remaining: 5, windowSeconds: 60, resetAt: null };
    await upsertQuotaReading(sql, { provider: "p", reading, now: at(1) });
    await upsertQuotaReading(sql, { provider: "p", reading: { ...reading, remaining: 9 }, now: at(0) });
    assert.deepEqual((await readQuotaReadings(sql)).map((row) => row.remaining), [5]);
    await upsertQuotaReading(sql, { provider: "p", reading: { ...reading, remaining: 4 }, now: at(2) });
    assert.deepEqual((await readQuotaReadings(sql)).map((row) => row.remaining), [4]);
  });
});
