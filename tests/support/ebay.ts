/** eBay as a test scripts it: token and search over HTTP, in the shapes of Browse v1. */
import { json, type Script } from "./scripted_server.ts";

/** Paths the adapter calls. */
export const TOKEN_PATH = "/identity/v1/oauth2/token";
export const SEARCH_PATH = "/buy/browse/v1/item_summary/search";

/** A copy of Kind of Blue, fixed price, listed at noon of the test day. */
export function anEbayItem(fields: Record<string, unknown> = {}): Record<string, unknown> {
  const id = `v1|${Math.floor(Math.random() * 1e12)}|0`;
  return {
    itemId: id,
    title: "Miles Davis - Kind Of Blue LP VG+",
    price: { value: "24.99", currency: "USD" },
    itemWebUrl: `https://www.ebay.com/itm/${id.split("|")[1]}`,
    seller: { username: "shop", feedbackPercentage: "99.1", feedbackScore: 120 },
    condition: "Used",
    conditionId: "3000",
    buyingOptions: ["FIXED_PRICE"],
    itemLocation: { country: "US", postalCode: "774**" },
    itemCreationDate: "2026-11-23T12:00:00.000Z",
    listingMarketplaceId: "EBAY_US",
    ...fields,
  };
}

/** Answers the token call, and searches with what `items` gives then. */
export function ebayScript(items: () => readonly Record<string, unknown>[]): Script {
  return ({ path }) => {
    if (path === TOKEN_PATH) {
      return json({ access_token: "t", expires_in: 7200, token_type: "Application Access Token" });
    }
    const found = items();
    // As eBay does: an empty result has no itemSummaries at all.
    return json({
      total: found.length,
      limit: 200,
      offset: 0,
      ...(found.length > 0 ? { itemSummaries: found } : {}),
    });
  };
}

/** The environment that sends the eBay adapter to `url`. */
export function ebayEnv(url: string): Record<string, string> {
  return { EBAY_API_URL: url, EBAY_AUTH_URL: url, EBAY_CLIENT_ID: "id", EBAY_CLIENT_SECRET: "secret" };
}
