import type { Sql } from "../platform/sql.ts";
import type { ThrottleState } from "./throttle.ts";

/** Makes the counters that are not there yet, all at nothing. In order of key, as everybody locks them. */
export async function ensureThrottles(tx: Sql, keys: readonly string[], now: Date): Promise<void> {
  await tx`
    insert into auth_throttles (key, level, last_at, forget_at)
    select decode(k, 'hex'), 0, ${now}, ${now} from unnest(${keys}::text[]) as k order by 1
    on conflict do nothing`;
}

/** Locks counters to the end of the transaction and gives what they say, by key in hex. */
export async function lockThrottles(tx: Sql, keys: readonly string[]): Promise<Map<string, ThrottleState>> {
  const rows = await tx<ThrottleState & { key: string }>`
    select encode(key, 'hex') as key, level, last_at from auth_throttles
    where key in (select decode(k, 'hex') from unnest(${keys}::text[]) as k)
    order by auth_throttles.key for update`;
  return new Map(rows.map(({ key, ...state }) => [key, state]));
}

/** Writes what counters say that this transaction has locked. */
export async function updateThrottles(
  tx: Sql,
  states: readonly (ThrottleState & { key: string; forget_at: Date })[],
): Promise<void> {
  await tx`
    update auth_throttles t set level = s.level, last_at = s.last_at, forget_at = s.forget_at
    from jsonb_to_recordset(${JSON.stringify(states)}::text::jsonb)
      as s(key text, level double precision, last_at timestamptz, forget_at timestamptz)
    where t.key = decode(s.key, 'hex')`;
}

/**
 * Takes counted attempts back, in order of key: as if each had not been made, where nobody was counted since; else one
 * less.
 */
export async function giveBackAttempts(
  tx: Sql,
  attempts: readonly { key: string; before: ThrottleState; after: ThrottleState }[],
): Promise<void> {
  const rows = attempts.map(({ key, before, after }) => ({
    key,
    level: before.level,
    last_at: before.last_at,
    level_after: after.level,
    last_after: after.last_at,
  }));
  await tx`
    with taken as (
      select decode(key, 'hex') as key, level, last_at, level_after, last_after
      from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(key text, level double precision,
        last_at timestamptz, level_after double precision, last_after timestamptz)
    ), locked as (
      select t.key from auth_throttles t where t.key in (select key from taken) order by t.key for update
    )
    update auth_throttles t set
      level = case when (t.level, t.last_at) = (level_after, last_after) then taken.level
        else greatest(t.level - 1, 0) end,
      last_at = case when (t.level, t.last_at) = (level_after, last_after) then taken.last_at else t.last_at end
    from taken join locked using (key) where t.key = taken.key`;
}

/** Forgets what was counted under a key. */
export async function deleteThrottle(tx: Sql, key: string): Promise<void> {
  await tx`delete from auth_throttles where key = decode(${key}, 'hex')`;
}

/**
 * Forgets counters that say nothing any more, and what there is beyond the `keep` that last longest: strangers fill this
 * table. Gives how many.
 */
export async function pruneThrottles(sql: Sql, options: { now: Date; keep: number }): Promise<number> {
  const rows = await sql`
    delete from auth_throttles
    where forget_at <= ${options.now} or key in (
      select key from auth_throttles where forget_at > ${options.now}
      order by forget_at desc offset ${options.keep})
    returning 1`;
  return rows.length;
}
