import type { Sql } from "../platform/sql.ts";
import type { AnchorRow } from "../matching/anchors.ts";
import { HOT_TOKENS_VERSION } from "../matching/hot_tokens.ts";
import type { WatchSource } from "../matching/watch.ts";

/** A rule with the rows it is to be found by. */
export interface IndexedRule {
  id: string;
  user_id: string;
  sources: readonly string[];
  anchors: readonly AnchorRow[];
}

/** Replaces the index rows of rules and notes the version they are made with. */
export async function replaceAnchorsOf(tx: Sql, rules: readonly IndexedRule[]): Promise<void> {
  const ids = rules.map(({ id }) => id);
  const rows = rules.flatMap(({ anchors, ...rule }) => anchors.map((row) => ({ ...rule, ...row })));
  await tx`delete from rule_anchors where compiled_rule_id = any(${ids}::uuid[])`;
  await tx`
    insert into rule_anchors (compiled_rule_id, user_id, anchor, tokens, sources)
    select id, user_id, anchor, tokens, sources
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(
      id uuid, user_id uuid, anchor text, tokens text[], sources text[])`;
  await tx`update compiled_rules set anchors_version = ${HOT_TOKENS_VERSION} where id = any(${ids}::uuid[])`;
}

/**
 * Locks up to `limit` active rules whose index rows are of another version, in order of id. `skip locked`: a rule that
 * somebody is changing gets the present version from him.
 */
export function lockOutdatedRules(
  tx: Sql,
  limit: number,
): Promise<({ id: string; user_id: string } & WatchSource)[]> {
  return tx<{ id: string; user_id: string } & WatchSource>`
    select id, user_id, owner_kind, query from compiled_rules
    where active and anchors_version <> ${HOT_TOKENS_VERSION}
    order by id
    limit ${limit}
    for no key update skip locked`;
}
