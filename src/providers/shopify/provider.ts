/** Shops on Shopify as providers: all their records, from the public `products.json`. Shapes as recorded 2026. */
import {
  type AddedSource,
  collectionOf,
  type KnownSource,
  type ProviderFamily,
  type ShopBook,
  type SourceConfig,
  sourceHostOf,
} from "../added_source.ts";
import {
  type ListingDraft,
  type Page,
  type PageCursor,
  type Provider,
  ProviderError,
  type ProviderId,
} from "../contract.ts";
import { findAdded } from "../find_added.ts";
import { ADDED_TERMS } from "../terms.ts";
import { askShop, type ShopDeps } from "./call.ts";
import { findVariant } from "./find_variant.ts";
import { inspectShop } from "./inspect.ts";
import { ShopPage, ShopProduct } from "./schema.ts";
import { ARTIST_GUESS, guessArtistPlace, toListings } from "./to_listing.ts";

/** Products of one page, the most a shop gives. */
export const PAGE_SIZE = 250;
/** The family of shops' ids. */
export const SHOPIFY_KIND = "shopify";

/** A shop is asked for itself alone, and politely: ten minutes between two polls, a page a second. */
const MIN_INTERVAL_SECONDS = 600;
/** 10,000 products. */
const SWEEP_PAGES = 40;
/** Variants of one page: more do not fit into the bytes that are read, but for a shop that is none. */
export const MAX_VARIANTS = 25_000;
/** Variants after which whatever waits has its turn: some tens of milliseconds. */
const VARIANTS_AT_ONCE = 250;
/** Pages without any record that are read in one go: 2,500 shirts. */
const MAX_MERCH_PAGES = 10;
/** Nothing says that the newest come first, so all pages are read often enough for a price to be believed. */
const SWEEP_SECONDS = 3_600;
/** Enough for a whole sweep at once: one that is cut begins anew. */
const QUOTA = { seconds: 60, limit: 60, reserve: 10 };

/** The family of all shops that were added. */
export function createShopifyFamily(deps: ShopDeps & { sources: ShopBook }): ProviderFamily {
  return {
    kind: SHOPIFY_KIND,
    enabled: true,
    quota: null,
    make: (id) => createShopifyProvider(deps, id),
    inspect: (url, options) => inspectShop(deps, url, options),
  };
}

/** One shop, or one collection of it. */
export function createShopifyProvider(deps: ShopDeps & { sources: ShopBook }, id: ProviderId): Provider {
  const host = sourceHostOf(id);
  const collection = collectionOf(id);
  const name = collection === null ? host : `${host}, ${collection}`;
  const doing = `read the shop ${name}`;
  return {
    id,
    name,
    capabilities: {
      kind: "offers",
      filters: [],
      gradeSource: "condition",
      currencySource: "configured",
      minIntervalSeconds: MIN_INTERVAL_SECONDS,
      maxPagesPerPoll: 3,
      sweep: { maxPages: SWEEP_PAGES, everySeconds: SWEEP_SECONDS, findsNew: true },
      quota: { scope: `host:${host}`, windows: [QUOTA] },
      terms: ADDED_TERMS,
    },
    plan: () => [{ source: id }],
    search: async (query, cursor, options) => {
      if (options.signal.aborted) throw new ProviderError("unavailable", `Cannot ${doing}: cancelled`);
      let place = placeOf(cursor, doing);
      let source = await findAdded(deps.sources, { id, query, doing });
      for (let read = 1;; read++) {
        const ask = {
          provider: id,
          operation: "search",
          url: pageUrl(source.url, place.page),
          doing,
        } as const;
        const products = productsOf(await askShop(deps, ask, options), doing);
        if (cursor === null && read === 1) source = await withLatestGuess(deps, { source, products });
        const page = await pageOf(products, { source, place });
        // A page of shirts alone looks like the end to who reads pages.
        if (page.listings.length > 0 || page.next === null || read === MAX_MERCH_PAGES) return page;
        place = placeOf(page.next, doing);
      }
    },
    findListing: async (externalId, options) => {
      const source = await findAdded(deps.sources, { id, query: { source: id }, doing });
      return await findVariant(deps, { source, externalId, doing }, options);
    },
  };
}

