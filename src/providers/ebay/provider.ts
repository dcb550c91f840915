/** eBay's Browse API as a provider: newest offers of one marketplace. Facts: Browse v1.10.0, read 2026-11. */
import type { HttpResponse } from "../../platform/http_client.ts";
import { type Page, type PageCursor, type Provider, ProviderError, type ProviderQuery } from "../contract.ts";
import { jsonOf } from "../http_call.ts";
import { EBAY_TERMS } from "../terms.ts";
import { browseHeaders, type EbayApi, type EbayAsk, type EbayConfig } from "./api.ts";
import { EBAY_ID } from "./call.ts";
import { failureOf, FATAL_WARNING_IDS, problemText } from "./errors.ts";
import { findItem } from "./find_item.ts";
import { EBAY_MARKETPLACES } from "./marketplaces.ts";
import { unorderedIds } from "./order.ts";
import { EBAY_FORMATS, EbayQuery, planEbay } from "./plan.ts";
import { readEbayQuota } from "./read_quota.ts";
import { EbayItem, EbaySearchBody } from "./schema.ts";
import { toListing } from "./to_listing.ts";

const DOING = "search eBay";

/** Rows of one page, the most eBay gives. Offsets must be multiples of it. */
export const PAGE_SIZE = 200;

/** Share of a day's calls that polls leave to people who search. */
const SEARCH_RESERVE = 0.1;

/** Offset of the last page: eBay answers at most 10,000 rows per search. */
export const LAST_OFFSET = 9_800;

/** What the Partner Network asks to be told to whoever sees its links. */
export const AFFILIATE_NOTICE =
  "Links to eBay are affiliate links: whoever runs this service may be paid when you buy there.";

/** A provider on eBay's real search, in the name of the application behind `api`; holds nothing itself. */
export function createEbayProvider(api: EbayApi): Provider {
  const { marketplace, campaignId } = api.config;
  return {
    id: EBAY_ID,
    name: "eBay",
    capabilities: {
      kind: "offers",
      filters: ["keywords", "any_keywords", "q", "formats", "marketplaces"],
      formats: EBAY_FORMATS,
      gradeSource: "condition",
      currencySource: "listing",
      minIntervalSeconds: 30,
      maxPagesPerPoll: 5,
      // The day of eBay's counter begins at its midnight; any 24 hours are stricter.
      quota: {
        scope: "app:ebay",
        windows: [{
          seconds: 86_400,
          limit: api.config.callsPerDay,
          reserve: Math.ceil(api.config.callsPerDay * SEARCH_RESERVE),
        }],
      },
      // 1,000 offers of one query, four times a day: few queries have more, and a day has 5,000 calls.
      sweep: { maxPages: 5 },
      marketplaces: { known: [...new Set([...EBAY_MARKETPLACES, marketplace])].sort(), default: marketplace },
      terms: campaignId === null ? EBAY_TERMS : { ...EBAY_TERMS, notice: AFFILIATE_NOTICE },
    },
    plan: (query) => planEbay(query, marketplace),
    search: async (stored, cursor, options) => {
      const offset = offsetOf(cursor);
      const query = queryOf(stored);
      const response = await api.get(searchAsk(api.config, query, offset), options);
      return pageOf(response, { api, query, offset });
    },
    findListing: (external_id, options) => findItem(api, external_id, options),
    readQuota: (options) => readEbayQuota(api, options),
  };
}

function searchAsk(config: EbayConfig, query: EbayQuery, offset: number): EbayAsk {
  const { q, category_ids, sort, filter, marketplace } = query;
  const params = new URLSearchParams({
    q,
    category_ids,
    sort,
    filter,
    limit: String(PAGE_SIZE),
    offset: String(offset),
  });
  return {
    operation: "search",
    path: `/buy/browse/v1/item_summary/search?${params}`,
    headers: browseHeaders(config, marketplace),
    doing: DOING,
  };
}

interface Context {
  api: EbayApi;
  query: EbayQuery;
  offset: number;
}

function pageOf(response: HttpResponse, context: Context): Page {
  if (response.status !== 200) throw failureOf(response, DOING, context.api.clock.now());
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
  const items = itemsOf(rows);
  const reading = {
    now: context.api.clock.now(),
    affiliate: context.api.config.campaignId !== null,
    marketplace: context.query.marketplace,
    isFound: true,
  };
  return {
    listings: items.map((item) => toListing(item, reading)),
    next: rows.length > 0 ? nextCursor(body, context.offset) : null,
    unordered: unorderedIds(items),
  };
}

/** Malformed rows are left out; a page of nothing else is no page. Doubles keep their first place. */
function itemsOf(rows: readonly unknown[]): EbayItem[] {
  const items = rows.map((row) => EbayItem.safeParse(row).data).filter((item) => item !== undefined);
  if (rows.length > 0 && items.length === 0) {
    throw new ProviderError(
      "bad_response",
      `Cannot ${DOING}: none of ${rows.length} rows has an id and a title`,
    );
  }
  const seen = new Set<string>();
  return items.filter(({ itemId }) => !seen.has(itemId) && seen.add(itemId));
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
