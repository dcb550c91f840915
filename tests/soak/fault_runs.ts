/** Whole runs: a world under load, faults, then the comparison with the truth. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { openPool } from "../../src/platform/database.ts";
import { systemClock } from "../../src/platform/clock.ts";
import type { Pool } from "../../src/platform/sql.ts";
import { migrateUp } from "../../src/platform/migrate.ts";
import { withDatabaseUrl } from "../support/database.ts";
import {
  deleteQueueFiles,
  killAndRestart,
  type KillFigures,
  terminateConnections,
  untilAllPollsRun,
  untilAnswering,
} from "./faults.ts";
import { Load, makePollsDue } from "./load.ts";
import { RestartingPostgres } from "./restarting_postgres.ts";
import { insist, quantile, until } from "./tools.ts";
import { assertTruth, type TruthFigures } from "./truth.ts";
import { type Person, type Size, SIZES, withWorld, type World } from "./world.ts";

const MIGRATIONS = fileURLToPath(new URL("../../migrations", import.meta.url));
/** A statement's deadline is 10 s; what a request does around it is far less than this. */
const REQUEST_DEADLINE_MS = 12_000;
/** How long after its commit a message may take to its stream. */
const STREAM_DEADLINE_MS = 1_000;

/** What a run met. */
export interface RunFigures extends TruthFigures {
  seed: number;
  /** Answers by status; `refused` while the process was down. */
  requests: Record<string, number>;
  slowestRequestMs: number;
  /** Connections of all streams: how often they broke, or their clients went away, and came back. */
  streamsOpened: number;
  /** Lines the service logged as warnings and errors, by message. */
  troubles: Record<string, number>;
}

/** Kills and restarts the process `kills` times. */
export async function runKills({ kills }: { kills: number }) {
  const done: KillFigures[] = [];
  const figures = await underLoad(async (world, load) => {
    for (let round = 0; round < kills; round++) done.push(await killAndRestart(world, load));
  });
  return { ...figures, kills: done };
}

/** Deletes the queue's files `times` times while they are in use. */
export async function runQueueLosses({ times }: { times: number }) {
  const allPollsRanMs: number[] = [];
  const figures = await underLoad(async (world) => {
    for (let round = 0; round < times; round++) allPollsRanMs.push(await deleteQueueFiles(world));
    assert.ok(world.service.alive);
  });
  return { ...figures, allPollsRanMs: allPollsRanMs.map(Math.round) };
}

/** Ends all connections `times` times. */
export async function runConnectionLosses({ times }: { times: number }) {
  let ended = 0;
  const figures = await underLoad(async (world, load) => {
    for (let round = 0; round < times; round++) ended += await terminateConnections(world, load);
    await untilAllPollsRun(world.sql);
    assert.ok(world.service.alive);
  });
  assertAnswered(figures);
  return { ...figures, connectionsEnded: ended };
}

/** Restarts the database server `restarts` times: in order and cut off in turn, down for up to `downMs`. */
export async function runServerRestarts({ restarts, downMs }: { restarts: number; downMs: number }) {
  const answeringMs: number[] = [];
  const figures = await withRestartingPostgres((postgres) =>
    underLoad(async (world, load) => {
      for (let round = 0; round < restarts; round++) {
        await untilAnswering(load);
        await postgres.restart(round % 2 === 0 ? "fast" : "immediate", world.chance.next() * downMs);
        answeringMs.push(await untilAnswering(load));
      }
      await untilAllPollsRun(world.sql);
      assert.ok(world.service.alive);
    }, { databaseUrl: postgres.url })
  );
  assertAnswered(figures);
  return { ...figures, answeringMs: answeringMs.map(Math.round) };
}

