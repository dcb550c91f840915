import type { Sql } from "../platform/sql.ts";
import type { AnchorRow } from "../matching/anchors.ts";
import { replaceAnchorsOf } from "./anchor_store.ts";
import type { WatchSource } from "../matching/watch.ts";
import { type CompiledRule, type CompiledRuleInput, DEFAULT_DROP_PERCENT } from "./schema.ts";

/** A compiled rule with the query it was compiled from. */
export type CompiledRuleWithQuery = CompiledRule & WatchSource;

/** Inserts rules that begin at `now`; the backfill of an active one is due at once. */
export async function insertCompiledRules(
  tx: Sql,
  rules: readonly CompiledRuleInput[],
  now: Date,
): Promise<void> {
  await tx`
    insert into compiled_rules
      (id, owner_kind, owner_id, user_id, label, query, first_run, drop_percent, remind_after_days, active, active_since,
        backfill_state)
    select id, owner_kind, owner_id, user_id, label, query, first_run, coalesce(drop_percent, ${DEFAULT_DROP_PERCENT}),
      remind_after_days, active, ${now}, 'pending'
    from jsonb_to_recordset(${JSON.stringify(rules)}::text::jsonb) as r(
      id uuid, owner_kind text, owner_id uuid, user_id uuid, label text, query jsonb, first_run text, drop_percent int,
      remind_after_days int, active boolean)`;
}

/** Changes what needs no new matching: the label and when to alert. */
export async function updateCompiledRule(
  tx: Sql,
  rule: Pick<CompiledRuleInput, "id" | "label" | "first_run" | "drop_percent" | "remind_after_days">,
): Promise<void> {
  await tx`
    update compiled_rules set
      label = ${rule.label}, first_run = ${rule.first_run}, drop_percent = ${
    rule.drop_percent ?? DEFAULT_DROP_PERCENT
  },
      remind_after_days = ${rule.remind_after_days ?? null}
    where id = ${rule.id}`;
}

/**
 * Lets a rule begin anew at `now` with a new version: verdicts in flight for the old one are not stored, a running
 * backfill loses its lease, and a new one is due at once.
 */
export async function restartCompiledRule(
  tx: Sql,
  rule: { id: string; query: WatchSource["query"]; active: boolean; now: Date },
): Promise<void> {
  await tx`
    update compiled_rules set
      query = ${JSON.stringify(rule.query)}::text::jsonb, version = version + 1, active = ${rule.active},
      active_since = ${rule.now}, backfill_state = 'pending', backfill_found = 0, backfill_alerted = 0,
      lease_until = null, lease_token = lease_token + 1
    where id = ${rule.id}`;
}

/** Stops a rule: nothing matches it until it is restarted. */
export async function deactivateCompiledRule(tx: Sql, id: string): Promise<void> {
  await tx`
    update compiled_rules set active = false, lease_until = null, lease_token = lease_token + 1 where id = ${id}`;
}

/** Replaces the index rows of a rule; none makes it unfindable. */
export function replaceAnchors(
  tx: Sql,
  rule: { id: string; user_id: string; sources: readonly string[]; anchors: readonly AnchorRow[] },
): Promise<void> {
  return replaceAnchorsOf(tx, [rule]);
}

/** Forgets what an earlier version of a rule matched; what users were told stays in alert_states. */
export async function deleteMatchesOfRule(tx: Sql, id: string): Promise<void> {
  await tx`delete from matches where compiled_rule_id = ${id}`;
}

/** Removes a rule with its index rows and matches. */
export async function deleteCompiledRule(tx: Sql, id: string): Promise<void> {
  await tx`delete from compiled_rules where id = ${id}`;
}

/** Removes the rules of these owners with their index rows and matches. */
export async function deleteCompiledRulesOf(
  tx: Sql,
  query: { owner_kind: string; owner_ids: readonly string[] },
): Promise<void> {
  await tx`
    delete from compiled_rules where owner_kind = ${query.owner_kind} and owner_id = any(${query.owner_ids}::uuid[])`;
}

