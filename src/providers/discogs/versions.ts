/** The versions of a master: every pressing, reissue and format of one record. */
import { type CallOptions, type Page, ProviderError } from "../contract.ts";
import { askDiscogs } from "./call.ts";
import type { KnownMaster, KnownRelease } from "./catalogue_store.ts";
import { type DiscogsDeps, knownMaster, parsed } from "./known.ts";
import { titleUnder, withFormats } from "./names.ts";
import { DiscogsVersionRow, DiscogsVersionsBody } from "./schema.ts";
import { toCatalogueListing } from "./to_listing.ts";

/** Versions on one page, the most Discogs gives. */
const PAGE_SIZE = 100;
/** Calls for one master: the 300 versions released last. The few records with more have their oldest ones left out. */
export const MAX_VERSION_PAGES = 3;

/**
 * The versions of a master as listings of the catalogue, those released last first, at most MAX_VERSION_PAGES of
 * Discogs' pages as one of ours: a run either knows them all or none, so that a poll's first run finds old ones too.
 * @throws {ProviderError} for every failure
 */
export async function readVersions(deps: DiscogsDeps, masterId: number, options: CallOptions): Promise<Page> {
  const master = await knownMaster(deps, masterId, options);
  const rows = await readRows(deps, masterId, options);
  const seen = new Set<number>();
  const releases = rows.filter(({ id }) => !seen.has(id) && seen.add(id)).map((row) =>
    releaseOf(row, master)
  );
  await deps.catalogue.putReleases(releases, deps.clock.now());
  return { listings: releases.map((release) => toCatalogueListing(release)), next: null };
}

/** Rows of versions that can be sold; one that is unusual is left out by itself. */
async function readRows(deps: DiscogsDeps, masterId: number, options: CallOptions) {
  const doing = `read the versions of Discogs master ${masterId}`;
  const rows: unknown[] = [];
  for (let page = 1, pages = 1; page <= Math.min(pages, MAX_VERSION_PAGES); page++) {
    const params = {
      sort: "released",
      sort_order: "desc",
      per_page: String(PAGE_SIZE),
      page: String(page),
    };
    const ask = { operation: "versions", path: `/masters/${masterId}/versions`, params, doing } as const;
    const body = parsed(DiscogsVersionsBody, await askDiscogs(deps, ask, options), doing);
    if (body.versions.length === 0) break;
    rows.push(...body.versions);
    pages = body.pagination?.pages ?? 1;
  }
  const readable = rows.flatMap((row) => DiscogsVersionRow.safeParse(row).data ?? []);
  if (rows.length > 0 && readable.length === 0) {
    const text = `Cannot ${doing}: none of ${rows.length} rows has an id and a title`;
    throw new ProviderError("bad_response", text);
  }
  return readable.filter(isSaleable);
}

/** Not drafts and what was deleted, and no files: the marketplace has none. A status that is not said is no other one. */
function isSaleable({ status, major_formats }: DiscogsVersionRow): boolean {
  const formats = (major_formats ?? []).filter((name) => name);
  const isFile = formats.length > 0 && formats.every((name) => name === "File");
  return (status ?? "Accepted") === "Accepted" && !isFile;
}

/** Rows name no artist: it is the master's. Formats as a release has them: "Vinyl, LP, Album". */
function releaseOf(row: DiscogsVersionRow, master: KnownMaster): KnownRelease {
  const formats = [...(row.major_formats ?? []), ...(row.format ?? "").split(",")];
  return {
    id: row.id,
    title: withFormats(titleUnder(master.artist, row.title), formats),
    master_id: master.id,
    collectors: row.stats?.community?.in_collection ?? null,
  };
}
