/** Sellers of Discogs as providers: what one has for sale, newest first. Facts: API v2, documentation of 2025-07. */
import { sha256Hex } from "../../platform/crypto.ts";
import { type FoundSource, nameOf, type ProviderFamily, type SourceBook } from "../added_source.ts";
import {
  type CallOptions,
  type ListingDraft,
  type Page,
  type PageCursor,
  type Provider,
  ProviderError,
  type ProviderId,
} from "../contract.ts";
import { askDiscogs } from "./call.ts";
import type { DiscogsCatalogue } from "./catalogue_store.ts";
import type { DiscogsDeps } from "./known.ts";
import { DISCOGS_QUOTA_SCOPE } from "./provider.ts";
import { findAdded } from "../find_added.ts";
import { DISCOGS_TERMS } from "../terms.ts";
import { InventoryBody, SellerOffer } from "./seller_schema.ts";
import { toListing } from "./seller_listing.ts";

/** What the adapter is made of. */
export type SellerDeps = Omit<DiscogsDeps, "catalogue"> & {
  sources: SourceBook;
  catalogue: Pick<DiscogsCatalogue, "findMasterIds">;
};

/** Offers of one page, the most Discogs gives. */
export const PAGE_SIZE = 100;
/** Discogs answers at most 10,000 rows. */
const LAST_PAGE = 100;
/** Every call is one of the fifty a minute that all users of Discogs share. */
const MIN_INTERVAL_SECONDS = 900;
/** 1,000 offers: a sweep has to fit into the calls of one minute. Of a larger stock the newest are watched. */
const SWEEP_PAGES = 10;
const QUOTA_RESERVE = 3;

/** The family of all sellers that were added; on with the credentials of Discogs. */
export function createSellerFamily(deps: SellerDeps): ProviderFamily {
  return {
    kind: "discogs_seller",
    enabled: deps.config.credentials !== null,
    disabledReason: "Discogs has no credentials here",
    quota: quotaOf(deps),
    make: (id) => createSellerProvider(deps, id),
    inspect: (url, options) => inspectSeller(deps, url, options),
  };
}

/** One seller. */
export function createSellerProvider(deps: SellerDeps, id: ProviderId): Provider {
  const name = `${nameOf(id)} on Discogs`;
  const doing = `read the stock of ${name}`;
  return {
    id,
    name,
    capabilities: {
      kind: "offers",
      filters: [],
      gradeSource: "condition",
      currencySource: "listing",
      minIntervalSeconds: MIN_INTERVAL_SECONDS,
      maxPagesPerPoll: 3,
      sweep: { maxPages: SWEEP_PAGES },
      quota: quotaOf(deps),
      terms: DISCOGS_TERMS,
    },
    plan: () => [{ source: id }],
    search: async (query, cursor, options) => {
      if (options.signal.aborted) throw new ProviderError("unavailable", `Cannot ${doing}: cancelled`);
      const page = pageNumber(cursor, doing);
      const source = await findAdded(deps.sources, { id, query, doing });
      const username = usernameIn(new URL(source.url)) ?? "";
      return await readPage(deps, { provider: id, username, page, doing }, options);
    },
    findListing: async (externalId, options) => {
      const answer = await askDiscogs(deps, {
        provider: id,
        operation: "listing",
        path: `/marketplace/listings/${encodeURIComponent(externalId)}`,
        doing,
        mayBeGone: true,
      }, options);
      if (answer === null) return null;
      const offer = SellerOffer.safeParse(answer).data;
      const [listing] = offer && String(offer.id) === externalId ? await listingsOf(deps, [offer]) : [];
      if (listing) return listing;
      throw new ProviderError(
        "bad_response",
        `Cannot ${doing}: the answer is not the offer that was asked for`,
      );
    },
  };
}

/** The one count of all calls to Discogs. */
function quotaOf({ config }: SellerDeps) {
  const windows = [{ seconds: 60, limit: config.callsPerMinute, reserve: QUOTA_RESERVE }];
  return { scope: DISCOGS_QUOTA_SCOPE, windows };
}

