import assert from "node:assert/strict";
import { Dispatcher } from "../../src/platform/dispatcher.ts";
import { silentLog } from "../../src/platform/log.ts";
import type { Job } from "../../src/platform/queue.ts";
import { fakeClock } from "../support/clock.ts";

Deno.test("dispatchOnce() hands out no more rows of a bounded kind than it allows, and all of the others", async () => {
  const handed: Job[] = [];
  const asked: number[] = [];
  const limits = { slow: 3, quick: 5 };
  const source = (kind: keyof typeof limits, maxOutstanding?: number) => ({
    kind,
    ...(maxOutstanding === undefined ? {} : { maxOutstanding }),
    claim: ({ limit }: { limit: number }) => {
      if (kind === "slow") asked.push(limit);
      const rows = Array.from(
        { length: Math.min(limit, limits[kind]) },
        () => ({ id: crypto.randomUUID(), token: 1 }),
      );
      return Promise.resolve(rows);
    },
    nextDueAt: () => Promise.resolve(null),
  });
  const dispatcher = new Dispatcher({
    clock: fakeClock(),
    log: silentLog,
    queue: {
      enqueue: (jobs) => Promise.resolve(void handed.push(...jobs)),
      listen: () => {},
      check: () => Promise.resolve({ ok: true }),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
    doorbell: { subscribe: () => ({ [Symbol.dispose]: () => {} }), [Symbol.dispose]: () => {} },
    sources: [source("slow", 4), source("quick")],
    maxOutstanding: 200,
  });
  assert.equal((await dispatcher.dispatchOnce()).claimed_count, 8);
  await dispatcher.dispatchOnce();
  await dispatcher.dispatchOnce();
  assert.deepEqual(asked, [4, 1]);
  const slow = handed.filter((job) => job.kind === "slow").flatMap((job) => job.rows);
  assert.equal(slow.length, 4);
  assert.equal(handed.filter((job) => job.kind === "quick").length, 15);
  // One that is being worked on keeps its place until it is settled.
  dispatcher.begin("slow", slow[0]!);
  dispatcher.settle("slow", slow[1]!);
  await dispatcher.dispatchOnce();
  assert.deepEqual(asked, [4, 1, 1]);
  await dispatcher[Symbol.asyncDispose]();
});

Deno.test("a lane that is full leaves the others their places, and is claimed for again when it is half empty", async () => {
  const rooms: number[] = [];
  const claims = Promise.withResolvers<void>();
  const source = {
    kind: "poll",
    maxOfLane: () => 4,
    claim: ({ roomOf }: { roomOf?: (lane: string) => number }) => {
      const room = roomOf!("slow");
      rooms.push(room);
      if (rooms.length === 2) claims.resolve();
      const rows = Array.from(
        { length: room },
        () => ({ id: crypto.randomUUID(), token: 1, lanes: ["slow"] }),
      );
      return Promise.resolve([...rows, { id: crypto.randomUUID(), token: 1, lanes: ["quick"] }]);
    },
    nextDueAt: () => Promise.resolve(null),
  };
  const handed: Job[] = [];
  const dispatcher = new Dispatcher({
    clock: fakeClock(),
    log: silentLog,
    queue: {
      enqueue: (jobs) => Promise.resolve(void handed.push(...jobs)),
      listen: () => {},
      check: () => Promise.resolve({ ok: true }),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
    doorbell: { subscribe: () => ({ [Symbol.dispose]: () => {} }), [Symbol.dispose]: () => {} },
    sources: [source],
    maxOutstanding: 200,
  });
  assert.equal((await dispatcher.dispatchOnce()).claimed_count, 5);
  const [first, second] = handed.map((job) => job.rows[0]!);
  // Worked on or not, it has its place.
  dispatcher.begin("poll", first!);
  dispatcher.settle("poll", first!);
  assert.deepEqual(rooms, [4]);
  dispatcher.settle("poll", second!);
  await claims.promise;
  assert.deepEqual(rooms, [4, 2]);
  await dispatcher[Symbol.asyncDispose]();
});