/** One of each fault in one world: the short form of everything above. */
export async function runOneOfEach() {
  return await withRestartingPostgres((postgres) =>
    underLoad(async (world, load) => {
      await deleteQueueFiles(world);
      await terminateConnections(world, load);
      await postgres.restart("immediate", 200);
      await untilAnswering(load);
      assert.ok(world.service.alive);
      await killAndRestart(world, load, { ageLeases: true });
    }, { databaseUrl: postgres.url, size: SIZES.small })
  );
}

/** No fault, only load: how long messages take from their commit to their streams. */
export async function runStreamLatency({ messages }: { messages: number }) {
  let latencies: number[] = [];
  const figures = await withRestartingPostgres((postgres) =>
    underLoad(async ({ people, sql }) => {
      const arrived = () => people.reduce((sum, person) => sum + person.stream.arrivals.length, 0);
      await until("messages arrived", () => arrived() >= messages, { withinMs: messages * 200 });
      latencies = (await Promise.all(people.map((person) => latenciesOf(person, sql)))).flat();
    }, { databaseUrl: postgres.url, hops: false })
  );
  const slowestMs = Math.max(...latencies);
  assert.ok(slowestMs < STREAM_DEADLINE_MS, `a message took ${slowestMs} ms`);
  return {
    ...figures,
    ...{ messages: latencies.length, p50Ms: quantile(latencies, 0.5), p99Ms: quantile(latencies, 0.99) },
    maxMs: Math.round(slowestMs),
  };
}

async function latenciesOf({ stream, userId }: Person, sql: Pool): Promise<number[]> {
  const rows = await sql<{ seq: number; committed_at: Date }>`
    select seq, pg_xact_commit_timestamp(xmin) as committed_at from notifications where user_id = ${userId}`;
  const committed = new Map(rows.map((row) => [row.seq, row.committed_at.getTime()]));
  return stream.arrivals.flatMap(({ seq, atMs }) => {
    const at = committed.get(seq);
    return at === undefined ? [] : [atMs - at];
  });
}

/** Runs `faults` in a world under load, lets the load end, and compares with the truth. */
async function underLoad(
  faults: (world: World, load: Load) => Promise<void>,
  options: { databaseUrl?: string; hops?: boolean; size?: Size } = {},
): Promise<RunFigures> {
  let figures: RunFigures | null = null;
  const run = (databaseUrl: string) =>
    withWorld({ ...options, databaseUrl }, async (world) => {
      const load = new Load(world);
      {
        await using _ending = load;
        await untilAnswering(load);
        await faults(world, load);
      }
      await insist(() => makePollsDue(world));
      figures = { ...describe(world, load), ...await assertTruth(world, load.stored) };
    });
  if (options.databaseUrl) await run(options.databaseUrl);
  else await withDatabaseUrl(run);
  return figures!;
}

function describe({ chance, people, service }: World, load: Load) {
  return {
    seed: chance.seed,
    requests: Object.fromEntries(load.figures.byStatus),
    slowestRequestMs: Math.round(load.figures.slowestMs),
    streamsOpened: people.reduce((sum, person) => sum + person.stream.opened, 0),
    troubles: Object.fromEntries(service.troubles),
  };
}

/** The process lived: every request was answered, in time, and with 503 at worst. */
function assertAnswered({ requests, slowestRequestMs }: RunFigures): void {
  assert.deepEqual(Object.keys(requests).filter((status) => !["200", "503"].includes(status)), []);
  assert.ok(slowestRequestMs < REQUEST_DEADLINE_MS, `a request took ${slowestRequestMs} ms`);
}

async function withRestartingPostgres<T>(work: (postgres: RestartingPostgres) => Promise<T>): Promise<T> {
  const dir = await Deno.makeTempDir({ prefix: "waxwatch-soak-postgres-" });
  try {
    await using postgres = await RestartingPostgres.create(dir);
    {
      await using pool = openPool({ url: postgres.url, max: 1 });
      await migrateUp(pool, MIGRATIONS, { now: systemClock.now() });
    }
    return await work(postgres);
  } finally {
    await Deno.remove(dir, { recursive: true }).catch(() => {});
  }
}
