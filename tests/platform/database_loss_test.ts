import assert from "node:assert/strict";
import { openPool } from "../../src/platform/database.ts";
import { DatabaseError, type Pool } from "../../src/platform/sql.ts";
import { testDatabaseUrl, withDatabaseUrl } from "../support/database.ts";

const ROUNDS = 30;

/** Ends every connection to the database of `url`, from outside it. */
async function killConnections(admin: Pool, url: string): Promise<void> {
  const database = new URL(url).pathname.slice(1);
  await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${database}`;
}

Deno.test(`pool survives ${ROUNDS} losses of every connection under load: all promises settle, it is good again`, async () => {
  await withDatabaseUrl(async (url) => {
    await using admin = openPool({ url: testDatabaseUrl(), max: 1 });
    await using sql = openPool({ url, max: 5 });
    await sql`create table things (n int)`;
    let running = true;
    let answered = 0;
    const unexpected: unknown[] = [];
    const worker = async (step: () => Promise<unknown>) => {
      while (running) {
        try {
          await step();
          answered++;
        } catch (error) {
          if (!(error instanceof DatabaseError && error.code === "lost")) unexpected.push(error);
        }
      }
    };
    const workers = Array.from(
      { length: 8 },
      (_, index) =>
        worker(() =>
          index % 2 === 0
            ? sql`select ${index}::int, pg_sleep(0.001)`
            : sql.begin((tx) =>
              Promise.all([tx`insert into things values (1)`, tx`select count(*) from things`])
            )
        ),
    );
    for (let round = 0; round < ROUNDS; round++) {
      const before = answered;
      await killConnections(admin, url);
      const startedMs = performance.now();
      while (answered < before + 20) {
        assert.ok(performance.now() - startedMs < 5_000, `round ${round}: nothing is answered any more`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    running = false;
    await Promise.all(workers);
    assert.deepEqual(unexpected, []);
    assert.ok(sql.stats().replaced >= ROUNDS);
  });
});

Deno.test("pool rejects a transaction whose connection is lost, also while its work waits for something else", async () => {
  await withDatabaseUrl(async (url) => {
    await using admin = openPool({ url: testDatabaseUrl(), max: 1 });
    await using sql = openPool({ url });
    const run = sql.begin(async (tx) => {
      await tx`select 1`;
      await killConnections(admin, url);
      await new Promise(() => {});
    });
    await assert.rejects(run, (error) => error instanceof DatabaseError && error.code === "lost");
  });
});

Deno.test("listen() hears notices again after its connection was lost, and says ready each time", async () => {
  await withDatabaseUrl(async (url) => {
    await using admin = openPool({ url: testDatabaseUrl(), max: 1 });
    await using sql = openPool({ url });
    const heard = new Map<string, () => void>();
    let standing = Promise.withResolvers<void>();
    using _listener = sql.listen('odd "channel"', {
      onNotify: (payload) => heard.get(payload)?.(),
      onReady: () => standing.resolve(),
    });
    for (let round = 0; round < 5; round++) {
      await standing.promise;
      standing = Promise.withResolvers();
      const arrived = new Promise<void>((resolve) => heard.set(String(round), resolve));
      await sql`select pg_notify(${'odd "channel"'}, ${String(round)})`;
      await arrived;
      await killConnections(admin, url);
    }
    await standing.promise;
  });
});

Deno.test("listen() goes on when a handler throws", async () => {
  await withDatabaseUrl(async (url) => {
    await using sql = openPool({ url });
    const standing = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    using _listener = sql.listen("loud", {
      onNotify: (payload) => {
        if (payload === "1") throw new Error("handler is broken");
        second.resolve();
      },
      onReady: () => {
        standing.resolve();
        throw new Error("ready handler is broken");
      },
    });
    await standing.promise;
    await sql`select pg_notify('loud', '1'), pg_notify('loud', '2')`;
    await second.promise;
  });
});
