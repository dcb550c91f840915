import type { Sql } from "../platform/sql.ts";
import { type CompiledWatch, compileWatch } from "../matching/watch.ts";
import { findCompiledRulesWithQuery, findRuleVersions } from "./rule_store.ts";

/** A rule's query ready for verdicts. */
export interface ReadyQuery {
  version: number;
  compiled: CompiledWatch;
}

/** Compiled queries kept per process; about 2 kB each. */
const MAX_CACHED = 50_000;

/**
 * Compiled queries by rule and version. A version's query never changes, so an entry never goes stale; which version is
 * the present one is read anew each time.
 */
export class RuleCache {
  readonly #compiled = new Map<string, ReadyQuery>();

  /** Queries of rules by id as they are now; ids that are gone or inactive are left out. */
  async load(sql: Sql, ids: readonly string[]): Promise<Map<string, ReadyQuery>> {
    const versions = ids.length > 0 ? await findRuleVersions(sql, ids) : [];
    const missing = versions.filter(({ id, version }) => this.#compiled.get(id)?.version !== version);
    const read = missing.length > 0 ? await findCompiledRulesWithQuery(sql, missing.map(({ id }) => id)) : [];
    // Apart from the cache, which may hold fewer than one batch needs.
    const fresh = new Map(
      read.map((rule) => [rule.id, { version: rule.version, compiled: compileWatch(rule) }]),
    );
    const ready = new Map<string, ReadyQuery>();
    for (const { id, version } of versions) {
      const entry = fresh.get(id) ?? this.#compiled.get(id);
      // A rule changed between the two reads: its new version's backfill matches it.
      if (entry?.version === version) ready.set(id, entry);
    }
    for (const [id, entry] of fresh) this.#keep(id, entry);
    return ready;
  }

  #keep(id: string, entry: ReadyQuery): void {
    this.#compiled.delete(id);
    this.#compiled.set(id, entry);
    if (this.#compiled.size > MAX_CACHED) {
      const oldest = this.#compiled.keys().next().value;
      if (oldest !== undefined) this.#compiled.delete(oldest);
    }
  }
}
