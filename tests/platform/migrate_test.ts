import assert from "node:assert/strict";
import { join } from "node:path";
import { migrateDown, migrateUp, migrationStatus, newMigration } from "../../src/platform/migrate.ts";
import { openPool } from "../../src/platform/database.ts";
import type { Pool } from "../../src/platform/sql.ts";
import { NOON } from "../support/clock.ts";
import { testDatabaseUrl } from "../support/database.ts";
import { runScript } from "../../src/platform/connection.ts";

const USERS = `-- migrate:up
create table users (id int);
insert into users values (1), (2); -- two statements; and a ';' in a comment
create function one() returns int language plpgsql as $$ begin return 1; end $$;

-- migrate:down
drop function one();
drop table users;
`;
const NAMES =
  "-- migrate:up\nalter table users add name text;\n-- migrate:down\nalter table users drop name;\n";

/** An empty database and a folder with the given migrations; both are removed afterwards. */
async function withMigrations(
  files: Record<string, string>,
  test: (context: { pool: Pool; dir: string; url: string }) => Promise<void>,
): Promise<void> {
  const dir = await Deno.makeTempDir();
  await using admin = openPool({ url: testDatabaseUrl(), max: 1 });
  const name = `waxwatch_migrate_${crypto.randomUUID().replaceAll("-", "")}`;
  await runScript(admin, `create database ${name}`);
  const url = new URL(testDatabaseUrl());
  url.pathname = `/${name}`;
  try {
    for (const [file, text] of Object.entries(files)) await Deno.writeTextFile(join(dir, file), text);
    await using pool = openPool({ url: url.href, max: 2 });
    await test({ pool, dir, url: url.href });
  } finally {
    await runScript(admin, `drop database ${name} with (force)`);
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("migrateUp() applies what is pending in order, and nothing the second time", async () => {
  await withMigrations(
    { "0002_add_names.sql": NAMES, "0001_create_users.sql": USERS },
    async ({ pool, dir }) => {
      assert.deepEqual(await migrateUp(pool, dir, { now: NOON }), ["0001_create_users", "0002_add_names"]);
      assert.deepEqual(await migrateUp(pool, dir, { now: NOON }), []);
      assert.deepEqual(await pool`select id, name, one() from users order by id`, [
        { id: 1, name: null, one: 1 },
        { id: 2, name: null, one: 1 },
      ]);
      assert.deepEqual(await pool`select version, name, applied_at from schema_migrations order by version`, [
        { version: 1, name: "create_users", applied_at: NOON },
        { version: 2, name: "add_names", applied_at: NOON },
      ]);
    },
  );
});

Deno.test("migrateUp() keeps those before a failing migration and nothing of it", async () => {
  const broken = "-- migrate:up\ncreate table half (n int);\nselect nonsense;\n-- migrate:down\n";
  await withMigrations(
    { "0001_create_users.sql": USERS, "0002_broken.sql": broken },
    async ({ pool, dir }) => {
      await assert.rejects(
        migrateUp(pool, dir, { now: NOON }),
        /^Error: Cannot apply 0002_broken: column "nonsense" does not exist$/,
      );
      assert.deepEqual(
        await pool`select to_regclass('users') is null as users, to_regclass('half') is null as half`,
        [
          { users: false, half: true },
        ],
      );
    },
  );
});

Deno.test("migrateUp() lets several processes run at once, each migration once", async () => {
  await withMigrations(
    { "0001_create_users.sql": USERS, "0002_add_names.sql": NAMES },
    async ({ dir, url }) => {
      const runs = await Promise.all(Array.from({ length: 4 }, async () => {
        await using pool = openPool({ url, max: 1 });
        return await migrateUp(pool, dir, { now: NOON });
      }));
      assert.deepEqual(runs.flat().sort(), ["0001_create_users", "0002_add_names"]);
    },
  );
});

Deno.test("migrateDown() takes back the newest steps, and up applies them again", async () => {
  await withMigrations(
    { "0001_create_users.sql": USERS, "0002_add_names.sql": NAMES },
    async ({ pool, dir }) => {
      await migrateUp(pool, dir, { now: NOON });
      assert.deepEqual(await migrateDown(pool, dir), ["0002_add_names"]);
      assert.deepEqual(await migrateDown(pool, dir, { steps: 9 }), ["0001_create_users"]);
      assert.deepEqual(await pool`select to_regclass('users') as users`, [{ users: null }]);
      assert.equal((await migrateUp(pool, dir, { now: NOON })).length, 2);
    },
  );
});

Deno.test("migrationStatus() tells applied, changed, missing and pending apart, and up refuses to go on", async () => {
  await withMigrations(
    { "0001_create_users.sql": USERS, "0002_add_names.sql": NAMES },
    async ({ pool, dir }) => {
      const states = async () => (await migrationStatus(pool, dir)).map((row) => row.state);
      assert.deepEqual(await states(), ["pending", "pending"]);
      await migrateUp(pool, dir, { now: NOON });
      await newMigration(dir, "third");
      assert.deepEqual(await states(), ["applied", "applied", "pending"]);

      await Deno.writeTextFile(join(dir, "0002_add_names.sql"), NAMES.replaceAll("\n", "\r\n"));
      assert.deepEqual(await states(), ["applied", "applied", "pending"], "line endings do not count");
      await Deno.writeTextFile(join(dir, "0002_add_names.sql"), NAMES.replace("text", "varchar"));
      assert.deepEqual(await states(), ["applied", "changed", "pending"]);
      await assert.rejects(migrateUp(pool, dir, { now: NOON }), /Cannot migrate: 0002_add_names was changed/);

      await Deno.remove(join(dir, "0003_third.sql"));
      await Deno.remove(join(dir, "0002_add_names.sql"));
      assert.deepEqual(await states(), ["applied", "missing"]);
      await assert.rejects(
        migrateDown(pool, dir),
        /Cannot migrate: 0002_add_names is applied, but its file is missing/,
      );
    },
  );
});

for (
  const [fault, files, message] of [
    ["a gap", { "0001_a.sql": USERS, "0003_c.sql": USERS }, /0002 is missing before 0003_c/],
    [
      "a number used twice",
      { "0001_a.sql": USERS, "0001_b.sql": USERS },
      /0001_a and 0001_b have the same number/,
    ],
    ["a misnamed file", { "1-users.sql": USERS }, /1-users\.sql: the name is not of the form 0001_what\.sql/],
    ["a file without down", { "0001_a.sql": "-- migrate:up\nselect 1;\n" }, /0001_a\.sql: it needs a/],
    [
      "a file that commits",
      { "0001_a.sql": USERS.replace("drop", "commit;\ndrop") },
      /"commit" would end the transaction/,
    ],
  ] as const
) {
  Deno.test(`migrateUp() refuses ${fault}`, async () => {
    await withMigrations(files, async ({ pool, dir }) => {
      await assert.rejects(migrateUp(pool, dir, { now: NOON }), message);
    });
  });
}

Deno.test("newMigration() takes the next number and writes both sections", async () => {
  await withMigrations({ "0001_create_users.sql": USERS }, async ({ dir, pool }) => {
    const path = await newMigration(dir, "Add  an Index!");
    assert.equal(path, join(dir, "0002_add_an_index.sql"));
    assert.deepEqual(await migrateUp(pool, dir, { now: NOON }), ["0001_create_users", "0002_add_an_index"]);
    await assert.rejects(newMigration(dir, "!"), /Cannot create a migration/);
  });
});
