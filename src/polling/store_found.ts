import type { Listing } from "../listings/schema.ts";
import { findLastSuccess } from "../polls/store.ts";
import { queryKeyOf } from "../polls/subscribe.ts";
import type { ListingDraft, Provider, ProviderQuery } from "../providers/contract.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import { ingestAndAlert, type IngestDeps } from "./ingest_and_alert.ts";
import { settleFloors } from "./settle_floors.ts";

/** One page that somebody's own search read. */
export interface FoundPage {
  provider: Provider;
  query: ProviderQuery;
  /** The first page of the query, which is what a poll of it reads. */
  isFirst: boolean;
  drafts: readonly ListingDraft[];
}

/**
 * Stores a page of a search as a poll's run would, so that it alerts everybody whose rules it matches, and gives the
 * listings in the order of the drafts. An offer that does not say since when it is for sale counts as found by the poll
 * of the same query: when one ran since a rule began and did not see it, it is new. Where no such poll ran nothing says
 * that it was not there before, so that a search for old things tells nobody of a hundred new ones.
 */
export async function storeFound(
  deps: IngestDeps & { providers: ProviderRegistry },
  { provider, query, isFirst, drafts }: FoundPage,
): Promise<Listing[]> {
  const lastRunAt = await findLastSuccess(deps.sql, {
    provider: provider.id,
    query_key: await queryKeyOf(query),
  });
  const report = await ingestAndAlert(deps, {
    source: { provider: provider.id, max_age_seconds: provider.capabilities.terms.max_age_seconds },
    drafts,
    originOf: () => isFirst ? { kind: "poll", lastRunAt } : { kind: "sweep" },
  });
  if (report.floors > 0) await settleFloors(deps);
  return report.ingested.map(({ listing }) => listing);
}
