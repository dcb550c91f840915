import { DomainError, invalidField } from "../platform/errors.ts";
import type { Sql } from "../platform/sql.ts";
import type { ProviderRegistry } from "../providers/registry.ts";

/** Decides which providers a rule watches. */
export interface SourcePolicy {
  providers: ProviderRegistry;
  /** In dev, test and local a rule may name a provider that is disabled; it is stored, and a notice says so. */
  allowDisabledSources: boolean;
  /** Shops, feeds and sellers that a user may name: what is shared with everybody, and what he added. */
  addedSourcesOf: (sql: Sql, userId: string) => Promise<string[]>;
}

/** Who chooses, and what. */
export interface SourceChoice {
  user_id: string;
  named: readonly string[] | undefined;
  /** What the rule had before; null: it is new. */
  stored: readonly string[] | null;
  /** Who names none gets what is shared and what he added beside the marketplaces. */
  withAdded: boolean;
  /** Where he names them. */
  loc?: string[];
}

const LOC = ["body", "query", "sources"];

/**
 * The providers of a new query: what it names, else what the rule had, else all enabled marketplaces and, with
 * `withAdded`, what is shared with everybody and what its user added.
 * @throws {DomainError} validation, naming the value, for a provider that is disabled, unknown, or another user's
 */
export async function resolveSources(
  sql: Sql,
  policy: SourcePolicy,
  choice: SourceChoice,
): Promise<string[]> {
  const { named, stored, loc = LOC } = choice;
  if (named) {
    const known = policy.providers.known();
    const hasAdded = named.some((source) => !known.includes(source));
    const added = hasAdded ? await policy.addedSourcesOf(sql, choice.user_id) : [];
    for (const source of named) checkSource(policy, { source, known: [...known, ...added], loc });
    return [...named];
  }
  if (stored) return [...stored];
  const enabled = policy.providers.enabled().map((provider) => provider.id);
  const added = choice.withAdded ? await policy.addedSourcesOf(sql, choice.user_id) : [];
  const all = [...enabled, ...added.filter((id) => policy.providers.isEnabled(id))];
  if (all.length > 0) return all;
  throw new DomainError("validation", "Cannot choose providers: none is enabled here", {
    issues: [{ loc, msg: "no provider is enabled here", type: "value_error" }],
  });
}

function checkSource(
  policy: SourcePolicy,
  { source, known, loc }: { source: string; known: readonly string[]; loc: string[] },
): void {
  if (!known.includes(source)) {
    throw invalidField(loc, `provider "${source}" is not known (known: ${known.join(", ")})`);
  }
  if (policy.allowDisabledSources || policy.providers.isEnabled(source)) return;
  throw invalidField(
    loc,
    `provider "${source}" is disabled here: ${policy.providers.disabledReason(source)}`,
  );
}

/** What a user should know about the sources of his rule. */
export function sourceNotices(
  policy: SourcePolicy,
  { sources, formats }: { sources: readonly string[]; formats: readonly string[] },
): string[] {
  return sources.flatMap((source) => {
    if (!policy.providers.isEnabled(source)) {
      const reason = policy.providers.disabledReason(source);
      return [`Provider ${source} is disabled here and is not searched: ${reason}`];
    }
    const provider = policy.providers.get(source);
    const searched = provider?.capabilities.formats;
    const missing = searched ? formats.filter((format) => !searched.includes(format)) : [];
    if (missing.length === 0) return [];
    return [
      `${provider?.name} cannot be searched for ${missing.join(", ")}: such an offer is found by chance`,
    ];
  });
}
