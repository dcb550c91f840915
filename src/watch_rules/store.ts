import type { PageRequest } from "../platform/paging.ts";
import type { Sql } from "../platform/sql.ts";
import type { Planned, PlannedPlace } from "../polls/plan_missing.ts";
import type { RuleAlerts, StoredQuery, WatchRuleRow } from "./schema.ts";

/** Inserts a rule; its id is the caller's. */
export async function insertRule(
  tx: Sql,
  rule: {
    id: string;
    user_id: string;
    name: string;
    query: StoredQuery;
    is_active: boolean;
    poll_interval_seconds: number;
    alerts: RuleAlerts;
    now: Date;
  },
): Promise<void> {
  await tx`
    insert into watch_rules (id, user_id, name, query, is_active, poll_interval_seconds, alerts, created_at, updated_at,
      planned_at)
    values (${rule.id}, ${rule.user_id}, ${rule.name}, ${
    JSON.stringify(rule.query)
  }::text::jsonb, ${rule.is_active},
      ${rule.poll_interval_seconds}, ${
    JSON.stringify(rule.alerts)
  }::text::jsonb, ${rule.now}, ${rule.now}, ${rule.now})`;
}

/** Writes every field a user can change, on a rule this transaction has locked. */
export async function updateRuleRow(
  tx: Sql,
  rule: Pick<WatchRuleRow, "id" | "name" | "query" | "is_active" | "poll_interval_seconds" | "alerts"> & {
    now: Date;
  },
): Promise<void> {
  await tx`
    update watch_rules set
      name = ${rule.name}, query = ${JSON.stringify(rule.query)}::text::jsonb, is_active = ${rule.is_active},
      poll_interval_seconds = ${rule.poll_interval_seconds}, alerts = ${
    JSON.stringify(rule.alerts)
  }::text::jsonb,
      updated_at = ${rule.now}, planned_at = ${rule.now}
    where id = ${rule.id}`;
}

/** Stops every rule of a user and gives those that were not. */
export function disableRulesOfUser(
  tx: Sql,
  input: { user_id: string; now: Date },
): Promise<Pick<WatchRuleRow, "id" | "name">[]> {
  return tx<Pick<WatchRuleRow, "id" | "name">>`
    update watch_rules set is_active = false, updated_at = ${input.now}
    where user_id = ${input.user_id} and is_active
    returning id, name`;
}

/** Removes a rule. */
export async function deleteRuleRow(tx: Sql, id: string): Promise<void> {
  await tx`delete from watch_rules where id = ${id}`;
}

/** Locks a user's rule to the end of the transaction, before anything that belongs to it; false: he has none with this id. */
export async function lockRule(tx: Sql, query: { user_id: string; id: string }): Promise<boolean> {
  const rows =
    await tx`select id from watch_rules where id = ${query.id} and user_id = ${query.user_id} for update`;
  return rows.length === 1;
}

/** What says which searches a rule needs, and when they were last planned. */
export type PlannedRule =
  & Pick<WatchRuleRow, "id" | "user_id" | "query" | "poll_interval_seconds" | "compiled_rule_id">
  & Planned;

/**
 * Active rules of all users behind a place in the order in which they were planned: a page of 500, which is no parameter, so that
 * no plan is made for any number of them. None: there are no more.
 */
export function listActiveRules(
  sql: Sql,
  after: PlannedPlace,
): Promise<PlannedRule[]> {
  return sql<PlannedRule>`
    select r.id, r.user_id, r.query, r.poll_interval_seconds, r.planned_at, c.id as compiled_rule_id
    from (
      select * from watch_rules
      where is_active and (planned_at, id) > (${after.planned_at}::timestamptz, ${after.id}::uuid)
      order by planned_at, id limit 500
    ) r
    join compiled_rules c on c.owner_kind = 'watch_rule' and c.owner_id = r.id
    order by r.planned_at, r.id`;
}

/** Notes when the searches of a rule, which this transaction has locked, were planned. */
export async function markRulePlanned(tx: Sql, { id, now }: { id: string; now: Date }): Promise<void> {
  await tx`update watch_rules set planned_at = ${now} where id = ${id}`;
}

/** A user's rule; null when he has none with this id. */
export async function findRule(
  sql: Sql,
  query: { user_id: string; id: string },
): Promise<WatchRuleRow | null> {
  const rows = await selectRules(sql, { ...query, page: { after: null, limit: 1, offset: 0 } });
  return rows[0] ?? null;
}

/** A user's rules, newest first; one row more than the page's limit when there is more. */
export function listRules(sql: Sql, query: { user_id: string; page: PageRequest }): Promise<WatchRuleRow[]> {
  return selectRules(sql, { ...query, id: null });
}

/** Of a user's rules those of a page, or the one with `id`. */
function selectRules(
  sql: Sql,
  query: { user_id: string; id: string | null; page: PageRequest },
): Promise<WatchRuleRow[]> {
  const after = query.page.after;
  return sql<WatchRuleRow>`
    select r.id, r.user_id, r.name, r.query, r.is_active, r.poll_interval_seconds, r.alerts, r.created_at, r.updated_at,
      c.id as compiled_rule_id, c.backfill_state, c.backfill_found, c.backfill_alerted, p.last_run_at, p.next_run_at, p.polls,
      (select count(*) from floor_candidates f where f.compiled_rule_id = c.id) as releases_found
    from watch_rules r
    join compiled_rules c on c.owner_kind = 'watch_rule' and c.owner_id = r.id
    cross join lateral (
      select greatest(max(p.last_success_at) filter (where p.last_success_at >= s.started_at), (
          select max(e.last_run_at) from poll_subscriptions e
          where e.subscriber_id = c.id and e.ended_at is not null
        )) as last_run_at, min(p.next_poll_at) as next_run_at,
        jsonb_agg(jsonb_build_object(
          'provider', p.provider, 'asked_seconds', s.interval_seconds, 'interval_seconds', p.interval_seconds,
          'gap_seconds', p.gap_seconds, 'last_success_ms', extract(epoch from p.last_success_at) * 1000,
          'next_poll_ms', extract(epoch from p.next_poll_at) * 1000,
          'coverage_gap_ms', extract(epoch from p.coverage_gap_at) * 1000,
          'is_failing', coalesce(p.last_error_at > coalesce(p.last_success_at, '-infinity'), false),
          'is_blocked', ps.blocked_until is not null, 'is_floor', s.origin = 'candidate'
        )) as polls
      from poll_subscriptions s join polls p on p.id = s.poll_id
      left join provider_states ps on ps.provider = p.provider
      where s.subscriber_id = c.id and s.ended_at is null
    ) p
    where r.user_id = ${query.user_id} and (${query.id}::uuid is null or r.id = ${query.id}::uuid)
      and (${after?.id ?? null}::uuid is null
        or (r.created_at, r.id) < (${after?.created_at ?? null}::timestamptz, ${after?.id ?? null}::uuid))
    order by r.created_at desc, r.id desc
    limit ${query.page.limit + 1} offset ${query.page.offset}`;
}
