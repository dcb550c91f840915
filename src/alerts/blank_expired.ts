import type { Clock } from "../platform/clock.ts";
import type { Pool } from "../platform/sql.ts";
import { blankEventContent } from "../events/store.ts";
import { blankListings } from "../listings/blank_store.ts";
import { pruneObservations } from "../pricing/store.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import type { KeptField } from "../providers/terms.ts";
import { forgetFound } from "./match_store.ts";

/** Rows of one kind in one transaction. */
const PAGE = 500;
/** Pages of one kind in one go; the rest follows a minute later. */
const MAX_PAGES = 20;

/** What blanking needs of the service. */
export interface BlankDeps {
  sql: Pool;
  clock: Clock;
  providers: Pick<ProviderRegistry, "known" | "get">;
}

/** What was blanked, and which prices were forgotten. */
export interface Blanked {
  listing_count: number;
  content_count: number;
  observation_count: number;
}

/**
 * Takes out what providers said that their terms no longer let us keep: of listings, of events, and prices of the past.
 * Nothing is deleted that says who was told of what: listings, matches and alert states stay as tombstones, so that an
 * offer that is seen again is not told again. Bounded, safe to repeat, and to run in several processes at once.
 */
export async function blankExpired(deps: BlankDeps): Promise<Blanked> {
  const now = deps.clock.now();
  const page = { now, limit: PAGE, keepTitle: keepers(deps, "title"), keepUrl: keepers(deps, "url") };
  let listing_count = 0;
  await inPages(() =>
    deps.sql.begin(async (tx) => {
      const { looked_count, blanked_ids: ids } = await blankListings(tx, page);
      if (ids.length > 0) await forgetFound(tx, ids);
      listing_count += ids.length;
      return looked_count;
    })
  );
  const content_count = await inPages(() => blankEventContent(deps.sql, page));
  const observation_count = await inPages(() => pruneObservations(deps.sql, page));
  return { listing_count, content_count, observation_count };
}

/** Marketplaces whose terms let us keep a field. One that is not known any more keeps nothing, nor do added sources. */
function keepers({ providers }: BlankDeps, field: KeptField): string[] {
  return providers.known().filter((id) =>
    providers.get(id)?.capabilities.terms.retention?.includes(field) ?? false
  );
}

async function inPages(work: () => Promise<number>): Promise<number> {
  let count = 0;
  for (let page = 0; page < MAX_PAGES; page++) {
    const done = await work();
    count += done;
    if (done < PAGE) break;
  }
  return count;
}
