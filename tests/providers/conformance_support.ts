/** What the tests of all providers have in common. */
import assert from "node:assert/strict";
import type { Clock } from "../../src/platform/clock.ts";
import { createHttpClient, type HttpClient } from "../../src/platform/http_client.ts";
import type { ListingDraft, Provider, ProviderQuery } from "../../src/providers/contract.ts";
import { fakeClock, NOON } from "../support/clock.ts";
import { type RecordedRequest, type Script, startScriptedServer } from "../support/scripted_server.ts";
import { aRule } from "./support.ts";

/** What a provider's test has to give to have the whole contract tested. */
export interface ProviderUnderTest {
  /** A provider whose search has at least one page for `keyword`. `url` is a scripted server; only HTTP providers use it. */
  make(given: { url: string; http: HttpClient; clock: Clock }): Provider;
  /** A keyword with results. */
  keyword: string;
  /** What is searched for in place of the first query that plan() makes for `keyword`; for providers with several kinds. */
  query?: ProviderQuery;
  /** What the request log calls a search; default "search". */
  operation?: string;
  /** Seconds to wait after a 429 that does not say how long, where the provider's documentation does; default: not known. */
  unsaidWaitSeconds?: number;
  /** HTTP providers: the good answers, token calls included. Null: the provider makes no HTTP calls. */
  answers: Script | null;
  /** HTTP providers: whether a request is a search, which is where faults are put. */
  isSearch?(request: RecordedRequest): boolean;
  /** HTTP providers: a good answer without any listing. Null: this kind of query has none (a floor is always one). */
  empty: Script | null;
  /** Answers of the real provider as they were recorded, where they are at hand. */
  recorded?: readonly { name: string; answers: Script }[];
}

/** A provider on a scripted server for as long as `run` takes; null: it makes no calls. */
export async function withProvider(
  subject: ProviderUnderTest,
  script: Script | null,
  run: (provider: Provider, query: ProviderQuery) => Promise<void> | void,
  options: { timeoutMs?: number } = {},
): Promise<void> {
  await withServer(script ?? (() => new Response(null, { status: 404 })), async (make) => {
    const { provider, query } = make(subject);
    await run(provider, query);
  }, options);
}

/** Makes the provider under test and the query it is asked. */
export type Make = (subject: ProviderUnderTest) => { provider: Provider; query: ProviderQuery };

/** Longer than a busy machine takes for an answer: what a test says of an answer says nothing of how fast it is. */
export const PATIENT_MS = 30_000;

/** A server that answers by `script`, and providers that ask it and wait for `timeoutMs`. */
export async function withServer<T>(
  script: Script,
  run: (make: Make) => Promise<T>,
  { timeoutMs = PATIENT_MS }: { timeoutMs?: number } = {},
): Promise<T> {
  await using server = startScriptedServer(script);
  const http = createHttpClient({ userAgent: "WaxWatch-test/1.0", timeoutMs, maxBytes: 500_000 });
  return await run((subject) => {
    const provider = subject.make({ url: server.url, http, clock: fakeClock(NOON) });
    const query = subject.query ?? provider.plan(aRule({ keywords: [subject.keyword] }))[0];
    if (!query) throw new Error(`Cannot test ${provider.id}: it plans nothing for ${subject.keyword}`);
    return { provider, query };
  });
}

/** A listing that may be stored and shown; `told` says in a failure what was wrong with the answer. */
export function assertListing(listing: ListingDraft, told: unknown = ""): void {
  const { price_minor: price, currency, shipping_minor: shipping, listed_at, url } = listing;
  const what = `${typeof told === "string" ? told : ""} ${JSON.stringify(listing)}`;
  for (const text of [listing.external_id, listing.title]) {
    assert.ok(typeof text === "string" && text.length > 0, what);
  }
  for (const text of [listing.condition, listing.seller, listing.location, listing.image_url]) {
    assert.ok(text === null || typeof text === "string", what);
  }
  assert.ok(price === null || (Number.isSafeInteger(price) && price > 0), what);
  assert.equal(price === null, currency === null, what);
  assert.ok(currency === null || /^[A-Z]{3}$/.test(currency), what);
  assert.ok(shipping === null || (Number.isSafeInteger(shipping) && shipping >= 0), what);
  assert.ok(url === null || /^https?:$/.test(URL.parse(url)?.protocol ?? ""), what);
  assert.ok(listed_at === null || !Number.isNaN(listed_at.getTime()), what);
  for (const id of [listing.discogs_release_id, listing.discogs_master_id]) {
    assert.ok(id === null || (Number.isSafeInteger(id) && id > 0), what);
  }
  assert.ok(listing.status === "active" || listing.status === "ended", what);
}