interface InventoryAsk {
  provider: ProviderId;
  username: string;
  page: number;
  doing: string;
}

async function readPage(deps: SellerDeps, ask: InventoryAsk, options: CallOptions): Promise<Page> {
  const { provider, username, page, doing } = ask;
  const answer = await askDiscogs(deps, {
    provider,
    operation: "search",
    path: `/users/${encodeURIComponent(username)}/inventory`,
    params: {
      status: "For Sale",
      sort: "listed",
      sort_order: "desc",
      per_page: String(PAGE_SIZE),
      page: String(page),
    },
    doing,
  }, options);
  const body = InventoryBody.safeParse(answer);
  if (!body.success) throw new ProviderError("bad_response", `Cannot ${doing}: the answer is no inventory`);
  const { listings: rows, pagination } = body.data;
  const offers = rows.map((row) => SellerOffer.safeParse(row).data).filter((row) => row !== undefined);
  if (rows.length > 0 && offers.length === 0) {
    throw new ProviderError(
      "bad_response",
      `Cannot ${doing}: none of ${rows.length} offers has an id and a release`,
    );
  }
  const byId = new Map<string, ListingDraft>();
  for (const listing of await listingsOf(deps, offers)) {
    if (!byId.has(listing.external_id)) byId.set(listing.external_id, listing);
  }
  const isMore = rows.length > 0 && page < Math.min(pagination?.pages ?? page, LAST_PAGE);
  return { listings: [...byId.values()], next: isMore ? String(page + 1) : null };
}

/** Offers name their releases alone; whose versions those are is in the catalogue where somebody watches the master. */
async function listingsOf(
  { catalogue }: Pick<SellerDeps, "catalogue">,
  offers: readonly SellerOffer[],
): Promise<ListingDraft[]> {
  const masters = await catalogue.findMasterIds([...new Set(offers.map(({ release }) => release.id))]);
  return offers.map((offer) => toListing(offer, masters.get(offer.release.id) ?? null));
}

function pageNumber(cursor: PageCursor, doing: string): number {
  if (cursor === null) return 1;
  const page = /^\d{1,3}$/.test(cursor) ? Number(cursor) : NaN;
  if (page >= 1 && page <= LAST_PAGE) return page;
  throw new ProviderError(
    "bad_response",
    `Cannot ${doing}: ${JSON.stringify(cursor)} is not the start of a page`,
  );
}

/** The seller that a page of discogs.com is about; null: it is about none. */
export function usernameIn(url: URL): string | null {
  if (!/^(?:www\.)?discogs\.com$/.test(url.hostname)) return null;
  const [, name] =
    /^\/(?:[a-z]{2}(?:_[A-Z]{2})?\/)?(?:seller|user)\/([\w.-]{1,60})(?:\/|$)/.exec(url.pathname) ?? [];
  return name ?? null;
}

/** The seller at an address of discogs.com; null: it is another's. */
async function inspectSeller(deps: SellerDeps, url: URL, options: CallOptions): Promise<FoundSource | null> {
  const username = usernameIn(url);
  if (username === null) return null;
  const provider = `discogs_seller:${await slugOf(username)}`;
  const doing = `read the stock of ${username} on Discogs`;
  const page = await readPage(deps, { provider, username, page: 1, doing }, options);
  return {
    provider,
    kind: "discogs_seller",
    url: `https://www.discogs.com/seller/${username.toLowerCase()}/profile`,
    name: `${username} on Discogs`,
    currency: null,
    artist_from: null,
    listings: page.listings,
  };
}

/** Names are told apart without capitals; a letter that an id does not have makes it carry a digest. */
async function slugOf(username: string): Promise<string> {
  const name = username.toLowerCase();
  return /^[a-z0-9][a-z0-9.-]*$/.test(name)
    ? name
    : `${name.replace(/[^a-z0-9]+/g, "-").replace(/^-/, "")}-${(await sha256Hex(name)).slice(0, 6)}`.replace(
      /^-/,
      "",
    );
}
