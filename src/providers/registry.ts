import { familyOf, type ProviderFamily } from "./added_source.ts";
import type { Provider, ProviderId } from "./contract.ts";

/** One known provider. A disabled one stays known, so that a rule that names it gets a reason and not "unknown". */
export interface ProviderEntry {
  provider: Provider;
  enabled: boolean;
  /** Why it is disabled, for people ("no credentials are configured"). */
  disabledReason?: string;
}

/**
 * The providers of this installation. Marketplaces are fixed from start to stop; shops, feeds and sellers that people add
 * are made from their ids when they are asked for, and no list of them is kept.
 */
export interface ProviderRegistry {
  /** Ids of all marketplaces, disabled ones too, in the order given. */
  known(): ProviderId[];
  /** Also a disabled one, and any of a family; null: no provider has this id. */
  get(id: ProviderId): Provider | null;
  isEnabled(id: ProviderId): boolean;
  /** Marketplaces, in the order given. */
  enabled(): Provider[];
  /** Null for enabled and for unknown providers. */
  disabledReason(id: ProviderId): string | null;
  /** What the ids of all enabled providers begin with, up to the colon: marketplaces themselves, and families. */
  enabledFamilies(): string[];
}

/** @throws {Error} when two providers have one id */
export function createRegistry(
  entries: readonly ProviderEntry[],
  families: readonly ProviderFamily[] = [],
): ProviderRegistry {
  const byId = new Map<ProviderId, ProviderEntry>();
  for (const entry of entries) {
    const { id } = entry.provider;
    if (byId.has(id)) throw new Error(`Cannot register provider ${JSON.stringify(id)}: the id is taken`);
    byId.set(id, entry);
  }
  const byKind = new Map<string, ProviderFamily>(families.map((family) => [family.kind, family]));
  const known = (id: ProviderId) => byId.get(id) ?? byKind.get(familyOf(id) ?? "");
  const isEnabled = (id: ProviderId) => known(id)?.enabled ?? false;
  const enabled = entries.filter((entry) => entry.enabled).map((entry) => entry.provider);
  return {
    known: () => [...byId.keys()],
    get: (id) => byId.get(id)?.provider ?? byKind.get(familyOf(id) ?? "")?.make(id) ?? null,
    isEnabled,
    enabled: () => enabled,
    disabledReason: (id) => {
      const entry = known(id);
      return entry && !entry.enabled ? entry.disabledReason ?? "disabled in the configuration" : null;
    },
    enabledFamilies: () => [
      ...enabled.map(({ id }) => id),
      ...families.filter((family) => family.enabled).map(({ kind }) => kind),
    ],
  };
}
