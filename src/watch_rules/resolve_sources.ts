import { DomainError, invalidField } from "../platform/errors.ts";
import type { ProviderRegistry } from "../providers/registry.ts";

/** Decides which providers a rule watches. */
export interface SourcePolicy {
  providers: ProviderRegistry;
  /** In dev, test and local a rule may name a provider that is disabled; it is stored, and a notice says so. */
  allowDisabledSources: boolean;
}

const LOC = ["body", "query", "sources"];

/**
 * The providers of a new query: what it names, else what the rule had, else all enabled ones. `loc` is where it names
 * them.
 * @throws {DomainError} validation, naming the value, for an unknown or disabled provider
 */
export function resolveSources(
  policy: SourcePolicy,
  named: readonly string[] | undefined,
  stored: readonly string[] | null,
  loc: string[] = LOC,
): string[] {
  for (const source of named ?? []) {
    if (!policy.providers.known().includes(source)) {
      throw invalidField(
        loc,
        `provider "${source}" is not known (known: ${policy.providers.known().join(", ")})`,
      );
    }
    if (!policy.allowDisabledSources && !policy.providers.isEnabled(source)) {
      throw invalidField(
        loc,
        `provider "${source}" is disabled here: ${policy.providers.disabledReason(source)}`,
      );
    }
  }
  if (named) return [...named];
  if (stored) return [...stored];
  const enabled = policy.providers.enabled().map((provider) => provider.id);
  if (enabled.length === 0) {
    throw new DomainError("validation", "Cannot choose providers: none is enabled here", {
      issues: [{ loc, msg: "no provider is enabled here", type: "value_error" }],
    });
  }
  return enabled;
}

/** What a user should know about the sources of his rule. */
export function sourceNotices(policy: SourcePolicy, sources: readonly string[]): string[] {
  return sources.filter((source) => !policy.providers.isEnabled(source)).map((source) =>
    `Provider ${source} is disabled here and is not searched: ${policy.providers.disabledReason(source)}`
  );
}
