/** The schema as the migrations make it, read from the catalogue. A change of it shows in the snapshot's diff. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { runScript } from "../../src/platform/connection.ts";
import { openPool } from "../../src/platform/database.ts";
import { migrateDown, migrateUp } from "../../src/platform/migrate.ts";
import { readMigrations } from "../../src/platform/migration_files.ts";
import type { Sql } from "../../src/platform/sql.ts";
import { NOON } from "../support/clock.ts";
import { withDatabaseUrl } from "../support/database.ts";
import { ROOT } from "./source.ts";

const MIGRATIONS = join(ROOT, "migrations");
/** Made by the migration runner, so it is there before the first migration and after the last is taken back. */
const LEDGER = "schema_migrations";

/** One line for everything in the schema: tables with columns, constraints and indexes, then what is not a table. */
async function describeSchema(sql: Sql): Promise<string> {
  const [columns, constraints, indexes] = [
    await readColumns(sql),
    await readConstraints(sql),
    await readIndexes(sql),
  ];
  const tables = [...new Set(columns.map((row) => row.table))].filter((table) => table !== LEDGER);
  const sections = tables.map((table) => {
    const linesOf = (rows: readonly Line[]) =>
      rows.filter((row) => row.table === table).map(({ line }) => `  ${line}`);
    return [table, ...linesOf(columns), ...linesOf(constraints), ...linesOf(indexes)].join("\n");
  });
  const others = (await readOthers(sql)).filter((line) => !line.startsWith("table "));
  return [...sections, ["not tables", ...others.map((line) => `  ${line}`)].join("\n")].join("\n\n");
}

interface Line {
  table: string;
  line: string;
}

/** In the order of the tables' definitions: adding a column in the middle is not possible anyway. */
function readColumns(sql: Sql): Promise<Line[]> {
  return sql<Line>`
    select c.relname as table,
      a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
        || case when a.attnotnull then ' not null' else '' end
        || case when a.attidentity <> '' then ' identity ' || a.attidentity::text else '' end
        || coalesce(case when a.attgenerated = '' then ' default ' else ' generated ' end || pg_get_expr(d.adbin, d.adrelid), '')
        as line
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    order by c.relname collate "C", a.attnum`;
}

/** Without not-null constraints: Postgres 18 lists them here too, earlier ones only at the column. */
function readConstraints(sql: Sql): Promise<Line[]> {
  return sql<Line>`
    select c.relname as table, 'constraint ' || k.conname || ' ' || pg_get_constraintdef(k.oid) as line
    from pg_constraint k join pg_class c on c.oid = k.conrelid
    where c.relnamespace = 'public'::regnamespace and k.contype <> 'n'
    order by c.relname collate "C", k.conname collate "C"`;
}

function readIndexes(sql: Sql): Promise<Line[]> {
  return sql<Line>`
    select c.relname as table, pg_get_indexdef(i.indexrelid) as line
    from pg_index i join pg_class c on c.oid = i.indrelid join pg_class n on n.oid = i.indexrelid
    where c.relnamespace = 'public'::regnamespace
    order by c.relname collate "C", n.relname collate "C"`;
}

/** Everything a migration could leave behind, one name per line; constraints and indexes go with their tables. */
async function readOthers(sql: Sql): Promise<string[]> {
  const rows = await sql<{ line: string }>`
    select case c.relkind when 'r' then 'table' when 'p' then 'table' when 'v' then 'view' when 'm' then 'view'
        when 'S' then 'sequence' else c.relkind::text end || ' ' || c.relname as line
      from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind not in ('i', 'I', 't')
    union all
    select 'function ' || p.oid::regprocedure from pg_proc p where p.pronamespace = 'public'::regnamespace
    union all
    select 'trigger ' || t.tgname || ' on ' || t.tgrelid::regclass from pg_trigger t
      join pg_class c on c.oid = t.tgrelid
      where c.relnamespace = 'public'::regnamespace and not t.tgisinternal
    union all
    select 'type ' || t.typname from pg_type t
      where t.typnamespace = 'public'::regnamespace and t.typtype in ('e', 'd', 'r')
    union all
    select 'schema ' || n.nspname from pg_namespace n
      where n.nspname !~ '^pg_' and n.nspname not in ('public', 'information_schema')
    union all
    select 'extension ' || e.extname from pg_extension e where e.extname <> 'plpgsql'`;
  return rows.map(({ line }) => line).sort();
}

Deno.test("the migrations make the schema of the snapshot, on every version of Postgres", async (t) => {
  await withDatabaseUrl(async (url) => {
    await using sql = openPool({ url, max: 1 });
    await t.assertSnapshot(await describeSchema(sql));
  });
});

Deno.test("taking back every migration leaves nothing, and applying them again gives the same schema", async () => {
  await withDatabaseUrl(async (url) => {
    await using sql = openPool({ url, max: 1 });
    const before = await describeSchema(sql);
    const { length: steps } = await readMigrations(MIGRATIONS);
    assert.equal((await migrateDown(sql, MIGRATIONS, { steps })).length, steps);
    assert.deepEqual(await readOthers(sql), [`table ${LEDGER}`]);
    await migrateUp(sql, MIGRATIONS, { now: NOON });
    assert.equal(await describeSchema(sql), before);
  });
});

Deno.test("each migration takes back exactly what it made", async () => {
  await withDatabaseUrl(async (url) => {
    await using sql = openPool({ url, max: 1 });
    const migrations = await readMigrations(MIGRATIONS);
    for (const { version, name, up } of migrations.toReversed()) {
      const whole = await describeSchema(sql);
      await migrateDown(sql, MIGRATIONS);
      const without = await describeSchema(sql);
      assert.notEqual(without, whole, `${version} ${name} takes nothing back`);
      await assert.rejects(
        sql.begin(async (tx) => {
          await runScript(tx, up);
          assert.equal(await describeSchema(tx), whole);
          throw new RolledBack();
        }),
        RolledBack,
      );
    }
  });
});

class RolledBack extends Error {}

Deno.test("the description of a schema tells a change of column, constraint, index and type", async () => {
  await withDatabaseUrl(async (url) => {
    await using sql = openPool({ url, max: 1 });
    let before = await describeSchema(sql);
    const changes = [
      "alter table users alter column display_name set not null",
      "alter table users alter column email_verified drop default",
      "alter table users add constraint odd check (is_active)",
      "create index odd_index on users (is_active)",
      "create type mood as enum ('good')",
    ];
    for (const change of changes) {
      await runScript(sql, change);
      const after = await describeSchema(sql);
      assert.notEqual(after, before, change);
      before = after;
    }
  });
});
