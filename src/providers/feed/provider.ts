/** RSS, Atom and JSON feeds as providers: their entries, new ones as they come. */
import type { Clock } from "../../platform/clock.ts";
import { sha256Hex } from "../../platform/crypto.ts";
import { type HttpClient, type HttpResponse, retryAfterSeconds } from "../../platform/http_client.ts";
import {
  type AddedSource,
  type FeedLink,
  type FoundSource,
  type KnownSource,
  type LinkedFeeds,
  type ProviderFamily,
  type SourceBook,
  sourceHostOf,
} from "../added_source.ts";
import {
  type CallOptions,
  type ListingDraft,
  type Provider,
  ProviderError,
  type ProviderErrorKind,
  type ProviderId,
} from "../contract.ts";
import { findAdded } from "../find_added.ts";
import { callProvider, failureOfRequest } from "../http_call.ts";
import { ADDED_TERMS } from "../terms.ts";
import { feedLinksOf } from "./page_links.ts";
import { decodeFeed, isHtml, readFeed } from "./read_feed.ts";
import type { Feed } from "./schema.ts";
import { toListing } from "./to_listing.ts";
import type { FeedMemory, Validators } from "./validator_store.ts";

/** What the adapter is made of; `http` is guarded, because strangers name the feeds. */
export interface FeedDeps {
  http: HttpClient;
  clock: Clock;
  sources: SourceBook;
  memory: FeedMemory;
}

/** What readers of feeds ask at most. */
const MIN_INTERVAL_SECONDS = 600;
/** Some hundred entries with their texts; parsing it takes a tenth of a second. */
const MAX_BYTES = 2 * 1024 * 1024;
/** Longest validator that is kept and sent. */
const MAX_VALIDATOR_LENGTH = 300;
const QUOTA = { seconds: 60, limit: 10, reserve: 5 };

/** The family of all feeds that were added. */
export function createFeedFamily(deps: FeedDeps): ProviderFamily {
  return {
    kind: "feed",
    enabled: true,
    quota: null,
    make: (id) => createFeedProvider(deps, id),
    inspect: (url, options) => inspectFeed(deps, url, options),
  };
}

/** One feed. What it no longer shows is not over, so nothing ends by not being seen. */
export function createFeedProvider(deps: FeedDeps, id: ProviderId): Provider {
  const name = sourceHostOf(id);
  const doing = `read the feed of ${name}`;
  return {
    id,
    name,
    capabilities: {
      kind: "feed",
      filters: [],
      gradeSource: "title",
      currencySource: "text",
      minIntervalSeconds: MIN_INTERVAL_SECONDS,
      maxPagesPerPoll: 1,
      quota: { scope: `host:${name}`, windows: [QUOTA] },
      terms: ADDED_TERMS,
    },
    plan: () => [{ source: id }],
    search: async (query, cursor, options) => {
      if (options.signal.aborted) throw new ProviderError("unavailable", `Cannot ${doing}: cancelled`);
      if (cursor !== null) {
        const text = `Cannot ${doing}: ${JSON.stringify(cursor)} is not the start of a page`;
        throw new ProviderError("bad_response", text);
      }
      const fetched_at = deps.clock.now();
      const source = await findAdded(deps.sources, { id, query, doing });
      return { listings: await entriesOf(deps, { source, doing, fetched_at }, options), next: null };
    },
  };
}

interface FeedAsk {
  source: AddedSource;
  doing: string;
}

/** A feed that is read; `fetched_at`: before its configuration was looked at. */
interface Fetch {
  source: KnownSource;
  doing: string;
  fetched_at: Date;
}

async function entriesOf(deps: FeedDeps, fetch: Fetch, options: CallOptions): Promise<ListingDraft[]> {
  const { source, doing, fetched_at } = fetch;
  const known = await usableValidators(deps.memory, source, options.storedAt ?? null);
  const response = await askFeed(deps, { source, doing, operation: "search", known }, options);
  if (response.status === 304 && known) return [];
  const feed = feedIn(response, { doing, now: deps.clock.now() });
  const listings = await listingsOf(feed, source);
  await deps.memory.put(source.provider, validatorsOf(response, fetched_at));
  return listings;
}

/**
 * Only an answer that the caller has stored since may be left unsent: of any other the entries were lost on the way. Nor
 * one that was read before the source got the configuration it has: its prices may be in another currency.
 */
