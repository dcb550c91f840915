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

/** Takes one attempt back from each counter, in order of key. */
export async function giveBackAttempts(tx: Sql, keys: readonly string[]): Promise<void> {
  await tx`
    with locked as (
      select key from auth_throttles
      where key in (select decode(k, 'hex') from unnest(${keys}::text[]) as k) order by key for update
    )
    update auth_throttles t set level = greatest(t.level - 1, 0) from locked where t.key = locked.key`;
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
