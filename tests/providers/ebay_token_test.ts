import assert from "node:assert/strict";
import { createHttpClient } from "../../src/platform/http_client.ts";
import { EbayApi } from "../../src/providers/ebay/api.ts";
import { createEbayProvider } from "../../src/providers/ebay/provider.ts";
import { hang, html, json, type Script, startScriptedServer } from "../support/scripted_server.ts";
import { configFor, QUERY, SEARCH_PATH, startEbay, TOKEN_PATH, withTokens } from "./ebay_support.ts";
import { fakeClock, NOON } from "../support/clock.ts";
import { failed, fixture, watched } from "./support.ts";

const EMPTY = { total: 0 };
const stale = () => json(fixture("ebay/stale_token.json"), { status: 401 });

Deno.test("EbayTokens sends client credentials once and reuses the token", async () => {
  await using ebay = startEbay(withTokens(() => json(EMPTY)));
  const first = watched();
  await ebay.provider.search(QUERY, null, first);
  await ebay.provider.search(QUERY, null, watched());
  const [request, ...others] = ebay.server.requestsTo(TOKEN_PATH);
  assert.equal(others.length, 0);
  assert.equal(request?.method, "POST");
  assert.equal(request?.headers.get("authorization"), `Basic ${btoa("id:hunter2")}`);
  assert.equal(request?.headers.get("content-type"), "application/x-www-form-urlencoded");
  assert.equal(
    request?.body,
    "grant_type=client_credentials&scope=https%3A%2F%2Fapi.ebay.com%2Foauth%2Fapi_scope",
  );
  assert.deepEqual(first.calls.map((call) => call.operation), ["token", "search"]);
});

Deno.test("EbayTokens accepts a full token address", async () => {
  await using server = startScriptedServer((request) =>
    json(request.path === SEARCH_PATH ? EMPTY : fixture("ebay/token.json"))
  );
  const config = configFor(server.url, { authUrl: `${server.url}/else/token` });
  const http = createHttpClient({ userAgent: "WaxWatch-test/1.0" });
  await createEbayProvider(new EbayApi({ http, clock: fakeClock(NOON), config })).search(
    QUERY,
    null,
    watched(),
  );
  assert.equal(server.requestsTo("/else/token").length, 1);
});

Deno.test("EbayTokens makes one call for 20 concurrent searches, reported once", async () => {
  await using ebay = startEbay(withTokens(() => json(EMPTY)));
  const options = Array.from({ length: 20 }, () => watched());
  await Promise.all(options.map((option) => ebay.provider.search(QUERY, null, option)));
  assert.equal(ebay.server.requestsTo(TOKEN_PATH).length, 1);
  assert.equal(ebay.server.requestsTo(SEARCH_PATH).length, 20);
  const calls = options.flatMap((option) => option.calls);
  assert.equal(calls.filter((call) => call.operation === "token").length, 1);
});

Deno.test("EbayTokens renews 300 s before expiry and not earlier", async () => {
  await using ebay = startEbay(withTokens(() => json(EMPTY)));
  await ebay.provider.search(QUERY, null, watched());
  ebay.clock.advance(6_899_000);
  await ebay.provider.search(QUERY, null, watched());
  assert.equal(ebay.server.requestsTo(TOKEN_PATH).length, 1);
  ebay.clock.advance(1_000);
  await ebay.provider.search(QUERY, null, watched());
  assert.equal(ebay.server.requestsTo(TOKEN_PATH).length, 2);
  assert.equal(ebay.server.requestsTo(SEARCH_PATH).at(-1)?.headers.get("authorization"), "Bearer token-2");
});

Deno.test("search() renews a stale token once and succeeds", async () => {
  const answer: Script = (request) =>
    request.headers.get("authorization") === "Bearer token-1" ? stale() : json(EMPTY);
  await using ebay = startEbay(withTokens(answer));
  await Promise.all([1, 2, 3].map(() => ebay.provider.search(QUERY, null, watched())));
  assert.equal(ebay.server.requestsTo(TOKEN_PATH).length, 2);
});

