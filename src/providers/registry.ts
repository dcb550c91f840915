import type { Provider, ProviderId } from "./contract.ts";

/** One known provider. A disabled one stays known, so that a rule that names it gets a reason and not "unknown". */
export interface ProviderEntry {
  provider: Provider;
  enabled: boolean;
  /** Why it is disabled, for people ("no credentials are configured"). */
  disabledReason?: string;
}

/** The providers of this installation; fixed from start to stop. */
export interface ProviderRegistry {
  /** Ids of all providers, disabled ones too, in the order given. */
  known(): ProviderId[];
  /** Also a disabled one; null: no provider has this id. */
  get(id: ProviderId): Provider | null;
  isEnabled(id: ProviderId): boolean;
  /** In the order given. */
  enabled(): Provider[];
  /** Null for enabled and for unknown providers. */
  disabledReason(id: ProviderId): string | null;
}

/** @throws {Error} when two providers have one id */
export function createRegistry(entries: readonly ProviderEntry[]): ProviderRegistry {
  const byId = new Map<ProviderId, ProviderEntry>();
  for (const entry of entries) {
    const { id } = entry.provider;
    if (byId.has(id)) throw new Error(`Cannot register provider ${JSON.stringify(id)}: the id is taken`);
    byId.set(id, entry);
  }
  const isEnabled = (id: ProviderId) => byId.get(id)?.enabled ?? false;
  return {
    known: () => [...byId.keys()],
    get: (id) => byId.get(id)?.provider ?? null,
    isEnabled,
    enabled: () => entries.filter((entry) => entry.enabled).map((entry) => entry.provider),
    disabledReason: (id) => {
      const entry = byId.get(id);
      return entry && !entry.enabled ? entry.disabledReason ?? "disabled in the configuration" : null;
    },
  };
}
