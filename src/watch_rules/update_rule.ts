import { canonicalJson } from "../platform/crypto.ts";
import { DomainError } from "../platform/errors.ts";
import type { Sql } from "../platform/sql.ts";
import { requireActive } from "../accounts/require_active.ts";
import { findUserCurrency, findUserMarketplace } from "../accounts/store.ts";
import { deleteFloorCandidates, unsettleFloorCandidates } from "../alerts/floor_candidate_store.ts";
import { planRemindersOfRule } from "../alerts/reminder_store.ts";
import {
  deactivateCompiledRule,
  deleteMatchesOfRule,
  replaceAnchors,
  restartCompiledRule,
  updateCompiledRule,
} from "../alerts/rule_store.ts";
import { appendEvents } from "../events/append_events.ts";
import type { EventType } from "../events/schema.ts";
import { anchorsOf } from "../matching/anchors.ts";
import { compileRule } from "../matching/compile_rule.ts";
import { tellUsers } from "../notifications/tell_users.ts";
import { subscribeToPolls } from "../polls/subscribe.ts";
import type { RuleDeps } from "./create_rule.ts";
import { planPolls } from "./plan_polls.ts";
import { resolveMarketplaces } from "./resolve_marketplaces.ts";
import { resolveSources } from "./resolve_sources.ts";
import { alertSettings, type StoredQuery, type UpdateRule, type WatchRuleRow } from "./schema.ts";
import { findRule, lockRule, updateRuleRow } from "./store.ts";

/**
 * Changes a rule, all or nothing. A changed query or enabling begins it anew: what is for sale then counts as already
 * for sale, and a backfill runs. A change to what it already is writes nothing.
 * @throws {DomainError} not_found for another user's rule, validation for sources that cannot be watched
 */
export async function updateRule(
  deps: RuleDeps,
  input: { user_id: string; id: string; changes: UpdateRule },
): Promise<WatchRuleRow> {
  return await deps.sql.begin(async (tx) => {
    const before = await lockAndFind(tx, input);
    const after = await applyChanges(tx, deps, before, input.changes);
    const events = eventsOf(before, after);
    if (events.length > 0) await writeRule(tx, deps, { before, after, events });
    return (await findRule(tx, input))!;
  });
}

/** Stops a rule; a rule that is stopped stays so, without a second event. */
export function disableRule(deps: RuleDeps, input: { user_id: string; id: string }): Promise<WatchRuleRow> {
  return updateRule(deps, { ...input, changes: { is_active: false } });
}

/** Locks a user's rule and gives it. @throws {DomainError} not_found, forbidden when his account is deactivated */
export async function lockAndFind(tx: Sql, query: { user_id: string; id: string }): Promise<WatchRuleRow> {
  await requireActive(tx, query.user_id);
  const rule = await lockRule(tx, query) ? await findRule(tx, query) : null;
  if (!rule) throw new DomainError("not_found", `Cannot find watch rule ${query.id}`);
  return rule;
}

async function applyChanges(
  tx: Sql,
  deps: RuleDeps,
  before: WatchRuleRow,
  changes: UpdateRule,
): Promise<WatchRuleRow> {
  return {
    ...before,
    name: changes.name ?? before.name,
    is_active: changes.is_active ?? before.is_active,
    poll_interval_seconds: changes.poll_interval_seconds ?? before.poll_interval_seconds,
    alerts: changes.alerts === undefined ? before.alerts : changes.alerts ?? {},
    query: changes.query ? await replaceQuery(tx, deps, before, changes.query) : before.query,
  };
}

/** The query is replaced whole; only sources and marketplaces stay when the new one does not name any. */
async function replaceQuery(
  tx: Sql,
  deps: RuleDeps,
  before: WatchRuleRow,
  query: NonNullable<UpdateRule["query"]>,
): Promise<StoredQuery> {
  const sources = await resolveSources(tx, deps, {
    user_id: before.user_id,
    named: query.sources,
    stored: before.query.sources,
    withAdded: false,
  });
  const { marketplaces: stored } = before.query;
  const preferred = await findUserMarketplace(tx, before.user_id);
  const marketplaces = resolveMarketplaces(deps, { sources, named: query.marketplaces, stored, preferred });
  const currency = query.currency ?? await findUserCurrency(tx, before.user_id);
  return { ...query, sources, ...marketplaces, currency };
}

function eventsOf(before: WatchRuleRow, after: WatchRuleRow): EventType[] {
  const content = ({ name, query, poll_interval_seconds, alerts }: WatchRuleRow) =>
    canonicalJson({ name, query, poll_interval_seconds, alerts });
  const events: EventType[] = content(before) === content(after) ? [] : ["RULE_UPDATED"];
  if (before.is_active !== after.is_active) events.push(after.is_active ? "RULE_ENABLED" : "RULE_DISABLED");
  return events;
}

/** Polls first, then the compiled rule: the order in which a running poll takes them. */
async function writeRule(
  tx: Sql,
  deps: RuleDeps,
  { before, after, events }: { before: WatchRuleRow; after: WatchRuleRow; events: EventType[] },
): Promise<void> {
  const now = deps.clock.now();
  const id = before.compiled_rule_id;
  await updateRuleRow(tx, { ...after, now });
  const queryChanged = canonicalJson(before.query) !== canonicalJson(after.query);
  const enabled = after.is_active && !before.is_active;
  const beginsOrEnds = queryChanged || enabled || !after.is_active;
  await subscribeToPolls(tx, {
    subscriber_id: id,
    user_id: after.user_id,
    wanted: after.is_active ? planPolls(deps.providers, after) : [],
    keepCandidates: !beginsOrEnds,
    now,
  });
  await updateCompiledRule(tx, { id, label: after.name, ...alertSettings(after.alerts) });
  if (queryChanged || enabled) {
    await restartCompiledRule(tx, { id, query: after.query, active: after.is_active, now });
    if (queryChanged) await deleteMatchesOfRule(tx, id);
  } else if (!after.is_active) await deactivateCompiledRule(tx, id);
  if (beginsOrEnds) {
    await deleteFloorCandidates(tx, id);
    const anchors = after.is_active ? anchorsOf(compileRule(after.query)) : [];
    await replaceAnchors(tx, { id, user_id: after.user_id, sources: after.query.sources, anchors });
  } else if (before.poll_interval_seconds !== after.poll_interval_seconds) {
    await unsettleFloorCandidates(tx, id);
  }
  await planRemindersOfRule(tx, id);
  const drafts = events.map((type) => ({
    user_id: after.user_id,
    type,
    rule_id: after.id,
    payload: { name: after.name },
  }));
  await tellUsers(tx, await appendEvents(tx, drafts, now), now);
}
