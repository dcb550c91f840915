import { invalidField } from "../platform/errors.ts";
import type { ProviderRegistry } from "../providers/registry.ts";

const LOC = ["body", "query", "marketplaces"];

/** Who chose what, in the order in which it counts. */
export interface MarketplaceChoice {
  /** Providers of the rule. */
  sources: readonly string[];
  /** What the query names. */
  named: readonly string[] | undefined;
  /** What the rule had before; absent: it is new, or had none. */
  stored?: readonly string[] | undefined;
  /** What its user chose for all rules; null: nothing. */
  preferred: string | null;
}

/**
 * The marketplaces of a new query, sorted: what it names, else what the rule had, else its user's, else each provider's
 * default. Absent when no provider of the rule has several. `loc` is where the query names them.
 * @throws {DomainError} validation, naming the value, for one that no provider of the rule has
 */
export function resolveMarketplaces(
  { providers }: { providers: Pick<ProviderRegistry, "get"> },
  { sources, named, stored, preferred }: MarketplaceChoice,
  loc: string[] = LOC,
): { marketplaces?: string[] } {
  const offers = sources.flatMap((id) => providers.get(id)?.capabilities.marketplaces ?? []);
  const known = new Set(offers.flatMap((offer) => offer.known));
  for (const name of named ?? []) {
    if (known.has(name)) continue;
    const among = known.size > 0
      ? ` (known: ${[...known].join(", ")})`
      : ", and none of its sources has several";
    throw invalidField(loc, `marketplace "${name}" is not known${among}`);
  }
  if (named) return { marketplaces: [...named] };
  const kept = stored?.filter((name) => known.has(name)) ?? [];
  if (kept.length > 0) return { marketplaces: kept };
  if (offers.length === 0) return {};
  const chosen = offers.map((offer) =>
    preferred !== null && offer.known.includes(preferred) ? preferred : offer.default
  );
  return { marketplaces: [...new Set(chosen)].sort() };
}
