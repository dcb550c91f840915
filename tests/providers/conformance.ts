import assert from "node:assert/strict";
import type { Clock } from "../../src/platform/clock.ts";
import type { HttpClient } from "../../src/platform/http_client.ts";
import { createHttpClient } from "../../src/platform/http_client.ts";
import type {
  ListingDraft,
  Provider,
  ProviderErrorKind,
  ProviderQuery,
} from "../../src/providers/contract.ts";
import { ProviderError } from "../../src/providers/contract.ts";
import {
  endlessBody,
  hang,
  html,
  type RecordedRequest,
  type Script,
  startScriptedServer,
} from "../support/scripted_server.ts";
import { fakeClock, NOON } from "../support/clock.ts";
import { allPages, aRule, failed, watched } from "./support.ts";

/** What a provider's test has to give to have the whole contract tested. */
export interface ProviderUnderTest {
  /** A provider whose search has at least one page for `keyword`. `url` is a scripted server; only HTTP providers use it. */
  make(given: { url: string; http: HttpClient; clock: Clock }): Provider;
  /** A keyword with results. */
  keyword: string;
  /** HTTP providers: the good answers, token calls included. Null: the provider makes no HTTP calls. */
  answers: Script | null;
  /** HTTP providers: whether a request is a search, which is where faults are put. */
  isSearch?(request: RecordedRequest): boolean;
}

type Fault = readonly [name: string, kind: ProviderErrorKind, script: Script];

/** What goes wrong with any HTTP service, and how each must be told. */
const FAULTS: readonly Fault[] = [
  ["a hang", "unavailable", hang],
  ["a body that stops", "unavailable", (request) => endlessBody(request, "{", { pause: true })],
  ["an endless body", "bad_response", (request) => endlessBody(request, " ".repeat(10_000))],
  ["a 500", "unavailable", () => new Response("{}", { status: 500 })],
  ["a 503 web page", "unavailable", () => html(503)],
  ["a 429", "rate_limited", () => new Response("", { status: 429, headers: { "retry-after": "7" } })],
  ["a 403 web page", "blocked", () => html(403)],
  ["a 200 web page", "blocked", () => html(200)],
  ["an empty 200", "bad_response", () => new Response("")],
  ["truncated JSON", "bad_response", () => new Response('{"total": 3, "itemSummaries": [{"it')],
  ["other JSON", "bad_response", () => new Response("[1, 2]")],
  ["a redirect", "bad_response", () => new Response(null, { status: 302, headers: { location: "/login" } })],
];

/** Registers the tests every provider passes: shape, plan, pages, abort and, over HTTP, every kind of fault. */
export function testProviderContract(name: string, subject: ProviderUnderTest): void {
  const test = (guarantee: string, run: (provider: Provider, query: ProviderQuery) => Promise<void> | void) =>
    Deno.test(`${name} provider ${guarantee}`, () => withProvider(subject, subject.answers, run));

  test("has a stable id, a name and usable capabilities", ({ id, name: shown, capabilities }) => {
    assert.match(id, /^[a-z][a-z0-9_]*$/);
    assert.ok(shown.length > 0);
    assert.ok(capabilities.minIntervalSeconds > 0 && capabilities.maxPagesPerPoll > 0);
  });

  test("plans equal queries for the same words in another order and case", (provider) => {
    const a = provider.plan(aRule({ keywords: ["Miles Davis", "Blue"], any_keywords: ["LP", "Vinyl"] }));
    const b = provider.plan(aRule({ keywords: ["blue", "DAVIS miles"], any_keywords: ["vinyl", "lp"] }));
    assert.equal(JSON.stringify(a), JSON.stringify(b));
    assert.ok(a.length > 0);
  });

  test("plans queries that survive being stored as JSON", async (provider, query) => {
    const stored = JSON.parse(JSON.stringify(query));
    assert.deepEqual(stored, query);
    await provider.search(stored, null, watched());
  });

  test("gives well-formed listings, each once per page, and pages that end", async (provider, query) => {
    const pages = await allPages(provider, query);
    assert.ok(pages.length < 100);
    assert.ok(pages.some((page) => page.listings.length > 0));
    for (const page of pages) {
      assert.equal(new Set(page.listings.map((listing) => listing.external_id)).size, page.listings.length);
      page.listings.forEach(assertListing);
    }
  });

  test("tells onCall of every call before it settles", async (provider, query) => {
    const options = watched();
    await provider.search(query, null, options);
    assert.ok(options.calls.length >= 1);
    assert.ok(options.calls.every((call) => call.provider === provider.id && call.status_code === 200));
    assert.ok(options.calls.some((call) => call.operation === "search"));
  });

  test("refuses an aborted signal and a strange cursor with ProviderError", async (provider, query) => {
    await failed(provider.search(query, null, watched(AbortSignal.abort())), "unavailable");
    await failed(provider.search(query, "no such page", watched()), "bad_response");
    await failed(provider.search({ strange: true }, null, watched()), "bad_response");
  });

  const { answers } = subject;
  if (answers) FAULTS.forEach((fault) => testFault(name, { subject, answers, fault }));
}

function testFault(name: string, given: { subject: ProviderUnderTest; answers: Script; fault: Fault }): void {
  const { subject, answers, fault: [what, kind, broken] } = given;
  const script: Script = (request, seen) =>
    subject.isSearch?.(request) ?? true ? broken(request, seen) : answers(request, seen);
  Deno.test(`${name} provider answers ${what} with ProviderError ${kind}`, () =>
    withProvider(subject, script, async (provider, query) => {
      const options = watched();
      const error = await failed(provider.search(query, null, options), kind);
      assert.equal(error.retryAfterSeconds, kind === "rate_limited" ? 7 : null);
      assert.ok(options.calls.some((call) => call.operation === "search"));
    }));
  if (what !== "a hang") return;
  Deno.test(`${name} provider stops waiting when its caller cancels`, () =>
    withProvider(subject, script, async (provider, query) => {
      const controller = new AbortController();
      const options = watched(controller.signal);
      const pending = provider.search(query, null, options);
      queueMicrotask(() => controller.abort());
      await failed(pending, "unavailable");
    }));
}

async function withProvider(
  subject: ProviderUnderTest,
  script: Script | null,
  run: (provider: Provider, query: ProviderQuery) => Promise<void> | void,
): Promise<void> {
  await using server = startScriptedServer(script ?? (() => new Response(null, { status: 404 })));
  const http = createHttpClient({ userAgent: "WaxWatch-test/1.0", timeoutMs: 250, maxBytes: 500_000 });
  const provider = subject.make({ url: server.url, http, clock: fakeClock(NOON) });
  const query = provider.plan(aRule({ keywords: [subject.keyword] }))[0];
  if (!query) throw new ProviderError("bad_response", `no plan for ${subject.keyword}`);
  await run(provider, query);
}

function assertListing(listing: ListingDraft): void {
  assert.ok(listing.external_id.length > 0 && listing.title.length > 0);
  assert.ok(
    listing.price_minor === null || (Number.isSafeInteger(listing.price_minor) && listing.price_minor > 0),
  );
  assert.equal(listing.price_minor === null, listing.currency === null);
  assert.ok(listing.currency === null || /^[A-Z]{3}$/.test(listing.currency));
  assert.ok(listing.shipping_minor === null || Number.isSafeInteger(listing.shipping_minor));
  assert.ok(listing.url === null || URL.canParse(listing.url));
  assert.ok(listing.listed_at === null || !Number.isNaN(listing.listed_at.getTime()));
}
