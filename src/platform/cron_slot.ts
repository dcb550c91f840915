import { CLOCKS_APART_SECONDS } from "./clock.ts";
import type { Sql } from "./sql.ts";

/**
 * Takes the slot of a cron that every process fires; true for exactly one of them. `slot` is the tick's minute: two
 * processes whose clocks differ by less than their distance to the next minute meet in the same row.
 */
export async function takeCronSlot(
  sql: Sql,
  input: { name: string; slot: Date; now: Date },
): Promise<boolean> {
  const rows = await sql`
    insert into cron_slots (name, slot, taken_at) values (${input.name}, ${input.slot}, ${input.now})
    on conflict do nothing returning name`;
  return rows.length === 1;
}

/** Forgets slots taken before `before`; gives how many. */
export async function pruneCronSlots(sql: Sql, before: Date): Promise<number> {
  const rows = await sql`delete from cron_slots where slot < ${before} returning name`;
  return rows.length;
}

/** Gives free slots that a clock was ahead for which was set back: else their crons would not run until it gets there. */
export async function healCronSlots(sql: Sql, now: Date): Promise<number> {
  const rows = await sql`
    delete from cron_slots where slot > ${now}::timestamptz + make_interval(secs => ${CLOCKS_APART_SECONDS})
    returning name`;
  return rows.length;
}

/** The minute that `at` lies in. */
export function minuteOf(at: Date): Date {
  return new Date(Math.floor(at.getTime() / 60_000) * 60_000);
}