/** The compiled rule of an owner; null when there is none. */
export async function findCompiledRule(
  sql: Sql,
  owner: { kind: string; id: string },
): Promise<CompiledRuleWithQuery | null> {
  const rows = await sql<CompiledRuleWithQuery>`
    select id, owner_kind, owner_id, user_id, label, first_run, drop_percent, remind_after_days, version, active, active_since,
      query -> 'marketplaces' as marketplaces, backfill_state, backfill_found, backfill_alerted, query
    from compiled_rules where owner_kind = ${owner.kind} and owner_id = ${owner.id}`;
  return rows[0] ?? null;
}

/**
 * Notes that a rule is run by hand at `now`, and gives null; within `everySeconds` of the last such run nothing is noted,
 * and what is left of them is given, in whole seconds rounded up. Of many at once one is the first.
 */
export async function takeRunByHand(
  sql: Sql,
  input: { id: string; now: Date; everySeconds: number },
): Promise<number | null> {
  const { id, now, everySeconds } = input;
  const taken = await sql`
    update compiled_rules set run_by_hand_at = ${now}
    where id = ${id} and (run_by_hand_at is null
      or run_by_hand_at <= ${now}::timestamptz - make_interval(secs => ${everySeconds}))
    returning id`;
  if (taken.length === 1) return null;
  // A statement of its own: it sees the run that the one above has waited for. A clock that lags may ask for no longer.
  const rows = await sql<{ left: number }>`
    select least(${everySeconds}, greatest(1, ceil(${everySeconds} + extract(
      epoch from run_by_hand_at - ${now}::timestamptz))))::int as left
    from compiled_rules where id = ${id}`;
  return rows[0]?.left ?? everySeconds;
}

/** The present version of active rules: little to read, because most candidates need no more. */
export function findRuleVersions(
  sql: Sql,
  ids: readonly string[],
): Promise<{ id: string; version: number }[]> {
  return sql<{ id: string; version: number }>`
    select id, version from compiled_rules where id = any(${ids}::uuid[]) and active`;
}

/** Rules by id, without their queries. */
export function findCompiledRules(sql: Sql, ids: readonly string[]): Promise<CompiledRule[]> {
  return sql<CompiledRule>`
    select id, owner_kind, owner_id, user_id, label, first_run, drop_percent, remind_after_days, version, active, active_since,
      query -> 'marketplaces' as marketplaces, backfill_state, backfill_found, backfill_alerted
    from compiled_rules where id = any(${ids}::uuid[])`;
}

/** Rules by id, with their queries. */
export function findCompiledRulesWithQuery(
  sql: Sql,
  ids: readonly string[],
): Promise<CompiledRuleWithQuery[]> {
  return sql<CompiledRuleWithQuery>`
    select id, owner_kind, owner_id, user_id, label, first_run, drop_percent, remind_after_days, version, active, active_since,
      query -> 'marketplaces' as marketplaces, backfill_state, backfill_found, backfill_alerted, query
    from compiled_rules where id = any(${ids}::uuid[])`;
}

/** Locks rules to the end of the transaction, in an order that cannot deadlock, and gives them as they are now. */
export function lockCompiledRules(tx: Sql, ids: readonly string[]): Promise<CompiledRule[]> {
  return tx<CompiledRule>`
    select id, owner_kind, owner_id, user_id, label, first_run, drop_percent, remind_after_days, version, active, active_since,
      query -> 'marketplaces' as marketplaces, backfill_state, backfill_found, backfill_alerted
    from compiled_rules where id = any(${ids}::uuid[]) order by id for no key update`;
}

/** Adds to the first-run counters of rules that this transaction has locked. */
export async function addFirstRunCounts(
  tx: Sql,
  rows: readonly { id: string; found: number; alerted: number }[],
): Promise<void> {
  await tx`
    update compiled_rules c set backfill_found = c.backfill_found + r.found, backfill_alerted = c.backfill_alerted + r.alerted
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(id uuid, found int, alerted int)
    where c.id = r.id`;
}
