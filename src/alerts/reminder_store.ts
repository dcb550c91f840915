import { LEASE_SECONDS } from "../platform/lease.ts";
import type { Sql } from "../platform/sql.ts";
import type { AlertState } from "./state_store.ts";

/**
 * Claims up to `limit` reminders to look at by `now` for LEASE_SECONDS and raises their lease token.
 * `skip locked` keeps two dispatchers off one state; an expired lease is due again.
 */
export function claimDueReminders(
  sql: Sql,
  options: { now: Date; limit: number },
): Promise<{ id: string; token: number }[]> {
  return sql<{ id: string; token: number }>`
    with due as (
      select id from alert_states
      where remind_at <= ${options.now} and (lease_until is null or lease_until <= ${options.now})
      order by remind_at
      limit ${options.limit}
      for update skip locked
    )
    update alert_states s
    set lease_until = ${options.now}::timestamptz + make_interval(secs => ${LEASE_SECONDS}), lease_token = s.lease_token + 1
    from due where s.id = due.id
    returning s.id, s.lease_token as token`;
}

/** When the next reminder is to be looked at, leases considered; null: none is planned. */
export async function nextReminderDueAt(sql: Sql): Promise<Date | null> {
  const rows = await sql<{ due_at: Date | null }>`
    select greatest(remind_at, lease_until) as due_at
    from alert_states where remind_at is not null order by remind_at limit 1`;
  return rows[0]?.due_at ?? null;
}

/** Whom and what a reminder is about, with the rules that once matched; null: it is gone. Locks nothing. */
export async function findReminder(
  sql: Sql,
  id: string,
): Promise<{ user_id: string; listing_id: string; rule_ids: string[] } | null> {
  const rows = await sql<{ user_id: string; listing_id: string; rule_ids: string[] }>`
    select s.user_id, s.listing_id,
      array(
        select m.compiled_rule_id from matches m where m.listing_id = s.listing_id and m.user_id = s.user_id
      ) as rule_ids
    from alert_states s where s.id = ${id}`;
  return rows[0] ?? null;
}

/** Locks the state while the token is still its; null: somebody else has it, write nothing. */
export async function fenceReminder(tx: Sql, row: { id: string; token: number }): Promise<AlertState | null> {
  const rows = await tx<AlertState>`
    select user_id, listing_id, alerted_at, price_minor, currency, rates, armed, remind_at
    from alert_states where id = ${row.id} and lease_token = ${row.token} for update`;
  return rows[0] ?? null;
}

/** Plans the next look (null: none) and gives the lease back. */
export async function planReminder(tx: Sql, row: { id: string; remind_at: Date | null }): Promise<void> {
  await tx`update alert_states set remind_at = ${row.remind_at}, lease_until = null where id = ${row.id}`;
}

/**
 * Plans reminders of what a rule matched, as many days after the last alert as it asks for now; earlier ones stay.
 * A rule that asks for fewer, or none, needs nothing: the handler asks the rules again.
 */
export async function planRemindersOfRule(tx: Sql, ruleId: string): Promise<void> {
  await tx`
    with planned as (
      select s.id, s.alerted_at + make_interval(days => c.remind_after_days) as at
      from compiled_rules c
      join matches m on m.compiled_rule_id = c.id
      join alert_states s on s.user_id = m.user_id and s.listing_id = m.listing_id
      where c.id = ${ruleId} and c.active and c.remind_after_days is not null and s.alerted_at is not null
      order by s.user_id, s.listing_id
      for update of s
    )
    update alert_states s set remind_at = least(s.remind_at, p.at) from planned p where s.id = p.id`;
}
