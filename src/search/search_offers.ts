import { findUserCurrency, findUserMarketplace } from "../accounts/store.ts";
import type { Provider } from "../providers/contract.ts";
import { resolveMarketplaces } from "../watch_rules/resolve_marketplaces.ts";
import { resolveSources, type SourcePolicy } from "../watch_rules/resolve_sources.ts";
import { hideClosedSellers } from "./hide_closed_sellers.ts";
import { type Group, type ReadDeps, readGroups } from "./read_groups.ts";
import type { Search, SearchAnswer, SearchGroup } from "./schema.ts";
import { toItem } from "./to_item.ts";

/** What a search needs. */
export type SearchDeps = ReadDeps & SourcePolicy;

/**
 * Searches all named providers, or all enabled ones, at the same time. What they say is stored and alerts like what a
 * poll reads, and is shown where it matches as it would match a rule. A provider that fails is named with its reason;
 * the others' hits are shown.
 * @throws {DomainError} validation for providers that cannot be searched
 * @throws {DatabaseError} when the database is away
 */
export async function searchOffers(
  deps: SearchDeps,
  input: { user_id: string; search: Search },
): Promise<SearchAnswer> {
  const { user_id, search: { query, page, page_size } } = input;
  // A shop is read whole for every search of it: only where somebody asks for that very shop.
  const sources = await resolveSources(deps.sql, deps, {
    user_id,
    named: query.sources,
    stored: null,
    withAdded: false,
    loc: ["body", "providers"],
  });
  const currency = await findUserCurrency(deps.sql, user_id);
  const preferred = await findUserMarketplace(deps.sql, user_id);
  const choice = { sources, named: query.marketplaces, preferred };
  const marketplaces = resolveMarketplaces(deps, choice, ["body", "marketplaces"]);
  const needed = page * page_size;
  const groups = await readGroups(deps, {
    user_id,
    providers: providersOf(deps, sources),
    query: { ...query, sources, ...marketplaces, currency },
    needed,
    isFirstPage: page === 1,
  });
  const hits = groups.flatMap((group) => group.hits);
  const shown = await hideClosedSellers(deps, hits.slice(needed - page_size, needed));
  const reader = { currency, marketplaces: marketplaces.marketplaces ?? [], now: deps.clock.now() };
  const items = shown.map((listing) => toItem(listing, reader));
  return {
    items,
    pagination: {
      page,
      page_size,
      total: hits.length,
      returned: items.length,
      total_pages: Math.ceil(hits.length / page_size),
      has_next: needed < hits.length || groups.some((group) => group.hasMore),
    },
    providers_searched: groups.map(({ provider }) => provider.id),
    provider_errors: { ...disabledErrors(deps, sources), ...failures(groups) },
    groups: groups.map(toSearchGroup),
  };
}

/** Marketplaces in the registry's order, then what the user added. */
function providersOf({ providers }: SourcePolicy, sources: readonly string[]): Provider[] {
  const marketplaces = providers.enabled().filter(({ id }) => sources.includes(id));
  const added = sources.filter((id) => !providers.known().includes(id) && providers.isEnabled(id));
  return [...marketplaces, ...added.flatMap((id) => providers.get(id) ?? [])];
}

/** In development a search may name a provider that is disabled. */
function disabledErrors({ providers }: SourcePolicy, sources: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    sources.filter((id) => !providers.isEnabled(id)).map((id) => [
      id,
      `Cannot search ${providers.get(id)?.name ?? id}: it is disabled here (${providers.disabledReason(id)})`,
    ]),
  );
}

function failures(groups: readonly Group[]): Record<string, string> {
  return Object.fromEntries(
    groups.flatMap(({ provider, error }) => (error === null ? [] : [[provider.id, error]])),
  );
}

function toSearchGroup({ provider, hits, hasMore }: Group): SearchGroup {
  const { isolate_display, attribution, notice } = provider.capabilities.terms;
  return {
    provider: provider.id,
    name: provider.name,
    found: hits.length,
    has_more: hasMore,
    isolate_display,
    attribution,
    notice,
  };
}
