/**
 * Discogs as a provider: its catalogue and the floor price of releases. Discogs has no public way to list the offers of
 * a release, so nothing here is ever "a new listing". Facts: API v2, documentation of 2025-07, measured 2026-08.
 */
import {
  type CallOptions,
  type ListingDraft,
  type Page,
  type PageCursor,
  type Provider,
  ProviderError,
} from "../contract.ts";
import { DISCOGS_TERMS } from "../terms.ts";
import { askDiscogs, DISCOGS_ID } from "./call.ts";
import { chooseReleases } from "./choose_releases.ts";
import { type DiscogsDeps, knownMaster, knownRelease, parsed } from "./known.ts";
import { type DiscogsQuery, planDiscogs, planDiscogsRelease, queryOf } from "./query.ts";
import { DiscogsSearchBody, DiscogsSearchRow, DiscogsStatsBody } from "./schema.ts";
import { imageOfRow, releaseOfRow, toCatalogueListing, toFloor } from "./to_listing.ts";
import { readVersions } from "./versions.ts";

/** Discogs counts by address: everything that asks it shares one count. */
export const DISCOGS_QUOTA_SCOPE = "ip:discogs";
/** Rows of one page of a search, the most Discogs gives. */
export const SEARCH_PAGE_SIZE = 100;
/** Discogs answers at most 10,000 rows per search. */
export const LAST_SEARCH_PAGE = 100;
/** Calls that polls leave to people who search. */
const QUOTA_RESERVE = 3;

/** A provider on Discogs' real API; what it remembers lies in the catalogue. */
export function createDiscogsProvider(deps: DiscogsDeps): Provider {
  return {
    id: DISCOGS_ID,
    name: "Discogs",
    capabilities: {
      kind: "aggregate",
      filters: ["keywords", "any_keywords", "q"],
      gradeSource: "none",
      currencySource: "fixed",
      minIntervalSeconds: 300,
      maxPagesPerPoll: 3,
      // Discogs counts by address, whatever the credentials: one count for the installation.
      quota: {
        scope: DISCOGS_QUOTA_SCOPE,
        windows: [{ seconds: 60, limit: deps.config.callsPerMinute, reserve: QUOTA_RESERVE }],
      },
      terms: DISCOGS_TERMS,
    },
    plan: planDiscogs,
    planRelease: planDiscogsRelease,
    chooseReleases: async (ids, limit) => chooseReleases(await deps.catalogue.findStandings(ids), limit),
    search: async (query, cursor, options) => await pageOf(deps, { query: queryOf(query), cursor }, options),
  };
}

async function pageOf(
  deps: DiscogsDeps,
  { query, cursor }: { query: DiscogsQuery; cursor: PageCursor },
  options: CallOptions,
): Promise<Page> {
  if (query.op === "search") {
    return await searchCatalogue(deps, { q: query.q, page: pageNumber(cursor) }, options);
  }
  if (cursor !== null) throw strangeCursor(cursor);
  switch (query.op) {
    case "stats":
      return onePage(await readFloor(deps, query.release_id, options));
    case "master":
      return onePage(await readMainRelease(deps, query.master_id, options));
    case "versions":
      return await readVersions(deps, query.master_id, options);
    default:
      return query satisfies never;
  }
}

async function searchCatalogue(
  deps: DiscogsDeps,
  { q, page }: { q: string; page: number },
  options: CallOptions,
): Promise<Page> {
  const doing = "search Discogs";
  // By year, newest first, is the nearest to "newest" that Discogs sorts by (works, though it is not documented).
  const params = {
    q,
    type: "release",
    sort: "year",
    sort_order: "desc",
    per_page: String(SEARCH_PAGE_SIZE),
    page: String(page),
  };
  const answer = await askDiscogs(
    deps,
    { operation: "search", path: "/database/search", params, doing },
    options,
  );
  const body = parsed(DiscogsSearchBody, answer, doing);
  const rows = body.results.map((row) => DiscogsSearchRow.safeParse(row).data).filter((row) =>
    row !== undefined
  );
  if (body.results.length > 0 && rows.length === 0) {
    const text = `Cannot ${doing}: none of ${body.results.length} rows has an id, a type and a title`;
    throw new ProviderError("bad_response", text);
  }
  const known = releasesOf(rows).map((row) => ({ release: releaseOfRow(row), image: imageOfRow(row) }));
  await deps.catalogue.putReleases(known.map(({ release }) => release), deps.clock.now());
  const isMore = body.results.length > 0 && page < (body.pagination?.pages ?? 1) && page < LAST_SEARCH_PAGE;
  return {
    listings: known.map(({ release, image }) => toCatalogueListing(release, image)),
    next: isMore ? String(page + 1) : null,
  };
}

/** Rows of releases; a double keeps its first place. */
function releasesOf(rows: readonly DiscogsSearchRow[]): DiscogsSearchRow[] {
  const seen = new Set<number>();
  return rows.filter(({ id, type }) => type === "release" && !seen.has(id) && seen.add(id));
}

/** The floor in US dollars, as everybody's poll reads it; the title first, so that a refused second call loses nothing. */
async function readFloor(deps: DiscogsDeps, id: number, options: CallOptions): Promise<ListingDraft> {
  const doing = `read the marketplace statistics of Discogs release ${id}`;
  const release = await knownRelease(deps, id, options);
  const params = { curr_abbr: "USD" };
  const ask = { operation: "stats", path: `/marketplace/stats/${id}`, params, doing } as const;
  return toFloor(release, parsed(DiscogsStatsBody, await askDiscogs(deps, ask, options), doing));
}

/** The version that stands for a master, as a listing of the catalogue; null when Discogs names none. */
async function readMainRelease(
  deps: DiscogsDeps,
  id: number,
  options: CallOptions,
): Promise<ListingDraft | null> {
  const { main_release_id: releaseId } = await knownMaster(deps, id, options);
  if (releaseId === null) return null;
  const known = await knownRelease(deps, releaseId, options);
  const release = { ...known, master_id: id };
  // Remembered, so that its floor names the master too: not every release says whose version it is.
  if (known.master_id !== id) await deps.catalogue.putReleases([release], deps.clock.now());
  return toCatalogueListing(release);
}

function onePage(listing: ListingDraft | null): Page {
  return { listings: listing === null ? [] : [listing], next: null };
}

function pageNumber(cursor: PageCursor): number {
  if (cursor === null) return 1;
  const page = /^\d{1,3}$/.test(cursor) ? Number(cursor) : 0;
  if (page >= 1 && page <= LAST_SEARCH_PAGE) return page;
  throw strangeCursor(cursor);
}

function strangeCursor(cursor: string): ProviderError {
  return new ProviderError(
    "bad_response",
    `Cannot ask Discogs: ${JSON.stringify(cursor)} is not the start of a page`,
  );
}
