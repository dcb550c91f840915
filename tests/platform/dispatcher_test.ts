import assert from "node:assert/strict";
import { Dispatcher, type WorkSource } from "../../src/platform/dispatcher.ts";
import { silentLog } from "../../src/platform/log.ts";
import type { Job, JobQueue } from "../../src/platform/queue.ts";
import { fakeClock, NOON } from "../support/clock.ts";
import { within } from "../support/events.ts";

const SILENT_BELL = { subscribe: () => ({ [Symbol.dispose]() {} }), [Symbol.dispose]() {} };

/** A source of `due` rows: claiming takes them away, as a lease does. */
function sourceOf(kind: string, due: string[], nextDueAt: () => Date | null = () => null): WorkSource {
  return {
    kind,
    claim: ({ limit }) => Promise.resolve(due.splice(0, limit).map((id) => ({ id, token: 1 }))),
    nextDueAt: () => Promise.resolve(nextDueAt()),
  };
}

/** A broker that keeps what it is given; `failing` makes it refuse. */
function brokenOrKeeping() {
  const jobs: Job[] = [];
  const state = { failing: false, arrived: () => {} };
  const queue: JobQueue = {
    enqueue: (given) => {
      if (state.failing) return Promise.reject(new Error("the broker is away"));
      jobs.push(...given);
      state.arrived();
      return Promise.resolve();
    },
    listen: () => {},
    check: () => Promise.resolve({ ok: true }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return { jobs, queue, state };
}

function dispatcherOf(sources: WorkSource[], queue: JobQueue, maxOutstanding = 4): Dispatcher {
  return new Dispatcher({
    clock: fakeClock(),
    log: silentLog,
    queue,
    doorbell: SILENT_BELL,
    sources,
    maxOutstanding,
  });
}

Deno.test("dispatchOnce() hands every claimed row over in a job of its own, sources in order", async () => {
  const { jobs, queue } = brokenOrKeeping();
  await using dispatcher = dispatcherOf([sourceOf("backfill", ["b"]), sourceOf("poll", ["p", "q"])], queue);
  assert.deepEqual(await dispatcher.dispatchOnce(), { claimed_count: 3 });
  assert.deepEqual(jobs.map((job) => [job.kind, job.rows]), [
    ["backfill", [{ id: "b", token: 1 }]],
    ["poll", [{ id: "p", token: 1 }]],
    ["poll", [{ id: "q", token: 1 }]],
  ]);
});

Deno.test("a full dispatcher claims no more until half of its rows are finished, then at once", async () => {
  const { jobs, queue, state } = brokenOrKeeping();
  const due = ["a", "b", "c", "d", "e"];
  await using dispatcher = dispatcherOf([sourceOf("poll", due)], queue);
  await dispatcher.dispatchOnce();
  assert.equal(jobs.length, 4);
  dispatcher.settle("poll", { id: "a", token: 1 });
  assert.deepEqual(due, ["e"]);
  const arrived = new Promise<void>((resolve) => state.arrived = resolve);
  dispatcher.settle("poll", { id: "b", token: 1 });
  await within(arrived, 1000);
  assert.deepEqual(jobs.map((job) => job.rows[0]?.id), ["a", "b", "c", "d", "e"]);
});

Deno.test("a started dispatcher wakes by itself when the earliest row is due", async () => {
  const { jobs, queue, state } = brokenOrKeeping();
  const due: string[] = [];
  await using dispatcher = dispatcherOf([sourceOf("poll", due, () => new Date(NOON.getTime() + 50))], queue);
  dispatcher.start();
  const arrived = new Promise<void>((resolve) => state.arrived = resolve);
  due.push("late");
  await within(arrived, 1000);
  assert.equal(jobs[0]?.rows[0]?.id, "late");
});

Deno.test("a broker that refuses does not stop the dispatcher: it claims again at its next wake", async () => {
  const { jobs, queue, state } = brokenOrKeeping();
  const due = ["a"];
  state.failing = true;
  await using dispatcher = dispatcherOf([sourceOf("poll", due)], queue);
  await assert.rejects(dispatcher.dispatchOnce(), /the broker is away/);
  state.failing = false;
  due.push("b");
  await dispatcher.dispatchOnce();
  assert.deepEqual(jobs.map((job) => job.rows[0]?.id), ["b"]);
});
