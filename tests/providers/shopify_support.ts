/** A shop on a scripted server. */
import { createShopifyProvider } from "../../src/providers/shopify/provider.ts";
import type { SourceConfig } from "../../src/providers/added_source.ts";
import type { Script } from "../support/scripted_server.ts";
import { json } from "../support/scripted_server.ts";
import type { ProviderUnderTest } from "./conformance_support.ts";
import { fixture } from "./support.ts";

/** The id under which the shop was added. */
export const SHOP_ID = "shopify:shop.example";

/** Makes the shop's provider. */
export function makeShop(config: Partial<SourceConfig> = {}): ProviderUnderTest["make"] {
  return ({ url, http, clock }) => {
    const source = {
      provider: SHOP_ID,
      kind: "shopify",
      url,
      currency: "USD",
      artist_from: "vendor",
      updated_at: new Date(0),
    } as const;
    const sources = {
      find: () => Promise.resolve({ ...source, ...config }),
      correctArtist: () => Promise.resolve(),
    };
    return createShopifyProvider({ http, clock, sources }, SHOP_ID);
  };
}

/** One page of products, then the empty one. */
export function shopOf(page: unknown): Script {
  return ({ query }) => json(query.get("page") === "1" ? page : { products: [] });
}

/** The good answers. */
export const SHOP_ANSWERS: Script = shopOf(fixture("shopify/products.json"));
