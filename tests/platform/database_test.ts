import assert from "node:assert/strict";
import {
  isUniqueViolation,
  openPool,
  pingDatabase,
  startupFailureText,
} from "../../src/platform/database.ts";
import { DatabaseError, type Pool, type Sql, type SqlValue } from "../../src/platform/sql.ts";
import { testDatabaseUrl, withDatabase } from "../support/database.ts";

/** Tests of the pool itself need no schema, so they share the server's own database. */
function pool(options: Partial<Parameters<typeof openPool>[0]> = {}): Pool {
  return openPool({ url: testDatabaseUrl(), max: 3, ...options });
}

function isDatabaseError(code: string): (error: unknown) => boolean {
  return (error) => error instanceof DatabaseError && error.code === code;
}

/** `sql` as if its types were wider, to send what only a mistake would send. */
function loosely(
  sql: Sql,
): (text: TemplateStringsArray, ...values: unknown[]) => Promise<Record<string, unknown>[]> {
  return (text, ...values) => sql(text, ...values as SqlValue[]); // safe: the point is to send wrong values
}

Deno.test("pool answers a column of every type in use as the documented value", async () => {
  await using sql = pool();
  const rows = await sql`
    select 9007199254740991::int8 as big, 1.10::numeric as exact, true as yes, null as nothing, 1.5::float8 as real,
      '2026-11-23 13:00:00.123456+01'::timestamptz as at, '2026-11-23'::date as day, '{"a": [1]}'::jsonb as json,
      array['a', null]::text[] as texts, array['x']::varchar[] as varchars, array[1, null]::int4[] as ints,
      array[5]::int8[] as bigs, array[true, false]::bool[] as bools, '{}'::text[] as none,
      array['00000000-0000-0000-0000-000000000001']::uuid[] as ids,
      array['2026-11-23 12:00:00+00']::timestamptz[] as times`;
  assert.deepEqual(rows, [{
    big: 9007199254740991,
    exact: "1.10",
    yes: true,
    nothing: null,
    real: 1.5,
    at: new Date("2026-11-23T12:00:00.123Z"),
    day: "2026-11-23",
    json: { a: [1] },
    texts: ["a", null],
    varchars: ["x"],
    ints: [1, null],
    bigs: [5],
    bools: [true, false],
    none: [],
    ids: ["00000000-0000-0000-0000-000000000001"],
    times: [new Date("2026-11-23T12:00:00Z")],
  }]);
});

for (
  const texts of [
    [],
    [""],
    ["a", "b"],
    ['"', "\\", "\\\\", '\\"', "'", ",", "{}", "{", "}"],
    ["null", "NULL", " ", "\n\t", "é 漢 🎵"],
    ["x", null],
    [null],
  ]
) {
  Deno.test(`pool gives the array ${JSON.stringify(texts)} back as it was sent`, async () => {
    await using sql = pool();
    const [row] = await loosely(sql)`select ${texts}::text[] as texts`;
    assert.deepEqual(row?.texts, texts);
  });
}

Deno.test("pool sends arrays of numbers and ids for a cast in the SQL", async () => {
  await using sql = pool();
  const id = "00000000-0000-0000-0000-00000000000a";
  const rows = await sql`
    select ${[1, 2]}::int[] as ints, ${[2 ** 40]}::bigint[] as bigs, ${[
    id,
  ]}::uuid[] as ids, ${[]}::uuid[] as none,
      (select array_agg(n order by n desc) from unnest(${[3, 4]}::int[]) n) as reversed, 4 = any(${[
    3,
    4,
  ]}::int[]) as has`;
  assert.deepEqual(rows, [{
    ints: [1, 2],
    bigs: [2 ** 40],
    ids: [id],
    none: [],
    reversed: [4, 3],
    has: true,
  }]);
});

Deno.test("pool sends JSON once encoded, with and without the text cast", async () => {
  await using sql = pool();
  const value = JSON.stringify({ title: 'a "b" \\ c', list: [1, null] });
  const [row] =
    await sql`select ${value}::text::jsonb as a, ${value}::jsonb as b, jsonb_typeof(${value}::text::jsonb) as kind`;
  assert.deepEqual(row, { a: JSON.parse(value), b: JSON.parse(value), kind: "object" });
});

Deno.test("pool sends dates, bytes, booleans and null", async () => {
  await using sql = pool();
  const at = new Date("2026-11-23T12:00:00.123Z");
  const [row] = await sql`
    select ${at}::timestamptz as at, ${at} + interval '1 hour' as later, ${new Uint8Array([
    0,
    255,
  ])}::bytea as bytes,
      ${false} as no, ${null}::text as nothing`;
  assert.deepEqual(row?.at, at);
  assert.deepEqual(row?.later, new Date("2026-11-23T13:00:00.123Z"));
  assert.deepEqual([...row?.bytes], [0, 255]);
  assert.deepEqual([row?.no, row?.nothing], [false, null]);
});

