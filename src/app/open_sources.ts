import type { Clock } from "../platform/clock.ts";
import { createGuardedClient } from "../platform/guarded_client.ts";
import type { HttpClient } from "../platform/http_client.ts";
import type { Pool } from "../platform/sql.ts";
import { wasTold } from "../alerts/state_store.ts";
import { familyOf, HOSTED_KINDS } from "../providers/added_source.ts";
import { openDiscogsCatalogue } from "../providers/discogs/catalogue_store.ts";
import { createSellerFamily } from "../providers/discogs/seller_provider.ts";
import { createFeedFamily } from "../providers/feed/provider.ts";
import { openFeedMemory } from "../providers/feed/validator_store.ts";
import { createShopifyFamily } from "../providers/shopify/provider.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import { creditOf } from "../providers/terms.ts";
import { listSharedProviders } from "../sources/shared_store.ts";
import { listProvidersOfUser, mayWatch, openSourceBook } from "../sources/store.ts";
import type { SourcePolicy } from "../watch_rules/resolve_sources.ts";
import type { Config } from "./config.ts";
import { measureFamily } from "./measure.ts";
import type { Metrics } from "./metrics.ts";

/** What added sources are made of. */
export interface SourcesDeps {
  sql: Pool;
  clock: Clock;
  metrics: Metrics;
  userAgent: string;
  /** For hosts of the configuration; what strangers name goes through the guard. */
  http: HttpClient;
}

/** Shops and feeds are asked through the guard: their addresses come from strangers. */
export function openSources(
  stack: AsyncDisposableStack,
  config: Pick<Config, "environment" | "isDevLike" | "sourceAddresses" | "discogs">,
  { metrics, userAgent, http: plain, ...deps }: SourcesDeps,
) {
  const sourcePolicy = { allowsPlain: config.isDevLike, allowed: config.sourceAddresses };
  // Tests call nobody: no name leads anywhere there.
  const resolve = config.environment === "test" ? { resolve: () => Promise.resolve([]) } : {};
  const http = stack.use(createGuardedClient({ userAgent, policy: sourcePolicy, ...resolve }));
  const sources = openSourceBook(deps.sql);
  const memory = openFeedMemory(deps.sql);
  const catalogue = openDiscogsCatalogue(deps.sql);
  const families = [
    createSellerFamily({ ...deps, http: plain, sources, config: config.discogs, catalogue }),
    createFeedFamily({ ...deps, http, sources, memory }),
    createShopifyFamily({ ...deps, http, sources }),
  ];
  const sourceFamilies = families.map((family) => measureFamily(family, metrics));
  return { sourceFamilies, sourcePolicy, addedSourcesOf: listProvidersOfUser };
}

/** How providers and what they show are shown, and to whom. */
export function describeProviders(
  providers: ProviderRegistry,
  { sql, addedSourcesOf }: Pick<SourcePolicy, "addedSourcesOf"> & { sql: Pool },
) {
  return {
    describeProvider: (id: string, page: string | null = null) => {
      const provider = providers.get(id);
      const attribution = provider ? creditOf(provider.capabilities.terms, page) : null;
      return { name: provider?.name ?? id, attribution };
    },
    // What a seller of Discogs offers is public at Discogs, whoever added him.
    isVisibleTo: async (user_id: string, { id: listing_id, provider }: { id: string; provider: string }) =>
      !HOSTED_KINDS.includes(familyOf(provider) ?? "") ||
      await mayWatch(sql, { user_id, provider }) || await wasTold(sql, { user_id, listing_id }),
    visibleProviders: async (userId: string) => {
      const ids = [...providers.known(), ...await addedSourcesOf(sql, userId)];
      const shared = new Map((await listSharedProviders(sql)).map((one) => [one.provider, one.name]));
      return ids.flatMap((id) => {
        const provider = providers.get(id);
        return provider ? { ...provider, name: shared.get(id) ?? provider.name } : [];
      });
    },
  };
}
