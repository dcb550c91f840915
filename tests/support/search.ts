/** A service with a scripted eBay and a scripted Discogs behind it, for searches. */
import type { components } from "../../docs/client/api.ts";
import { ok } from "./answers.ts";
import { aRow, discogsEnv } from "./discogs.ts";
import { anEbayItem, ebayEnv, SEARCH_PATH, TOKEN_PATH } from "./ebay.ts";
import type { NewSearch } from "./factories.ts";
import { json, type Script, type ScriptedServer, startScriptedServer } from "./scripted_server.ts";
import { type Client, type TestService, withService } from "./service.ts";

/** What the two marketplaces hold, newest first; a test changes it between searches. */
export interface Stock {
  ebay: Record<string, unknown>[];
  discogs: Record<string, unknown>[];
}

/** The two marketplaces. */
export interface Markets {
  stock: Stock;
  ebay: ScriptedServer;
  discogs: ScriptedServer;
  /** Searches each was asked so far; tokens aside. */
  calls(): { ebay: number; discogs: number };
}

/** Runs `work` on a service that searches `stock`. */
export async function withMarkets(
  stock: Partial<Stock>,
  work: (service: TestService, markets: Markets) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  const full: Stock = { ebay: [], discogs: [], ...stock };
  await using ebay = startScriptedServer(ebayPages(() => full.ebay));
  await using discogs = startScriptedServer(discogsPages(() => full.discogs));
  const calls = () => ({
    ebay: ebay.requestsTo(SEARCH_PATH).length,
    discogs: discogs.requestsTo("/database/search").length,
  });
  await withService(
    (service) => work(service, { stock: full, ebay, discogs, calls }),
    { ...ebayEnv(ebay.url), ...discogsEnv(discogs.url), ...env },
  );
}

/** eBay's search in pages of 200, whatever is asked for. */
export function ebayPages(items: () => readonly Record<string, unknown>[]): Script {
  return ({ path, query }) => {
    if (path === TOKEN_PATH) return json({ access_token: "t", expires_in: 7200 });
    const offset = Number(query.get("offset"));
    const [all, page] = [items(), items().slice(offset, offset + 200)];
    return json({ total: all.length, limit: 200, offset, ...(page.length > 0 && { itemSummaries: page }) });
  };
}

/** Discogs' catalogue search in pages of 100, whatever is asked for. */
export function discogsPages(rows: () => readonly Record<string, unknown>[]): Script {
  return ({ query }) => {
    const page = Number(query.get("page"));
    const pages = Math.max(1, Math.ceil(rows().length / 100));
    return json({
      pagination: { page, pages, per_page: 100, items: rows().length, urls: {} },
      results: rows().slice((page - 1) * 100, page * 100),
    });
  };
}

/** `count` offers of eBay, the first the newest. */
export function someOffers(count: number, fields: Record<string, unknown> = {}): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, n) => anEbayItem({ itemId: `v1|${1_000 + n}|0`, ...fields }));
}

/** `count` releases of Discogs. */
export function someReleases(count: number): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, n) => aRow(1 + n));
}

/** What a search answers. */
export type Found = components["schemas"]["SearchAnswer"];

/** Searches as `client` for "kind of blue"; it has to succeed, with or without errors of providers. */
export async function search({ api }: Client, fields: Partial<NewSearch> = {}): Promise<Found> {
  return ok(await api.POST("/api/search", { body: aSearch(fields) }), 200);
}

/** A search for "kind of blue". */
export function aSearch(fields: Partial<NewSearch> = {}): NewSearch {
  return { keywords: ["kind of blue"], ...fields };
}

/** `<provider> <external id>` of every hit. */
export function hitsOf({ items }: Found): string[] {
  return items.map((item) => `${item.provider} ${item.external_id}`);
}
