import assert from "node:assert/strict";
import { DatabaseError, type Sql } from "../../src/platform/sql.ts";
import { withDatabase } from "../support/database.ts";

Deno.test("begin() commits what it did when the work returns", async () => {
  await withDatabase(async (sql) => {
    await sql`create table things (n int)`;
    const answer = await sql.begin(async (tx) => {
      await tx`insert into things values (1)`;
      assert.deepEqual(await sql`select n from things`, [], "others see nothing before the commit");
      return "done";
    });
    assert.equal(answer, "done");
    assert.deepEqual(await sql`select n from things`, [{ n: 1 }]);
  });
});

Deno.test("begin() rolls back and passes the error on when the work throws", async () => {
  await withDatabase(async (sql) => {
    await sql`create table things (n int)`;
    const reason = new Error("changed my mind");
    const run = sql.begin(async (tx) => {
      await tx`insert into things values (1)`;
      throw reason;
    });
    await assert.rejects(run, reason);
    assert.deepEqual(await sql`select n from things`, []);
  });
});

Deno.test("begin() throws when the server answers COMMIT with ROLLBACK", async () => {
  await withDatabase(async (sql) => {
    await sql`create table things (n int)`;
    const run = sql.begin(async (tx) => {
      await tx`insert into things values (1)`;
      await tx`select 1 / 0`.catch(() => {});
    });
    await assert.rejects(
      run,
      (error: Error) => /^Cannot commit/.test(error.message) && /zero/.test(String(error.cause)),
    );
    assert.deepEqual(await sql`select n from things`, []);
  });
});

Deno.test("begin() passes on an error that comes only with the commit", async () => {
  await withDatabase(async (sql) => {
    await sql`create table things (n int unique deferrable initially deferred)`;
    await assert.rejects(sql.begin((tx) => tx`insert into things values (1), (1)`), { code: "23505" });
    assert.deepEqual(await sql`select n from things`, []);
  });
});

Deno.test("begin() refuses its handle after the transaction has ended", async () => {
  await withDatabase(async (sql) => {
    let kept: Sql | undefined;
    await sql.begin((tx) => {
      kept = tx;
      return Promise.resolve();
    });
    const late = kept;
    assert.ok(late);
    await assert.rejects(
      late`select 1`,
      (error) => error instanceof DatabaseError && error.code === "closed",
    );
  });
});

Deno.test("begin() ends at its deadline also when the work waits for something else", async () => {
  await withDatabase(async (sql) => {
    const never = new Promise<void>(() => {});
    const run = sql.begin(() => never, { deadlineMs: 50 });
    await assert.rejects(run, (error) => error instanceof DatabaseError && error.code === "deadline");
    assert.equal(sql.stats().deadlines, 1);
  });
});

Deno.test("begin() gives the server its own deadline and only for the transaction", async () => {
  await withDatabase(async (sql) => {
    const limit = (tx: Sql) => tx`select current_setting('statement_timeout') as value`;
    assert.deepEqual(await sql.begin(limit, { deadlineMs: 90_000 }), [{ value: "90s" }]);
    assert.deepEqual(await sql.begin(limit), [{ value: "10s" }]);
  });
});
