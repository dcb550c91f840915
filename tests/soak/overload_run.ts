/** More polls than calls, by a clock of its own: the real claim, quota and advance on a real database. */
import { canonicalJson, sha256Hex } from "../../src/platform/crypto.ts";
import type { Pool } from "../../src/platform/sql.ts";
import { claimPolls } from "../../src/polling/claim_polls.ts";
import { advancePoll } from "../../src/polls/store.ts";
import { QuotaEmptyError, quotaGate } from "../../src/providers/quota.ts";
import { createRegistry } from "../../src/providers/registry.ts";
import { fakeClock, NOON } from "../support/clock.ts";
import { withDatabase } from "../support/database.ts";
import { createPlainMarket } from "../support/plain_market.ts";
import { Chance } from "./tools.ts";

/** Interval in seconds → polls that ask for it: twenty calls a minute in all. */
const POLLS: Readonly<Record<number, number>> = {
  30: 3,
  60: 6,
  300: 24,
  600: 20,
  3_600: 20,
  21_600: 20,
  86_400: 20,
};
/** Calls in any 60 s, of which the count makes 63: a fifth of what the polls ask for. */
const CALLS = 4;
const TICK_MS = 5_000;

/** Lateness of a run is how late it was for its interval, divided by that. */
export interface OverloadReport {
  overload: number;
  polls: number;
  runs: number;
  median: number;
  worst: number;
  /** Median and worst by interval. */
  byInterval: Record<string, [number, number]>;
}

/** Runs for `hours`; the first `warmUpHours` are not counted. `settled`: polls begin as late as they will be. */
export async function runOverload(
  { hours, warmUpHours, settled }: { hours: number; warmUpHours: number; settled: boolean },
): Promise<OverloadReport> {
  const runs: { interval: number; late: number }[] = [];
  await withDatabase(async (sql) => {
    const clock = fakeClock();
    const quota = { scope: "ip:shop", windows: [{ seconds: 60, limit: CALLS, reserve: 0 }] };
    const provider = createPlainMarket({ id: "shop", url: "http://127.0.0.1:1", clock, quota });
    const deps = { sql, clock, providers: createRegistry([{ provider, enabled: true }]) };
    const planned = await fillPolls(sql, settled);
    const gate = quotaGate(deps, provider, "poll");
    const endMs = NOON.getTime() + hours * 3_600_000;
    const countedFromMs = NOON.getTime() + warmUpHours * 3_600_000;
    const note = (id: string) => {
      const { interval, dueMs } = planned.get(id)!;
      const late = (clock.now().getTime() - dueMs) / 1000 / interval;
      if (clock.now().getTime() >= countedFromMs && late >= 0) runs.push({ interval, late });
      planned.set(id, { interval, dueMs: clock.now().getTime() + interval * 1000 });
    };
    for (; clock.now().getTime() < endMs; clock.advance(TICK_MS)) {
      for (const { id } of await claimPolls(deps, { now: clock.now(), limit: 64 })) {
        if (!await taken(gate)) throw new Error("Cannot run a poll: more were claimed than there are calls");
        note(id);
        await advancePoll(sql, { id, now: clock.now(), coverageGap: false, isSweep: false });
      }
    }
    // Who waits still is as late as he is.
    for (const id of planned.keys()) note(id);
  });
  return reportOf(runs);
}

async function taken(gate: () => Promise<void>): Promise<boolean> {
  return await gate().then(() => true, (error) => {
    if (error instanceof QuotaEmptyError) return false;
    throw error;
  });
}

async function fillPolls(
  sql: Pool,
  settled: boolean,
): Promise<Map<string, { interval: number; dueMs: number }>> {
  const chance = new Chance();
  const planned = new Map<string, { interval: number; dueMs: number }>();
  for (const [seconds, count] of Object.entries(POLLS)) {
    for (let n = 0; n < count; n++) {
      const interval = Number(seconds);
      const query = { q: `${interval} ${n}` };
      // When all are stretched to five intervals, a poll was last run up to so long ago.
      const dueMs = NOON.getTime() + (settled ? (1 - 5 * chance.next()) * interval * 1000 : 0);
      const [poll] = await sql<{ id: string }>`
        insert into polls
          (provider, query, query_key, interval_seconds, next_poll_at, created_at, runs, last_success_at)
        values ('shop', ${JSON.stringify(query)}::text::jsonb, ${await sha256Hex(canonicalJson(query))},
          ${interval}, ${new Date(dueMs)}, ${NOON}, 1, ${NOON})
        returning id`;
      planned.set(poll!.id, { interval, dueMs });
    }
  }
  return planned;
}

function reportOf(runs: readonly { interval: number; late: number }[]): OverloadReport {
  const asked = Object.entries(POLLS).reduce(
    (sum, [seconds, count]) => sum + count * 63 / Number(seconds),
    0,
  );
  const [median, worst] = spread(runs.map(({ late }) => late));
  const byInterval = Map.groupBy(runs, ({ interval }) => interval);
  return {
    overload: rounded(asked / CALLS),
    polls: Object.values(POLLS).reduce((sum, count) => sum + count, 0),
    runs: runs.length,
    median,
    worst,
    byInterval: Object.fromEntries(
      [...byInterval].map(([interval, those]) => [`${interval} s`, spread(those.map(({ late }) => late))]),
    ),
  };
}

function spread(values: readonly number[]): [median: number, worst: number] {
  const sorted = [...values].sort((a, b) => a - b);
  return [rounded(sorted[Math.floor(sorted.length / 2)] ?? NaN), rounded(sorted.at(-1) ?? NaN)];
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
