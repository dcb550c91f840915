/** What kind of shop lies behind an address. */
import { isCurrency } from "../../matching/rule_query.ts";
import { sha256Hex } from "../../platform/crypto.ts";
import type { FoundSource } from "../added_source.ts";
import { type CallOptions, ProviderError } from "../contract.ts";
import { askShop, type ShopDeps } from "./call.ts";
import { pageUrl, productsOf, readProducts } from "./provider.ts";
import { ShopCart, ShopMeta } from "./schema.ts";
import { ARTIST_GUESS, guessArtistPlace } from "./to_listing.ts";

/** Products looked at: enough to see a shop's habits. */
const SAMPLE_SIZE = 50;

/**
 * The shop, or the collection of it that the address names, with its currency and habits as far as they show; null: it
 * is none. @throws {ProviderError} when it refuses or does not answer
 */
export async function inspectShop(
  deps: ShopDeps,
  url: URL,
  options: CallOptions,
): Promise<FoundSource | null> {
  const collection = collectionIn(url);
  const address = url.origin + (collection === null ? "" : `/collections/${encodeURIComponent(collection)}`);
  const host = url.host.replace(/[^a-z0-9.-]/g, "-");
  const provider = `shopify:${host}${collection === null ? "" : `--${await slugOf(collection)}`}`;
  const doing = `read the shop ${url.host}`;
  const ask = (target: string) =>
    askShop(deps, { provider, operation: "inspect", url: target, doing }, options);
  const products = await ask(pageUrl(address, 1, SAMPLE_SIZE)).then((answer) => productsOf(answer, doing))
    .catch((error) => {
      if (error instanceof ProviderError && ["bad_response", "blocked"].includes(error.kind)) return null;
      throw error;
    });
  if (products === null) return null;
  const config = { artist_from: guessArtistPlace(products), currency: await findCurrency(url.origin, ask) };
  const listings = await readProducts(products, { origin: url.origin, config });
  const name = nameOfShop(url, collection);
  return { provider, kind: "shopify", url: address, name, ...config, artist_guess: ARTIST_GUESS, listings };
}

/** The handle of the collection that an address names, as Shopify writes it; null: all of the shop. */
function collectionIn({ pathname }: URL): string | null {
  const [, part = "all"] = /^\/(?:[a-z]{2}(?:-[a-z]{2})?\/)?collections\/([^/]+)/i.exec(pathname) ?? [];
  const handle = decodedOf(part).toLowerCase();
  return handle === "all" ? null : handle;
}

function decodedOf(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A handle as an id has it; one with letters that an id does not have is told apart by a digest. */
async function slugOf(handle: string): Promise<string> {
  return /^[a-z0-9_-]{1,100}$/.test(handle)
    ? handle.replaceAll("_", "-")
    : (await sha256Hex(handle)).slice(0, 10);
}

function nameOfShop(url: URL, collection: string | null): string {
  return collection === null ? url.host : `${url.host}, ${collection}`;
}

/** Neither address is promised by anybody: a shop that has neither has to be told its currency. */
async function findCurrency(origin: string, ask: (url: string) => Promise<unknown>): Promise<string | null> {
  for (const [path, schema] of [["/meta.json", ShopMeta], ["/cart.js", ShopCart]] as const) {
    const answer = await ask(origin + path).catch((error) => {
      if (error instanceof ProviderError) return null;
      throw error;
    });
    const currency = schema.safeParse(answer).data?.currency?.toUpperCase();
    if (currency && isCurrency(currency)) return currency;
  }
  return null;
}
