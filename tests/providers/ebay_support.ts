import type { HttpClient } from "../../src/platform/http_client.ts";
import { createHttpClient } from "../../src/platform/http_client.ts";
import { EbayApi, type EbayConfig } from "../../src/providers/ebay/api.ts";
import { createEbayProvider } from "../../src/providers/ebay/provider.ts";
import { json, type RecordedRequest, type Script, startScriptedServer } from "../support/scripted_server.ts";
import { fakeClock, NOON } from "../support/clock.ts";
import { fixture } from "./support.ts";

export const TOKEN_PATH = "/identity/v1/oauth2/token";
export const SEARCH_PATH = "/buy/browse/v1/item_summary/search";

export function isSearch(request: RecordedRequest): boolean {
  return request.path === SEARCH_PATH;
}

/** Hands out token-1, token-2, … and lets `search` answer the rest. */
export function withTokens(search: Script): Script {
  let minted = 0;
  return (request, seen) => {
    if (request.path === TOKEN_PATH) return json({ access_token: `token-${++minted}`, expires_in: 7200 });
    return search(request, seen);
  };
}

/** A search answered with a fixture of our own. */
export function fixtureSearch(name: string): Script {
  return withTokens(() => json(fixture(`ebay/${name}.json`)));
}

export function configFor(url: string, parts: Partial<EbayConfig> = {}): EbayConfig {
  return {
    apiUrl: url,
    authUrl: url,
    clientId: "id",
    clientSecret: "hunter2",
    marketplace: "EBAY_US",
    campaignId: null,
    callsPerDay: 5_000,
    ...parts,
  };
}

/** eBay on a scripted server, with a clock that stands at noon. */
export function startEbay(script: Script, options: { config?: Partial<EbayConfig>; http?: HttpClient } = {}) {
  const server = startScriptedServer(script);
  const clock = fakeClock(NOON);
  const http = options.http ?? createHttpClient({ userAgent: "WaxWatch-test/1.0", timeoutMs: 1_000 });
  const api = new EbayApi({ http, clock, config: configFor(server.url, options.config) });
  return {
    server,
    clock,
    api,
    provider: createEbayProvider(api),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** A query as planEbay() makes it. */
export const QUERY = {
  marketplace: "EBAY_US",
  q: "davis miles",
  category_ids: "176985",
  sort: "newlyListed",
  filter: "buyingOptions:{FIXED_PRICE|AUCTION|BEST_OFFER}",
};

/** Recorded answers of eBay are not part of the repository; where they lie beside it, all are read. */
export const RECORDED = new URL("../../../shared/data/fixtures/ebay/", import.meta.url);

/** A row as it was recorded. */
export interface RecordedRow {
  itemId: string;
  price?: { value: string };
  currentBidPrice?: { value: string };
}

/** Recorded searches; none where they are not at hand. */
export function recordedSearches(): { name: string; rows: RecordedRow[]; body: unknown }[] {
  try {
    return [...Deno.readDirSync(RECORDED)].filter(({ name }) => /^(search_|itemsummaries_)/.test(name))
      .map(({ name }) => {
        const content = JSON.parse(Deno.readTextFileSync(new URL(name, RECORDED)));
        const body = Array.isArray(content) ? { total: content.length, itemSummaries: content } : content;
        return { name, rows: body.itemSummaries ?? [], body };
      });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
