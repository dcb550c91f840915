/** One suite for all providers: what the contract in src/providers/contract.ts promises, and every kind of fault. */
import assert from "node:assert/strict";
import type { RuleQuery } from "../../src/matching/rule_query.ts";
import type {
  Provider,
  ProviderErrorKind,
  ProviderQuery,
  QueryFilter,
} from "../../src/providers/contract.ts";
import { NOON } from "../support/clock.ts";
import { brokenBody, endlessBody, hang, html, type Script } from "../support/scripted_server.ts";
import { testAnswers } from "./conformance_answers.ts";
import { assertListing, type ProviderUnderTest, withProvider } from "./conformance_support.ts";
import { allPages, aRule, failed, watched } from "./support.ts";

/** What happens, the kind of failure, what the server does, and the seconds it asks to be left alone for. */
type Fault = readonly [name: string, kind: ProviderErrorKind, script: Script, retryAfterSeconds?: number];

const retryAfter = (value: string) => ({ status: 429, headers: { "retry-after": value } });
const LATER = new Date(NOON.getTime() + 90_000).toUTCString();

/** What goes wrong with any HTTP service, and how each must be told. */
const FAULTS: readonly Fault[] = [
  ["a hang", "unavailable", hang],
  ["a body that stops", "unavailable", (request) => endlessBody(request, "{", { pause: true })],
  ["an endless body", "bad_response", (request) => endlessBody(request, " ".repeat(10_000))],
  ["a 500", "unavailable", () => new Response("{}", { status: 500 })],
  ["a 503 web page", "unavailable", () => html(503)],
  ["a connection cut in the body", "unavailable", () => new Response(brokenBody('{"total": 3, "'))],
  ["a 401", "unauthorized", () => new Response("{}", { status: 401 })],
  ["a 429 with Retry-After", "rate_limited", () => new Response("", retryAfter("7")), 7],
  ["a 429 with the time of Retry-After", "rate_limited", () => new Response("", retryAfter(LATER)), 90],
  ["a 429 without Retry-After", "rate_limited", () => new Response("", { status: 429 })],
  ["a 429 web page", "rate_limited", () => html(429)],
  ["a 403 web page", "blocked", () => html(403)],
  ["a 200 web page", "blocked", () => html(200)],
  ["an empty 200", "bad_response", () => new Response("")],
  ["truncated JSON", "bad_response", () => new Response('{"total": 3, "itemSummaries": [{"it')],
  ["other JSON", "bad_response", () => new Response("[1, 2]")],
  ["a redirect", "bad_response", () => new Response(null, { status: 302, headers: { location: "/login" } })],
];

/** Those that end only because nobody waits any longer. */
const ENDLESS: readonly string[] = ["a hang", "a body that stops"];

/** Registers the tests every provider passes: shape, plan, pages, abort and, over HTTP, every kind of fault. */
export function testProviderContract(name: string, subject: ProviderUnderTest): void {
  const test = (guarantee: string, run: (provider: Provider, query: ProviderQuery) => Promise<void> | void) =>
    Deno.test(`${name} provider ${guarantee}`, () => withProvider(subject, subject.answers, run));

  test("has a stable id, a name and usable capabilities", ({ id, name: shown, capabilities }) => {
    assert.match(id, /^[a-z][a-z0-9_]*(:[a-z0-9][a-z0-9.-]*)?$/);
    assert.ok(shown.length > 0);
    assert.ok(capabilities.minIntervalSeconds > 0 && capabilities.maxPagesPerPoll > 0);
  });

  test(
    "says where grades and currencies come from, and filters it really applies",
    async (provider, query) => {
      const { capabilities: { filters, gradeSource, currencySource }, plan } = provider;
      assert.equal(new Set(filters).size, filters.length);
      const base = aRule({ keywords: [subject.keyword] });
      // What it says it applies is in what it plans; what it does not say leaves the plan as it is.
      const changed: Partial<Record<QueryFilter, RuleQuery>> = {
        keywords: aRule({ keywords: [subject.keyword, "zebra"] }),
        any_keywords: aRule({ keywords: [subject.keyword], any_keywords: ["zebra", "giraffe"] }),
        q: aRule({ keywords: [subject.keyword], q: "zebra" }),
        exclude_keywords: aRule({ keywords: [subject.keyword], exclude_keywords: ["zebra"] }),
        min_price: aRule({ keywords: [subject.keyword], min_price: 5 }),
        max_price: aRule({ keywords: [subject.keyword], max_price: 500 }),
        min_condition: aRule({ keywords: [subject.keyword], min_condition: "VG" }),
        formats: aRule({ keywords: [subject.keyword], formats: ["cd"] }),
      };
      for (const [filter, rule] of Object.entries(changed)) {
        const isPlanned = JSON.stringify(plan(rule)) !== JSON.stringify(plan(base));
        assert.equal(isPlanned, filters.some((one) => one === filter), filter);
      }
      const listings = (await allPages(provider, query)).flatMap((page) => page.listings);
      if (gradeSource !== "condition") assert.ok(listings.every((one) => one.condition === null));
      if (currencySource === "none") assert.ok(listings.every((one) => one.price_minor === null));
    },
  );

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
    assert.ok(options.calls.some((call) => call.operation === (subject.operation ?? "search")));
  });

  test("refuses an aborted signal and a strange cursor with ProviderError", async (provider, query) => {
    await failed(provider.search(query, null, watched(AbortSignal.abort())), "unavailable");
    await failed(provider.search(query, "no such page", watched()), "bad_response");
    await failed(provider.search({ strange: true }, null, watched()), "bad_response");
  });

  test("asks before every call of a quota, and makes none that is refused", async (provider, query) => {
    if (provider.capabilities.quota === null) return;
    let asked = 0;
    const options = { ...watched(), beforeCall: () => Promise.resolve(void asked++) };
    await provider.search(query, null, options);
    // Calls for a token are counted apart where there are any.
    const counted = (calls: typeof options.calls) => calls.filter(({ operation }) => operation !== "token");
    assert.equal(asked, counted(options.calls).length);
    const refusal = new Error("the calls are used up");
    const refused = { ...watched(), beforeCall: () => Promise.reject(refusal) };
    const error = await provider.search({ ...query }, null, refused).then(() => null, (thrown) => thrown);
    // What was asked for before may be remembered: then there was no call to refuse.
    if (error !== null) assert.equal(error, refusal);
    assert.deepEqual(counted(refused.calls), []);
  });

  const { answers } = subject;
  if (answers === null) return;
  FAULTS.forEach((fault) => testFault(name, { subject, answers, fault }));
  testAnswers(name, { subject, answers });
}

function testFault(name: string, given: { subject: ProviderUnderTest; answers: Script; fault: Fault }): void {
  const { subject, answers, fault: [what, kind, broken, saidSeconds] } = given;
  const unsaidSeconds = kind === "rate_limited" ? subject.unsaidWaitSeconds : undefined;
  const script: Script = (request, seen) =>
    subject.isSearch?.(request) ?? true ? broken(request, seen) : answers(request, seen);
  Deno.test(`${name} provider answers ${what} with ProviderError ${kind}`, () =>
    withProvider(subject, script, async (provider, query) => {
      const options = watched();
      const error = await failed(provider.search(query, null, options), kind);
      assert.equal(error.retryAfterSeconds, saidSeconds ?? unsaidSeconds ?? null);
      assert.ok(options.calls.length > 0);
    }, ENDLESS.includes(what) ? { timeoutMs: 250 } : {}));
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
