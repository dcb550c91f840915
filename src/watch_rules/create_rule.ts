import type { Clock } from "../platform/clock.ts";
import type { Pool } from "../platform/sql.ts";
import { requireActive } from "../accounts/require_active.ts";
import { findUserCurrency, findUserMarketplace } from "../accounts/store.ts";
import { insertCompiledRules, replaceAnchors } from "../alerts/rule_store.ts";
import { appendEvents } from "../events/append_events.ts";
import { anchorsOf } from "../matching/anchors.ts";
import { compileRule } from "../matching/compile_rule.ts";
import { tellUsers } from "../notifications/tell_users.ts";
import { subscribeToPolls } from "../polls/subscribe.ts";
import { planPolls } from "./plan_polls.ts";
import { resolveMarketplaces } from "./resolve_marketplaces.ts";
import { resolveSources, type SourcePolicy } from "./resolve_sources.ts";
import { alertSettings, type CreateRule, type StoredQuery, type WatchRuleRow } from "./schema.ts";
import { findRule, insertRule } from "./store.ts";

/** What the use cases of rules need. */
export type RuleDeps = SourcePolicy & { sql: Pool; clock: Clock };

/**
 * Saves a rule with its index rows and poll subscriptions, all or nothing. It is due at once, and its backfill waits
 * for a worker.
 * @throws {DomainError} validation for sources or marketplaces that cannot be watched, forbidden when the account is deactivated
 */
export async function createRule(
  deps: RuleDeps,
  input: CreateRule & { user_id: string },
): Promise<WatchRuleRow> {
  const now = deps.clock.now();
  const { user_id, query: { sources: named } } = input;
  const sources = await resolveSources(deps.sql, deps, { user_id, named, stored: null, withAdded: true });
  return await deps.sql.begin(async (tx) => {
    await requireActive(tx, input.user_id);
    const currency = input.query.currency ?? await findUserCurrency(tx, input.user_id);
    const { marketplaces: named } = input.query;
    const preferred = await findUserMarketplace(tx, input.user_id);
    const marketplaces = resolveMarketplaces(deps, { sources, named, preferred });
    const query: StoredQuery = { ...input.query, sources, ...marketplaces, currency };
    const id = crypto.randomUUID();
    const compiledId = crypto.randomUUID();
    const owner = { user_id: input.user_id, now };
    await insertRule(tx, { ...input, ...owner, id, query, alerts: input.alerts ?? {} });
    if (input.is_active) {
      const wanted = planPolls(deps.providers, { ...input, query });
      await subscribeToPolls(tx, {
        ...owner,
        subscriber_id: compiledId,
        wanted,
      });
    }
    await insertCompiledRules(tx, [{
      id: compiledId,
      owner_kind: "watch_rule",
      owner_id: id,
      user_id: input.user_id,
      label: input.name,
      query,
      ...alertSettings(input.alerts),
      active: input.is_active,
    }], now);
    const anchors = input.is_active ? anchorsOf(compileRule(query)) : [];
    await replaceAnchors(tx, { id: compiledId, user_id: input.user_id, sources, anchors });
    const event = {
      user_id: input.user_id,
      type: "RULE_CREATED",
      rule_id: id,
      payload: { name: input.name },
    } as const;
    await tellUsers(tx, await appendEvents(tx, [event], now), now);
    return (await findRule(tx, { user_id: input.user_id, id }))!;
  });
}
