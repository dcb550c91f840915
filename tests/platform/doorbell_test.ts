import assert from "node:assert/strict";
import { openDoorbell, type Ring, ringDoorbell } from "../../src/platform/doorbell.ts";
import { openPool } from "../../src/platform/database.ts";
import { withDatabaseUrl } from "../support/database.ts";
import type { Pool } from "../../src/platform/sql.ts";

/** A doorbell that stands, and a way to await its next ring. */
async function withDoorbell(
  test: (
    context: { pool: Pool; next: () => Promise<Ring["users"]>; doorbell: ReturnType<typeof openDoorbell> },
  ) => Promise<void>,
): Promise<void> {
  await withDatabaseUrl(async (url) => {
    await using pool = openPool({ url, max: 2 });
    using doorbell = openDoorbell(pool);
    const rings: Ring["users"][] = [];
    let wake = () => {};
    using _subscription = doorbell.subscribe(({ users }) => {
      rings.push(users);
      wake();
    });
    const next = async () => {
      while (rings.length === 0) await new Promise<void>((resolve) => wake = resolve);
      return rings.shift()!; // safe: the length was checked
    };
    assert.equal(await next(), "all", "the first ring says that the doorbell stands");
    await test({ pool, next, doorbell });
  });
}

Deno.test("ringDoorbell() tells distinct users at commit, and nothing after a rollback or for nobody", async () => {
  await withDoorbell(async ({ pool, next }) => {
    await pool.begin(async (tx) => {
      await ringDoorbell(tx, ["rolled-back"]);
      throw new Error("no");
    }).catch(() => {});
    await pool.begin((tx) => ringDoorbell(tx, []));
    await pool.begin((tx) => ringDoorbell(tx, ["ada", "bob", "ada"]));
    assert.deepEqual(await next(), new Set(["ada", "bob"]));
  });
});

Deno.test("ringDoorbell() names users up to 7,000 bytes and rings for everyone above", async () => {
  await withDoorbell(async ({ pool, next }) => {
    await ringDoorbell(pool, ["a".repeat(3_500), "b".repeat(3_499)]);
    assert.deepEqual(await next(), new Set(["a".repeat(3_500), "b".repeat(3_499)]));
    await ringDoorbell(pool, ["a".repeat(3_500), "b".repeat(3_500)]);
    assert.equal(await next(), "all");
    await ringDoorbell(pool, ["é".repeat(3_501)]);
    assert.equal(await next(), "all", "bytes count, not characters");
  });
});

Deno.test("openDoorbell() rings for everyone after its connection was lost", async () => {
  await withDoorbell(async ({ pool, next }) => {
    await pool`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and query like 'listen %'`;
    assert.equal(await next(), "all");
  });
});

Deno.test("openDoorbell() reaches the other listeners when one throws, and none after it was disposed", async () => {
  await withDoorbell(async ({ pool, next, doorbell }) => {
    let calls = 0;
    const broken = doorbell.subscribe(() => {
      calls++;
      throw new Error("broken listener");
    });
    const last = Promise.withResolvers<void>();
    using _last = doorbell.subscribe(() => last.resolve());
    await ringDoorbell(pool, ["ada"]);
    assert.deepEqual(await next(), new Set(["ada"]));
    await last.promise;
    broken[Symbol.dispose]();
    await ringDoorbell(pool, ["bob"]);
    assert.deepEqual(await next(), new Set(["bob"]));
    assert.equal(calls, 1);
  });
});