async function usableValidators(
  memory: FeedMemory,
  { provider, updated_at }: KnownSource,
  storedAt: Date | null,
): Promise<Validators | null> {
  if (storedAt === null) return null;
  const known = await memory.find(provider);
  return known && known.fetched_at <= storedAt && known.fetched_at >= updated_at ? known : null;
}

/** Of the address only the host is ever told: path and query of a private feed are its key. */
async function askFeed(
  deps: FeedDeps,
  { source, doing, operation, known }: FeedAsk & { operation: string; known: Validators | null },
  options: CallOptions,
): Promise<HttpResponse> {
  await options.beforeCall?.();
  const request = {
    url: source.url,
    maxBytes: MAX_BYTES,
    signal: options.signal,
    headers: {
      accept: "application/rss+xml, application/atom+xml, application/feed+json, application/xml, */*;q=0.5",
      ...(known?.etag && { "if-none-match": known.etag }),
      ...(known?.last_modified && { "if-modified-since": known.last_modified }),
    },
  };
  const shownUrl = `${new URL(source.url).origin}/`;
  const call = { provider: source.provider, operation, request, shownUrl, onCall: options.onCall };
  return await callProvider(deps, call).catch((error) => {
    throw failureOfRequest(error, doing);
  });
}

/** @throws {ProviderError} when the answer is none, or holds no feed */
function feedIn(response: HttpResponse, { doing, now }: { doing: string; now: Date }): Feed {
  if (response.status !== 200) throw failureOf(response, doing, now);
  const text = decodeFeed(response.bytes, response.headers.get("content-type"));
  if (isHtml(text)) throw new ProviderError("blocked", `Cannot ${doing}: a web page in place of a feed`);
  const feed = readFeed(text);
  if (feed) return feed;
  throw new ProviderError("bad_response", `Cannot ${doing}: the answer is no complete feed`);
}

function failureOf(response: HttpResponse, doing: string, now: Date): ProviderError {
  const kind = kindOf(response.status);
  const waits = kind === "rate_limited" || kind === "unavailable";
  return new ProviderError(kind, `Cannot ${doing}: status ${response.status}`, {
    retryAfterSeconds: waits ? retryAfterSeconds(response.headers, now) : null,
  });
}

function kindOf(status: number): ProviderErrorKind {
  if (status === 429) return "rate_limited";
  if (status === 401) return "unauthorized";
  if (status === 403) return "blocked";
  return status === 408 || status >= 500 ? "unavailable" : "bad_response";
}

/** Entries named twice keep their first place. */
async function listingsOf(feed: Feed, source: AddedSource): Promise<ListingDraft[]> {
  const byId = new Map<string, ListingDraft>();
  for (const entry of feed.entries) {
    const listing = await toListing(entry, source);
    if (!byId.has(listing.external_id)) byId.set(listing.external_id, listing);
  }
  return [...byId.values()];
}

function validatorsOf({ headers }: HttpResponse, fetched_at: Date): Validators | null {
  const short = (value: string | null) =>
    value !== null && value.length <= MAX_VALIDATOR_LENGTH && /^[\x20-\x7e]+$/.test(value) ? value : null;
  const [etag, last_modified] = [short(headers.get("etag")), short(headers.get("last-modified"))];
  return etag === null && last_modified === null ? null : { etag, last_modified, fetched_at };
}

/** The feed at this very address, or those that the page there names; null: neither. */
async function inspectFeed(
  deps: FeedDeps,
  url: URL,
  options: CallOptions,
): Promise<FoundSource | LinkedFeeds | null> {
  const address = new URL(url);
  address.hash = "";
  const host = url.host.replace(/[^a-z0-9.-]/g, "-");
  const source: AddedSource = {
    provider: `feed:${host}-${(await sha256Hex(address.href)).slice(0, 10)}`,
    kind: "feed",
    url: address.href,
    currency: null,
    artist_from: null,
  };
  const doing = `read the feed of ${url.host}`;
  try {
    const response = await askFeed(deps, { source, doing, operation: "inspect", known: null }, options);
    const links = linksIn(response);
    if (links.length > 0) return { links };
    const feed = feedIn(response, { doing, now: deps.clock.now() });
    return { ...source, name: feed.title ?? url.host, listings: await listingsOf(feed, source) };
  } catch (error) {
    if (error instanceof ProviderError && ["bad_response", "blocked"].includes(error.kind)) return null;
    throw error;
  }
}

function linksIn(response: HttpResponse): FeedLink[] {
  if (response.status !== 200) return [];
  const text = decodeFeed(response.bytes, response.headers.get("content-type"));
  return isHtml(text) ? feedLinksOf(text, new URL(response.url)) : [];
}
