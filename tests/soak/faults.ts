/** The faults, and how long what they interrupted stands still. */
import { join } from "node:path";
import assert from "node:assert/strict";
import type { Pool } from "../../src/platform/sql.ts";
import { type Load, makePollsDue } from "./load.ts";
import { insist, pause, until } from "./tools.ts";
import type { World } from "./world.ts";

/** A row that a dead process had is worked again within this after the restart: lease, sweep and start. */
const RECOVERY_MS = 15_000;
/** Between two faults: at least so many answers, so that each one meets a service that works. */
const ANSWERS_BETWEEN = 10;
/** What nobody promised a time for has happened by then on any machine. */
const EVENTUALLY_MS = 60_000;

/** One kill and what followed. */
export interface KillFigures {
  /** Polls and backfills that the process had when it died. */
  leased: number;
  /** From the order to start until all of them had succeeded; includes the start itself. */
  recoveredMs: number;
}

/**
 * SIGKILL at a random moment, often while a rule is being saved; start; wait until everything it had is done. With
 * `ageLeases` its leases end at once, for a test that has no ten seconds.
 */
export async function killAndRestart(
  world: World,
  load: Load,
  { ageLeases = false } = {},
): Promise<KillFigures> {
  const { service, chance, sql } = world;
  const saving = pause(chance.next() * 400).then(() => load.addRule());
  await pause(100 + chance.next() * 1_500);
  await service.kill();
  await saving;
  const held = await heldRows(sql);
  if (ageLeases) await endLeases(sql);
  const startedMs = performance.now();
  await service.start();
  try {
    await until("what the dead process had is done", () => allDone(sql, held), {
      withinMs: ageLeases ? EVENTUALLY_MS : RECOVERY_MS - (performance.now() - startedMs),
    });
  } catch (error) {
    throw new Error(`${await explain(sql, held)}`, { cause: error });
  }
  return { leased: held.length, recoveredMs: Math.round(performance.now() - startedMs) };
}

/** Removes the queue's files, or its whole folder, while they are in use; gives the time until every poll has run. */
export async function deleteQueueFiles({ kvPath, sql, chance }: World): Promise<number> {
  await pause(chance.next() * 500);
  if (chance.next() < 0.3) await Deno.remove(kvPath, { recursive: true });
  else {
    for await (const { name } of Deno.readDir(kvPath)) {
      await Deno.remove(join(kvPath, name)).catch(() => {});
    }
  }
  return await untilAllPollsRun(sql);
}

/** Ends every connection of the service on the server, then waits until it answers again. */
export async function terminateConnections({ sql, chance }: World, load: Load): Promise<number> {
  await pause(chance.next() * 1_500);
  const ended = await sql<{ pid: number }>`
    select pid, pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'waxwatch'`;
  await untilAnswering(load);
  return ended.length;
}

/** Waits until requests are answered with 200 again, some of each loop. */
export async function untilAnswering(load: Load): Promise<number> {
  const before = load.answered;
  return await until("requests are answered", () => load.answered >= before + ANSWERS_BETWEEN, {
    withinMs: EVENTUALLY_MS,
  });
}

/** Waits until every poll has succeeded once more; gives the milliseconds it took. */
export async function untilAllPollsRun(sql: Pool): Promise<number> {
  const before = await insist(() =>
    sql<HeldRow>`select id, runs, 'poll' as kind from polls where interval_seconds > 0`
  );
  assert.ok(before.length > 0);
  await insist(() => makePollsDue({ sql }));
  return await until("every poll has run", () => insist(() => allDone(sql, before)), {
    withinMs: EVENTUALLY_MS,
  });
}

interface HeldRow {
  kind: "poll" | "backfill";
  id: string;
  runs: number;
}

/** What somebody holds a lease of; true of the dead process alone, because nothing else works here. */
function heldRows(sql: Pool): Promise<HeldRow[]> {
  return sql<HeldRow>`
    select 'poll' as kind, id, runs from polls where lease_until is not null
    union all
    select 'backfill', id, 0 from compiled_rules where active and backfill_state <> 'completed'`;
}

async function endLeases(sql: Pool): Promise<void> {
  await sql`update polls set lease_until = now() where lease_until > now()`;
  await sql`update compiled_rules set lease_until = now() where lease_until > now()`;
}

async function allDone(sql: Pool, held: readonly HeldRow[]): Promise<boolean> {
  const [left] = await sql<{ count: number }>`
    select (
      select count(*) from polls p
      join jsonb_to_recordset(${JSON.stringify(held)}::text::jsonb) as h(kind text, id uuid, runs bigint)
        on h.kind = 'poll' and h.id = p.id and p.runs <= h.runs
    ) + (
      select count(*) from compiled_rules c
      join jsonb_to_recordset(${JSON.stringify(held)}::text::jsonb) as h(kind text, id uuid)
        on h.kind = 'backfill' and h.id = c.id and c.backfill_state <> 'completed'
    ) as count`;
  return left?.count === 0;
}

/** What is left of `held` and what the service's connections do: to tell a stuck row from a machine that is too busy. */
async function explain(sql: Pool, held: readonly HeldRow[]): Promise<string> {
  const ids = held.map((row) => row.id);
  return JSON.stringify({
    at: new Date(),
    held,
    polls: await sql`
      select id, runs, next_poll_at, lease_until, lease_token, failures, last_error from polls
      where id = any(${ids}::uuid[])`,
    backfills: await sql`
      select id, backfill_state, lease_until, lease_token from compiled_rules
      where active and backfill_state <> 'completed'`,
    progress: await sql`select sum(runs) as runs, max(last_success_at) as latest from polls`,
    connections: await sql`
      select state, wait_event, (now() - xact_start)::text as age, left(query, 120) as query from pg_stat_activity
      where datname = current_database() and application_name = 'waxwatch' and state <> 'idle'`,
  });
}
