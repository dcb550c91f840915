import { DomainError } from "../platform/errors.ts";
import type { Sql } from "../platform/sql.ts";
import type { WatchRuleRow } from "./schema.ts";
import { findRule } from "./store.ts";

/** A user's rule. @throws {DomainError} not_found when he has none with this id */
export async function findRuleOf(sql: Sql, query: { user_id: string; id: string }): Promise<WatchRuleRow> {
  const rule = await findRule(sql, query);
  if (!rule) throw new DomainError("not_found", `Cannot find watch rule ${query.id}`);
  return rule;
}
