import { invalidField } from "../platform/errors.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import { toListingJson } from "../listings/listing_json.ts";
import { type DevIngestResult, type DevListing, toDraft } from "./dev_schema.ts";
import { ingestAndAlert, type IngestDeps } from "./ingest_and_alert.ts";

/**
 * Takes listings as if their providers had just named them: stored, matched against every rule, alerted.
 * @throws {DomainError} validation for a provider that is not known
 */
export async function ingestDevListings(
  deps: IngestDeps & { providers: ProviderRegistry },
  listings: readonly DevListing[],
): Promise<DevIngestResult[]> {
  const byProvider = Map.groupBy(listings, (listing) => listing.provider);
  for (const id of byProvider.keys()) {
    if (!deps.providers.get(id)) {
      throw invalidField(
        ["body", "provider"],
        `provider "${id}" is not known (known: ${deps.providers.known().join(", ")})`,
      );
    }
  }
  const results = new Map<string, DevIngestResult>();
  for (const [id, group] of byProvider) {
    const report = await ingestAndAlert(deps, {
      source: {
        provider: id,
        max_age_seconds: deps.providers.get(id)?.capabilities.terms.max_age_seconds ?? null,
      },
      drafts: group.map(toDraft),
    });
    for (const { listing, created, observed } of report.ingested) {
      const matched = report.matchedListingIds.filter((one) => one === listing.id).length;
      results.set(`${id} ${listing.external_id}`, {
        listing: toListingJson(listing, { marketplaces: [], now: deps.clock.now() }),
        created_listing: created,
        created_snapshot: observed,
        created_matches: matched,
      });
    }
  }
  return listings.map((listing) => results.get(`${listing.provider} ${listing.external_id}`)!);
}
