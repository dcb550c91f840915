import { createRule, type RuleDeps } from "../watch_rules/create_rule.ts";
import { resolveSources } from "../watch_rules/resolve_sources.ts";
import type { WatchRuleRow } from "../watch_rules/schema.ts";
import type { SaveAlert } from "./schema.ts";

/**
 * Saves a search as a rule: providers become sources, everything else is carried over as it is, and the bounds are in
 * the user's currency as they were in the search. Which page was looked at is left behind.
 * @throws {DomainError} validation for providers that cannot be watched
 */
export async function saveAlert(
  deps: RuleDeps,
  { user_id, name, query: { query }, poll_interval_seconds }: SaveAlert & { user_id: string },
): Promise<WatchRuleRow> {
  const loc = ["body", "query", "providers"];
  // As the search had it, which looks at marketplaces alone where none is named.
  const choice = { user_id, named: query.sources, stored: null, withAdded: false, loc };
  const sources = await resolveSources(deps.sql, deps, choice);
  return await createRule(deps, {
    user_id,
    name,
    query: { ...query, sources },
    is_active: true,
    poll_interval_seconds,
  });
}