/** The address of a page of a shop or of one of its collections. */
export function pageUrl(url: string, page: number, limit: number = PAGE_SIZE): string {
  return `${url.replace(/\/+$/, "")}/products.json?limit=${limit}&page=${page}`;
}

/**
 * Malformed products are left out. @throws {ProviderError} bad_response for a page of nothing else, and for one that holds
 * more than any shop's: whoever reads it does nothing else meanwhile
 */
export function productsOf(answer: unknown, doing: string): ShopProduct[] {
  const page = ShopPage.safeParse(answer);
  if (!page.success) {
    throw new ProviderError("bad_response", `Cannot ${doing}: the answer is no product list`);
  }
  const rows = page.data.products;
  if (rows.length > PAGE_SIZE) {
    throw new ProviderError(
      "bad_response",
      `Cannot ${doing}: a page has ${rows.length} products, and ${PAGE_SIZE} is the most`,
    );
  }
  const products = rows.map((row) => ShopProduct.safeParse(row).data).filter((row) => row !== undefined);
  const variants = products.reduce((sum, product) => sum + product.variants.length, 0);
  if (variants > MAX_VARIANTS) {
    throw new ProviderError(
      "bad_response",
      `Cannot ${doing}: a page has ${variants} variants, and ${MAX_VARIANTS} is the most`,
    );
  }
  if (rows.length > 0 && products.length === 0) {
    const text = `Cannot ${doing}: none of ${rows.length} products has a title, a handle and variants`;
    throw new ProviderError("bad_response", text);
  }
  return products;
}

/** A page, and the first product of the page before it: a shop that repeats a page has no more of them. */
interface Place {
  page: number;
  before: string | null;
}

function placeOf(cursor: PageCursor, doing: string): Place {
  if (cursor === null) return { page: 1, before: null };
  const [, page, before] = /^([1-9]\d{0,3}) (.{1,300})$/.exec(cursor) ?? [];
  if (page !== undefined && before !== undefined) return { page: Number(page), before };
  throw new ProviderError(
    "bad_response",
    `Cannot ${doing}: ${JSON.stringify(cursor)} is not the start of a page`,
  );
}

/** A shop whose artists were looked for in an earlier way, read as its first page shows it now. */
async function withLatestGuess(
  { sources, clock }: ShopDeps & { sources: ShopBook },
  { source, products }: { source: KnownSource; products: readonly ShopProduct[] },
): Promise<KnownSource> {
  const { provider, artist_guess: before } = source;
  if (before === null || before === undefined || before >= ARTIST_GUESS || products.length === 0) {
    return source;
  }
  const artist_from = guessArtistPlace(products);
  await sources.correctArtist({ provider, artist_from, artist_guess: ARTIST_GUESS, now: clock.now() });
  return await sources.find(provider) ?? source;
}

/** Only an empty page is the last: shops may give fewer products than were asked for. */
async function pageOf(
  products: readonly ShopProduct[],
  { source, place }: { source: AddedSource; place: Place },
): Promise<Page> {
  const [first] = products;
  if (!first || first.handle === place.before) return { listings: [], next: null };
  const origin = new URL(source.url).origin;
  const listings = await readProducts(products, { origin, config: source });
  return { listings, next: `${place.page + 1} ${first.handle}`.slice(0, 300) };
}

/** What products are sold as; a variant that is named twice keeps its first place. Nobody else waits for all of it. */
export async function readProducts(
  products: readonly ShopProduct[],
  reading: { origin: string; config: SourceConfig },
): Promise<ListingDraft[]> {
  const byId = new Map<string, ListingDraft>();
  let variants = 0;
  for (const product of products) {
    variants += product.variants.length;
    if (variants > VARIANTS_AT_ONCE) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      variants = product.variants.length;
    }
    for (const listing of toListings(product, reading)) {
      if (!byId.has(listing.external_id)) byId.set(listing.external_id, listing);
    }
  }
  return [...byId.values()];
}
