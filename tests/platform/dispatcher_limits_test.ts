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
