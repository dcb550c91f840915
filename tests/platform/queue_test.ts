import assert from "node:assert/strict";
import { join } from "node:path";
import { createLog } from "../../src/platform/log.ts";
import type { Job, JobQueue } from "../../src/platform/queue.ts";
import { openInlineQueue } from "../../src/platform/queue_inline.ts";
import { kvAvailable, openKvQueue } from "../../src/platform/queue_kv.ts";
import { NOON } from "../support/clock.ts";

const aJob = (id: string): Job => ({ kind: "poll", rows: [{ id, token: 1 }] });

/** Every broker keeps the same promises; `dir` is the folder of the one that has files. */
const BROKERS: Record<string, (dir: string) => Promise<JobQueue>> = {
  inline: () => Promise.resolve(openInlineQueue()),
  kv: (dir) => openKvQueue({ dir }),
};

async function withFolder(test: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await test(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Records jobs by row id and lets a test await them. */
function recorder() {
  const seen = new Set<string>();
  let wake = () => {};
  return {
    seen,
    handle: (job: Job) => {
      for (const row of job.rows) seen.add(row.id);
      wake();
      return Promise.resolve();
    },
    until: async (...ids: string[]) => {
      while (!ids.every((id) => seen.has(id))) await new Promise<void>((resolve) => wake = resolve);
    },
  };
}

for (const [name, open] of Object.entries(BROKERS)) {
  Deno.test(`${name} queue hands every job to the listener, also those from before it`, async () => {
    await withFolder(async (dir) => {
      await using queue = await open(dir);
      const { handle, until } = recorder();
      await queue.enqueue([aJob("early")]);
      queue.listen(handle, { concurrency: 2 });
      await queue.enqueue([aJob("a"), aJob("b")]);
      await until("early", "a", "b");
      assert.deepEqual(await queue.check(), { ok: true });
    });
  });

  Deno.test(`${name} queue runs at most the given number of handlers at once`, async () => {
    await withFolder(async (dir) => {
      await using queue = await open(dir);
      const { handle, until } = recorder();
      const full = Promise.withResolvers<void>();
      let running = 0;
      let most = 0;
      queue.listen(async (job) => {
        most = Math.max(most, ++running);
        if (running === 3) full.resolve();
        await full.promise;
        await new Promise((resolve) => setTimeout(resolve, 1));
        running--;
        await handle(job);
      }, { concurrency: 3 });
      const ids = Array.from({ length: 40 }, (_, index) => String(index));
      await queue.enqueue(ids.map(aJob));
      await until(...ids);
      assert.equal(most, 3);
    });
  });

  Deno.test(`${name} queue goes on after a handler that throws, and does not run it again`, async () => {
    await withFolder(async (dir) => {
      await using queue = await open(dir);
      const { handle, until } = recorder();
      let failures = 0;
      queue.listen(async (job) => {
        if (job.rows[0]?.id === "bad") {
          failures++;
          throw new Error("handler failed");
        }
        await handle(job);
      }, { concurrency: 1 });
      await queue.enqueue([aJob("bad"), aJob("good")]);
      await until("good");
      while (failures === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      assert.equal(failures, 1);
    });
  });

  Deno.test(`${name} queue dispose waits for running handlers, starts no other and refuses new jobs`, async () => {
    await withFolder(async (dir) => {
      const queue = await open(dir);
      const started = Promise.withResolvers<void>();
      const gate = Promise.withResolvers<void>();
      let ended = 0;
      queue.listen(async () => {
        started.resolve();
        await gate.promise;
        ended++;
      }, { concurrency: 1 });
      await queue.enqueue([aJob("a"), aJob("b")]);
      await started.promise;
      const disposing = queue[Symbol.asyncDispose]();
      await assert.rejects(queue.enqueue([aJob("c")]), /Cannot enqueue: the queue is closed/);
      gate.resolve();
      await disposing;
      assert.equal(ended, 1);
      assert.deepEqual(await queue.check(), { ok: false, reason: "the queue is closed" });
    });
  });
}

/** How the files of a running queue may be lost. The -shm file is mapped memory: it may go, but not be cut. */
const LOSSES: Record<string, (path: string) => void> = {
  deleted: (path) => Deno.removeSync(path),
  emptied: (path) => path.endsWith("-shm") || Deno.truncateSync(path, 0),
  "overwritten with garbage": (path) =>
    path.endsWith("-shm") || Deno.writeFileSync(path, new Uint8Array(20_000).fill(7)),
};

for (const [loss, lose] of Object.entries(LOSSES)) {
  Deno.test(`kv queue handles jobs within 2 s after its files were ${loss}, again and again`, async () => {
    await withFolder(async (dir) => {
      await using queue = await openKvQueue({ dir });
      const { handle, until } = recorder();
      queue.listen(handle, { concurrency: 4 });
      for (let round = 0; round < 3; round++) {
        await queue.enqueue([aJob(`${round} before`)]);
        for (const { name } of Deno.readDirSync(dir)) if (name.includes(".sqlite3")) lose(join(dir, name));
        const startedMs = performance.now();
        await queue.enqueue([aJob(`${round} after`)]);
        await until(`${round} before`, `${round} after`);
        assert.ok(performance.now() - startedMs < 2_000);
      }
      assert.deepEqual(await queue.check(), { ok: true });
    });
  });
}

/** A KV that fails in one way until the queue opens another; what a broken file looks like from outside. */
const FAULTS: Record<string, (kv: Deno.Kv) => void> = {
  "its listener is deaf": (kv) => {
    kv.listenQueue = () => Promise.resolve();
  },
  "its listener fails": (kv) => {
    kv.listenQueue = () => Promise.reject(new Error("database disk image is malformed"));
  },
  "it takes no messages": (kv) => {
    kv.atomic = () => {
      throw new Error("database disk image is malformed");
    };
  },
};

for (const [fault, breakKv] of Object.entries(FAULTS)) {
  Deno.test(`kv queue opens a fresh file when ${fault}, and handles the jobs within 2 s`, async () => {
    await withFolder(async (dir) => {
      let opened = 0;
      const openKv = async (path: string) => {
        const kv = await Deno.openKv(path);
        if (++opened === 1) breakKv(kv);
        return kv;
      };
      await using queue = await openKvQueue({ dir, openKv });
      const { handle, until } = recorder();
      queue.listen(handle, { concurrency: 2 });
      const startedMs = performance.now();
      await queue.enqueue([aJob("a"), aJob("b")]);
      await until("a", "b");
      assert.ok(performance.now() - startedMs < 2_000);
      assert.equal(opened, 2);
    });
  });
}

Deno.test("kv queue drops a message that is not a job, with a log line", async () => {
  await withFolder(async (dir) => {
    const lines: string[] = [];
    const log = createLog({
      format: "json",
      level: "warn",
      now: () => NOON,
      write: (line) => lines.push(line),
    });
    let raw: Deno.Kv | undefined;
    await using queue = await openKvQueue({
      dir,
      log,
      openKv: async (path) => raw = await Deno.openKv(path),
    });
    const { handle, until } = recorder();
    queue.listen(handle, { concurrency: 1 });
    for (const message of ["text", { id: 1 }, { id: 1, job: { kind: "poll", rows: [{ id: 1 }] } }]) {
      await raw?.enqueue(message);
    }
    await queue.enqueue([aJob("a")]);
    await until("a");
    while (lines.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.ok(lines.every((line) => line.includes("queue message dropped")));
  });
});

Deno.test("kv queue opens a new folder when its own was removed", async () => {
  await withFolder(async (dir) => {
    const own = join(dir, "queue");
    await using queue = await openKvQueue({ dir: own });
    const { handle, until } = recorder();
    queue.listen(handle, { concurrency: 1 });
    await Deno.remove(own, { recursive: true });
    assert.deepEqual(await queue.check(), { ok: true });
    await queue.enqueue([aJob("a")]);
    await until("a");
    assert.ok((await Array.fromAsync(Deno.readDir(own))).some(({ name }) => name.endsWith(".sqlite3")));
  });
});

Deno.test("openKvQueue() removes the files of processes that are gone and leaves those in use", async () => {
  await withFolder(async (dir) => {
    for (const suffix of [".sqlite3", ".sqlite3-wal", ".lock"]) {
      await Deno.writeTextFile(join(dir, `queue-1-0a${suffix}`), "left by a process that was killed");
    }
    await Deno.writeTextFile(join(dir, "notes.txt"), "not ours");
    await using first = await openKvQueue({ dir });
    await using second = await openKvQueue({ dir });
    const names = (await Array.fromAsync(Deno.readDir(dir))).map(({ name }) => name);
    assert.equal(names.filter((name) => name.startsWith("queue-1-")).length, 0);
    assert.equal(names.filter((name) => name.endsWith(".sqlite3")).length, 2);
    assert.ok(names.includes("notes.txt"));
    assert.deepEqual([await first.check(), await second.check()], [{ ok: true }, { ok: true }]);
  });
});

Deno.test("openKvQueue() leaves nothing behind but the guard of the folder", async () => {
  await withFolder(async (dir) => {
    const queue = await openKvQueue({ dir });
    queue.listen(() => Promise.resolve(), { concurrency: 1 });
    await queue[Symbol.asyncDispose]();
    assert.deepEqual((await Array.fromAsync(Deno.readDir(dir))).map(({ name }) => name), ["start.lock"]);
  });
});

Deno.test("kv queue refuses a job above 60,000 bytes and sends many big ones", async () => {
  await withFolder(async (dir) => {
    await using queue = await openKvQueue({ dir });
    const { handle, seen, until } = recorder();
    queue.listen(handle, { concurrency: 4 });
    await assert.rejects(
      queue.enqueue([aJob("x".repeat(60_000))]),
      /Cannot enqueue: a poll job of 600\d\d bytes/,
    );
    const ids = Array.from({ length: 30 }, (_, index) => `${index}`.padEnd(50_000, "x"));
    await queue.enqueue(ids.map(aJob));
    await until(...ids);
    assert.equal(seen.size, 30);
  });
});

Deno.test("kvAvailable() says whether this runtime has Deno KV", () => {
  assert.equal(kvAvailable(), true);
});