for (
  const [what, read] of Object.entries<(sql: Sql) => Promise<unknown>>({
    "an int8 above 2^53": (sql) => sql`select 9007199254740992::int8 as n from generate_series(1, 3)`,
    "an int8 below -2^53 in an array": (sql) => sql`select array[-9007199254740992]::int8[] as n`,
    "an infinite instant": (sql) => sql`select 'infinity'::timestamptz as at`,
    "a nested array": (sql) => sql`select array[array['a']]::text[] as nested`,
  })
) {
  Deno.test(`pool refuses ${what} by rejecting the query, and the connection stays good`, async () => {
    await using sql = pool({ max: 1 });
    await assert.rejects(read(sql), /^UnreadableValueError: Cannot read the /);
    assert.deepEqual(await sql`select 1 as one`, [{ one: 1 }]);
    assert.equal(sql.stats().replaced, 0);
  });
}

for (const value of [undefined, {}, new Date(NaN), [undefined], [["nested"]]]) {
  Deno.test(`pool refuses to send ${Deno.inspect(value)}`, async () => {
    await using sql = pool();
    await assert.rejects(loosely(sql)`select ${value}`, /^TypeError: Cannot send /);
  });
}

Deno.test("pool starts a statement without being awaited", async () => {
  await withDatabase(async (sql) => {
    await sql`create table eager (n int)`;
    await sql.begin(async (tx) => {
      void tx`insert into eager values (1)`;
      await Promise.resolve();
    });
    assert.deepEqual(await sql`select n from eager`, [{ n: 1 }]);
  });
});

Deno.test("pool passes a failed statement on with its state and constraint", async () => {
  await withDatabase(async (sql) => {
    await sql`create table things (id int constraint things_id_key unique)`;
    await sql`insert into things values (1)`;
    const error = await sql`insert into things values (1)`.catch((error) => error);
    assert.equal(isUniqueViolation(error), true);
    assert.equal(isUniqueViolation(error, "things_id_key"), true);
    assert.equal(isUniqueViolation(error, "another_key"), false);
  });
});

Deno.test("pool refuses with busy when no connection comes free in time", async () => {
  await using sql = pool({ max: 1, acquireMs: 50 });
  const slow = sql`select pg_sleep(0.3)`;
  await assert.rejects(sql`select 1`, isDatabaseError("busy"));
  await slow;
  assert.deepEqual(await sql`select 1 as one`, [{ one: 1 }]);
});

Deno.test("pool ends a statement at its deadline and is good again at once", async () => {
  await using sql = pool({ max: 1, deadlineMs: 100 });
  await assert.rejects(sql`select pg_sleep(5)`, isDatabaseError("deadline"));
  assert.deepEqual(await sql`select 1 as one`, [{ one: 1 }]);
});

Deno.test("pool dispose lets running work end and refuses new work", async () => {
  const sql = pool();
  const running = sql`select pg_sleep(0.1), 1 as one`;
  const disposing = sql[Symbol.asyncDispose]();
  await assert.rejects(sql`select 1`, isDatabaseError("closed"));
  assert.equal((await running)[0]?.one, 1);
  await disposing;
  assert.equal(sql.stats().open, 0);
});

Deno.test("pool dispose ends what does not stop within the grace", async () => {
  const sql = pool({ deadlineMs: 60_000 });
  const stuck = assert.rejects(sql`select pg_sleep(30)`, isDatabaseError("closed"));
  await sql[Symbol.asyncDispose]();
  await stuck;
});

Deno.test("pingDatabase() rejects when the answer is late", async () => {
  await using sql = pool({ max: 1 });
  await pingDatabase(sql, 1_000);
  const busy = sql`select pg_sleep(0.2)`;
  await assert.rejects(pingDatabase(sql, 20), isDatabaseError("deadline"));
  await busy;
});

for (
  const { fault, change, says } of [
    {
      fault: "closed port",
      change: { port: "1" },
      says: /:1\/.*: nothing listens there \(connection refused\)$/,
    },
    {
      fault: "wrong password",
      change: { password: "secret-guess" },
      says: /the server refused the user ".+" \(28P01/,
    },
    {
      fault: "missing database",
      change: { pathname: "/nowhere" },
      says: /the database "nowhere" does not exist$/,
    },
    {
      fault: "unknown host",
      change: { hostname: "nohost.invalid" },
      says: /the host nohost\.invalid is unknown$/,
    },
  ]
) {
  Deno.test(`startupFailureText() names a ${fault} and never the password`, async () => {
    const url = new URL(testDatabaseUrl());
    // A server that trusts everybody has no password in its address.
    url.password ||= "not-a-secret";
    Object.assign(url, change);
    await using sql = openPool({ url: url.href });
    const error = await sql`select 1`.catch((error) => error);
    assert.equal(error.code, "lost");
    const text = startupFailureText(url.href, error);
    assert.match(text, /^Cannot use the database at /);
    assert.match(text, says);
    assert.equal(text.includes(url.password), false);
  });
}

Deno.test("startupFailureText() says that a silent host did not answer in time", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `postgres://app:pw@127.0.0.1:${silent.addr.port}/app`;
  await using sql = openPool({ url, acquireMs: 1_000 });
  const error = await sql`select 1`.catch((error) => error);
  assert.match(startupFailureText(url, error), /: it did not answer in time$/);
});

Deno.test("openPool() refuses an address that is not a Postgres URL", () => {
  assert.throws(() => openPool({ url: "mysql://x" }), /^TypeError: Cannot open the database/);
});