Deno.test("search() gives up on a second refusal and mints no token per search", async () => {
  await using ebay = startEbay(withTokens(stale));
  for (let round = 0; round < 5; round++) {
    await failed(ebay.provider.search(QUERY, null, watched()), "unauthorized");
  }
  assert.equal(ebay.server.requestsTo(TOKEN_PATH).length, 2);
  assert.equal(ebay.server.requestsTo(SEARCH_PATH).length, 2);
  ebay.clock.advance(61_000);
  await failed(ebay.provider.search(QUERY, null, watched()), "unauthorized");
  assert.equal(ebay.server.requestsTo(TOKEN_PATH).length, 4);
});

Deno.test("search() does not renew for another 401", async () => {
  await using ebay = startEbay(withTokens(() => json({ errors: [{ errorId: 1003 }] }, { status: 401 })));
  await failed(ebay.provider.search(QUERY, null, watched()), "unauthorized");
  assert.equal(ebay.server.requestsTo(TOKEN_PATH).length, 1);
});

const TOKEN_FAULTS: [string, Parameters<typeof failed>[1], () => Response][] = [
  ["401 invalid_client", "unauthorized", () => json(fixture("ebay/token_refused.json"), { status: 401 })],
  ["400 invalid_scope", "unauthorized", () => json({ error: "invalid_scope" }, { status: 400 })],
  ["500", "unavailable", () => new Response("", { status: 500 })],
  ["429", "rate_limited", () => new Response("", { status: 429 })],
  ["403 web page", "blocked", () => html(403)],
  ["200 without a token", "bad_response", () => json({ expires_in: 7200 })],
];
for (const [what, kind, answer] of TOKEN_FAULTS) {
  Deno.test(`EbayTokens says ${kind} for ${what}, remembers it for 60 s and searches nothing`, async () => {
    await using ebay = startEbay(answer);
    const first = watched();
    const error = await failed(ebay.provider.search(QUERY, null, first), kind);
    assert.match(error.message, /token/);
    assert.deepEqual(first.calls.map((call) => call.operation), ["token"]);
    ebay.clock.advance(59_000);
    await failed(ebay.provider.search(QUERY, null, watched()), kind);
    assert.equal(ebay.server.requests.length, 1);
    ebay.clock.advance(1_000);
    await failed(ebay.provider.search(QUERY, null, watched()), kind);
    assert.equal(ebay.server.requests.length, 2);
  });
}

Deno.test("EbayTokens keeps the shared call while one caller still waits", async () => {
  const asked = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  await using ebay = startEbay(async (request) => {
    if (request.path === SEARCH_PATH) return json(EMPTY);
    asked.resolve();
    await release.promise;
    return json(fixture("ebay/token.json"));
  });
  const leaver = new AbortController();
  const [left, stayed] = [watched(leaver.signal), watched()];
  const leaving = ebay.provider.search(QUERY, null, left);
  const staying = ebay.provider.search(QUERY, null, stayed);
  await asked.promise;
  leaver.abort();
  await failed(leaving, "unavailable");
  release.resolve();
  assert.deepEqual((await staying).listings, []);
  assert.deepEqual([left.calls.length, stayed.calls.length], [0, 2]);
});

Deno.test("EbayTokens cancels the call when everybody left, reports it and remembers no failure", async () => {
  const asked = Promise.withResolvers<void>();
  await using ebay = startEbay((request) => {
    asked.resolve();
    return hang(request);
  });
  const leaver = new AbortController();
  const options = watched(leaver.signal);
  const leaving = ebay.provider.search(QUERY, null, options);
  await asked.promise;
  leaver.abort();
  await failed(leaving, "unavailable");
  assert.deepEqual(options.calls.map((call) => [call.operation, call.status_code]), [["token", null]]);
  ebay.server.answer(withTokens(() => json(EMPTY)));
  await ebay.provider.search(QUERY, null, watched());
});

Deno.test("search() reports no credential to onCall", async () => {
  await using ebay = startEbay(withTokens(() => json(EMPTY)));
  const options = watched();
  await ebay.provider.search(QUERY, null, options);
  assert.doesNotMatch(JSON.stringify(options.calls), /hunter2|token-1|Basic|Bearer/);
});
