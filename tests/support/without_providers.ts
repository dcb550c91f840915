import { createRegistry, type ProviderRegistry } from "../../src/providers/registry.ts";

/** The same providers with these disabled, as they are before an operator enters their credentials. */
export function withoutProviders(providers: ProviderRegistry, ids: readonly string[]): ProviderRegistry {
  return createRegistry(
    providers.known().map((id) => ({
      provider: providers.get(id)!,
      enabled: !ids.includes(id) && providers.isEnabled(id),
    })),
  );
}
