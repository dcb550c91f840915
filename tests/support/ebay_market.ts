/** A marketplace that answers like eBay's token endpoint and Browse search, with offers that a test adds over time. */
import { json, type RecordedRequest, type ScriptedServer, startScriptedServer } from "./scripted_server.ts";

/** One offer on the market. */
export interface MarketItem {
  itemId: string;
  title: string;
  /** US dollars, as eBay writes them. */
  price: string;
  /** When it went on sale. */
  createdAt: Date;
}

/** The running market. */
export interface EbayMarket extends AsyncDisposable {
  /** What EBAY_API_URL and EBAY_AUTH_URL are to be. */
  readonly url: string;
  /** Every offer so far, oldest first. */
  readonly items: readonly MarketItem[];
  /** Calls so far. */
  readonly calls: { token: number; search: number };
  /** Puts an offer on sale; the newest comes first in every search that its title fits. */
  add(offer: { title: string; price?: string; createdAt: Date }): MarketItem;
  /** Changes the price of an offer. */
  reprice(item: MarketItem, price: string): void;
}

export interface MarketOptions {
  /** How long each search takes, in milliseconds; default: not at all. */
  searchMs?: () => number;
}

const TOKEN_PATH = "/identity/v1/oauth2/token";
const SEARCH_PATH = "/buy/browse/v1/item_summary/search";

/** Starts a market without offers on a free port of 127.0.0.1. */
export function startEbayMarket({ searchMs = () => 0 }: MarketOptions = {}): EbayMarket {
  const items: MarketItem[] = [];
  const calls = { token: 0, search: 0 };
  const server: ScriptedServer = startScriptedServer(async (request) => {
    if (request.path === TOKEN_PATH && request.method === "POST") {
      calls.token++;
      return json({
        access_token: `token-${calls.token}`,
        expires_in: 7200,
        token_type: "Application Access Token",
      });
    }
    if (request.path !== SEARCH_PATH) return json({ errors: [{ errorId: 2002 }] }, { status: 404 });
    calls.search++;
    if (!request.headers.get("authorization")?.startsWith("Bearer token-")) {
      return json({ errors: [{ errorId: 1001, domain: "OAuth" }] }, { status: 401 });
    }
    await pause(searchMs(), request.closing);
    return json(searchPage(items, request));
  });
  return {
    url: server.url,
    items,
    calls,
    add({ title, price = "24.99", createdAt }) {
      const item = { itemId: `v1|${100_000 + items.length}|0`, title, price, createdAt };
      items.push(item);
      return item;
    },
    reprice(item, price) {
      item.price = price;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function searchPage(items: readonly MarketItem[], { query }: RecordedRequest) {
  const fits = titleFilter(query.get("q") ?? "");
  const limit = Number(query.get("limit") ?? 50);
  const offset = Number(query.get("offset") ?? 0);
  const found = items.filter((item) => fits(item.title)).reverse();
  const rows = found.slice(offset, offset + limit);
  return {
    href: `https://api.ebay.com${SEARCH_PATH}?${query}`,
    total: found.length,
    limit,
    offset,
    ...(offset + limit < found.length && {
      next: `https://api.ebay.com${SEARCH_PATH}?offset=${offset + limit}`,
    }),
    // An empty result has no itemSummaries at all.
    ...(rows.length > 0 && { itemSummaries: rows.map(toSummary) }),
  };
}

/** `davis (blue, miles)`: every word, and one of each group. */
function titleFilter(q: string): (title: string) => boolean {
  const groups = [...q.matchAll(/\(([^)]*)\)|(\S+)/g)].map(([, group, word]) =>
    (group ?? word ?? "").toLowerCase().split(", ")
  );
  return (title) => {
    const words = new Set(title.toLowerCase().split(/\W+/));
    return groups.every((group) => group.some((word) => words.has(word)));
  };
}

function toSummary({ itemId, title, price, createdAt }: MarketItem) {
  return {
    itemId,
    title,
    price: { value: price, currency: "USD" },
    buyingOptions: ["FIXED_PRICE"],
    shippingOptions: [{ shippingCostType: "FIXED", shippingCost: { value: "4.50", currency: "USD" } }],
    condition: "Used",
    conditionId: "3000",
    itemWebUrl: `https://www.ebay.com/itm/${itemId.split("|")[1]}`,
    seller: { username: "waxfan", feedbackPercentage: "99.1", feedbackScore: 12 },
    itemLocation: { country: "US", postalCode: "774**" },
    itemCreationDate: createdAt.toISOString(),
    listingMarketplaceId: "EBAY_US",
  };
}

/** Waits, or less when the server closes. */
function pause(milliseconds: number, closing: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (milliseconds <= 0 || closing.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      closing.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    closing.addEventListener("abort", end);
  });
}
