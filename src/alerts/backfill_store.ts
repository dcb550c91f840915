import type { Sql } from "../platform/sql.ts";
import { LEASE_SECONDS } from "../platform/lease.ts";

/**
 * Claims up to `limit` backfills due at `now` for LEASE_SECONDS and raises their lease token.
 * `skip locked` keeps two dispatchers off one rule; an expired lease is due again.
 */
export function claimDueBackfills(
  sql: Sql,
  options: { now: Date; limit: number },
): Promise<{ id: string; token: number }[]> {
  return sql<{ id: string; token: number }>`
    with due as (
      select id from compiled_rules
      where active and backfill_state <> 'completed' and (lease_until is null or lease_until <= ${options.now})
      order by active_since
      limit ${options.limit}
      for update skip locked
    )
    update compiled_rules c
    set lease_until = ${options.now}::timestamptz + make_interval(secs => ${LEASE_SECONDS}), lease_token = c.lease_token + 1
    from due where c.id = due.id
    returning c.id, c.lease_token as token`;
}

/** Extends the lease of a backfill; false when the token is no longer the rule's. */
export async function renewBackfill(
  sql: Sql,
  row: { id: string; token: number; now: Date },
): Promise<boolean> {
  const rows = await sql`
    update compiled_rules
    set lease_until = ${row.now}::timestamptz + make_interval(secs => ${LEASE_SECONDS}), backfill_state = 'running'
    where id = ${row.id} and lease_token = ${row.token} and active and backfill_state <> 'completed'
    returning id`;
  return rows.length === 1;
}

/** Locks the rule and extends the lease while the token is still its; false: somebody else has it, write nothing. */
export async function fenceBackfill(
  tx: Sql,
  row: { id: string; token: number; now: Date },
): Promise<boolean> {
  const rows = await tx`
    update compiled_rules set lease_until = ${row.now}::timestamptz + make_interval(secs => ${LEASE_SECONDS})
    where id = ${row.id} and lease_token = ${row.token}
    returning id`;
  return rows.length === 1;
}

/** Marks the backfill done and gives the lease back. */
export async function completeBackfill(tx: Sql, id: string): Promise<void> {
  await tx`update compiled_rules set backfill_state = 'completed', lease_until = null where id = ${id}`;
}

/**
 * When the next backfill is due; null: none is waiting. Those in hand are the first in the order in which they are claimed,
 * so that the first 200 say it: a long list is imported, and each look would read them all.
 */
export async function nextBackfillDueAt(sql: Sql): Promise<Date | null> {
  const rows = await sql<{ due_at: Date | null }>`
    select min(coalesce(lease_until, active_since)) as due_at
    from (
      select lease_until, active_since from compiled_rules
      where active and backfill_state <> 'completed' order by active_since limit 200
    ) first`;
  return rows[0]?.due_at ?? null;
}
