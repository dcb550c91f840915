/** eBay's Browse API as a provider: newest vinyl offers of one marketplace. Facts: Browse v1.10.0, read 2026-11. */
import type { Clock } from "../../platform/clock.ts";
import type { HttpClient, HttpRequest, HttpResponse } from "../../platform/http_client.ts";
import {
  type CallOptions,
  type ListingDraft,
  type Page,
  type PageCursor,
  ProviderError,
} from "../contract.ts";
import type { Provider, ProviderQuery } from "../contract.ts";
import { EBAY_TERMS } from "../terms.ts";
import { callEbay, EBAY_ID } from "./call.ts";
import { failureOfRequest, jsonOf } from "../http_call.ts";
import { failureOf, FATAL_WARNING_IDS, problemText, saysTokenIsStale } from "./errors.ts";
import { EbayQuery, planEbay } from "./plan.ts";
import { EbayItem, EbaySearchBody } from "./schema.ts";
import { toListing } from "./to_listing.ts";
import { EbayTokens } from "./token.ts";

/** Where and as whom eBay is asked. */
export interface EbayConfig {
  /** "https://api.ebay.com" or the sandbox. */
  apiUrl: string;
  /** Base address of the token endpoint, or its full address ending in `/token`. */
  authUrl: string;
  clientId: string;
  clientSecret: string;
  /** "EBAY_US", "EBAY_GB", …; part of every query, so changing it makes new polls. */
  marketplace: string;
  /** eBay Partner Network campaign; null: plain links. */
  campaignId: string | null;
}

/** What the adapter works with. */
export interface EbayDeps {
  http: HttpClient;
  clock: Clock;
  config: EbayConfig;
}

const DOING = "search eBay";

/** Rows of one page, the most eBay gives. Offsets must be multiples of it. */
export const PAGE_SIZE = 200;

/** Offset of the last page: eBay answers at most 10,000 rows per search. */
export const LAST_OFFSET = 9_800;

/** A provider on eBay's real search; holds one access token, nothing else. */
export function createEbayProvider(deps: EbayDeps): Provider {
  const tokens = new EbayTokens(deps, deps.config);
  return {
    id: EBAY_ID,
    name: "eBay",
    capabilities: {
      kind: "offers",
      minIntervalSeconds: 30,
      maxPagesPerPoll: 5,
      quota: null,
      // 1,000 offers of one query, four times a day: few queries have more, and a day has 5,000 calls.
      sweep: { maxPages: 5 },
      terms: EBAY_TERMS,
    },
    plan: (query) => planEbay(query, deps.config.marketplace),
    search: async (query, cursor, options) => {
      try {
        if (options.signal.aborted) throw new ProviderError("unavailable", `Cannot ${DOING}: cancelled`);
        const offset = offsetOf(cursor);
        const response = await askWithToken(deps, tokens, { query: queryOf(query), offset }, options);
        return pageOf(response, { deps, offset });
      } catch (error) {
        throw failureOfRequest(error, DOING);
      }
    },
  };
}

interface Ask {
  query: EbayQuery;
  offset: number;
}

/** One search; a stale token is renewed once, a second refusal is remembered and thrown. */
async function askWithToken(deps: EbayDeps, tokens: EbayTokens, ask: Ask, options: CallOptions) {
  const send = async (token: string) => {
    const request = searchRequest(deps.config, ask, { token, signal: options.signal });
    return await callEbay(deps, { operation: "search", request, onCall: options.onCall });
  };
  const token = await tokens.get(options);
  const response = await send(token);
  if (!saysTokenIsStale(response)) return response;
  tokens.invalidate(token);
  const fresh = await tokens.get(options);
  const second = await send(fresh);
  if (saysTokenIsStale(second)) {
    tokens.invalidate(fresh);
    tokens.remember(failureOf(second, DOING, deps.clock.now()));
  }
  return second;
}

function searchRequest(
  config: EbayConfig,
  ask: Ask,
  auth: { token: string; signal: AbortSignal },
): HttpRequest {
  const { q, category_ids, sort, filter, marketplace } = ask.query;
  const params = new URLSearchParams({
    q,
    category_ids,
    sort,
    filter,
    limit: String(PAGE_SIZE),
    offset: String(ask.offset),
  });
  return {
    url: `${config.apiUrl.replace(/\/+$/, "")}/buy/browse/v1/item_summary/search?${params}`,
    headers: {
      authorization: `Bearer ${auth.token}`,
      accept: "application/json",
      "x-ebay-c-marketplace-id": marketplace,
      ...(config.campaignId && {
        "x-ebay-c-enduserctx": `affiliateCampaignId=${encodeURIComponent(config.campaignId)}`,
      }),
    },
    signal: auth.signal,
  };
}

function pageOf(response: HttpResponse, context: { deps: EbayDeps; offset: number }): Page {
  const { deps, offset } = context;
  if (response.status !== 200) throw failureOf(response, DOING, deps.clock.now());
  const parsed = EbaySearchBody.safeParse(jsonOf(response, DOING));
  if (!parsed.success) {
    throw new ProviderError("bad_response", `Cannot ${DOING}: the answer is not a search result`);
  }
  const body = parsed.data;
  const warning = body.warnings?.find(({ errorId }) => FATAL_WARNING_IDS.has(errorId ?? 0));
  if (warning) {
    const text = `Cannot ${DOING}: eBay ignored a part of the search: ${problemText(warning)}`;
    throw new ProviderError("bad_response", text);
  }
  const rows = body.itemSummaries ?? [];
  return { listings: listingsOf(rows, deps), next: rows.length > 0 ? nextCursor(body, offset) : null };
}

/** Malformed rows are left out; a page of nothing else is no page. Doubles keep their first place. */
function listingsOf(rows: readonly unknown[], deps: EbayDeps): ListingDraft[] {
  const options = { now: deps.clock.now(), affiliate: deps.config.campaignId !== null };
  const items = rows.map((row) => EbayItem.safeParse(row).data).filter((item) => item !== undefined);
  if (rows.length > 0 && items.length === 0) {
    throw new ProviderError(
      "bad_response",
      `Cannot ${DOING}: none of ${rows.length} rows has an id and a title`,
    );
  }
  const byId = new Map<string, ListingDraft>();
  for (const item of items) {
    if (!byId.has(item.itemId)) byId.set(item.itemId, toListing(item, options));
  }
  return [...byId.values()];
}

function nextCursor(body: EbaySearchBody, offset: number): PageCursor {
  const next = offset + PAGE_SIZE;
  const isMore = Boolean(body.next) || next < (body.total ?? 0);
  return isMore && next <= LAST_OFFSET ? String(next) : null;
}

function offsetOf(cursor: PageCursor): number {
  if (cursor === null) return 0;
  const offset = /^\d{1,5}$/.test(cursor) ? Number(cursor) : NaN;
  if (offset % PAGE_SIZE === 0 && offset <= LAST_OFFSET) return offset;
  throw new ProviderError(
    "bad_response",
    `Cannot ${DOING}: ${JSON.stringify(cursor)} is not the start of a page`,
  );
}

function queryOf(query: ProviderQuery): EbayQuery {
  const parsed = EbayQuery.safeParse(query);
  if (parsed.success) return parsed.data;
  throw new ProviderError("bad_response", `Cannot ${DOING}: the stored query is not one of eBay's`);
}
