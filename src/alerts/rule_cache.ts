import type { Sql } from "../platform/sql.ts";
import { type CompiledWatch, compileWatch } from "../matching/watch.ts";
import { findCompiledRules, findCompiledRulesWithQuery } from "./rule_store.ts";
import type { CompiledRule } from "./schema.ts";

/** A rule with its query ready for verdicts. */
export interface ReadyRule {
  rule: CompiledRule;
  compiled: CompiledWatch;
}

/** Compiled queries kept per process; about 2 kB each. */
const MAX_CACHED = 50_000;

/**
 * Compiled queries by rule and version. A version's query never changes, so an entry never goes stale: state that
 * changes (active, counters) is read anew each time.
 */
export class RuleCache {
  readonly #compiled = new Map<string, { version: number; compiled: CompiledWatch }>();

  /** Rules by id as they are now; ids that are gone are left out. */
  async load(sql: Sql, ids: readonly string[]): Promise<Map<string, ReadyRule>> {
    const rules = await findCompiledRules(sql, ids);
    const missing = rules.filter((rule) => this.#compiled.get(rule.id)?.version !== rule.version);
    for (
      const rule of missing.length > 0
        ? await findCompiledRulesWithQuery(sql, missing.map((one) => one.id))
        : []
    ) {
      this.#keep(rule.id, { version: rule.version, compiled: compileWatch(rule) });
    }
    const ready = new Map<string, ReadyRule>();
    for (const rule of rules) {
      const entry = this.#compiled.get(rule.id);
      // A rule changed between the two reads: its new version's backfill matches it.
      if (entry?.version === rule.version) ready.set(rule.id, { rule, compiled: entry.compiled });
    }
    return ready;
  }

  #keep(id: string, entry: { version: number; compiled: CompiledWatch }): void {
    this.#compiled.delete(id);
    this.#compiled.set(id, entry);
    if (this.#compiled.size > MAX_CACHED) {
      const oldest = this.#compiled.keys().next().value;
      if (oldest !== undefined) this.#compiled.delete(oldest);
    }
  }
}
