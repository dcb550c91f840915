/** Where SQL stands, and who writes which table. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readMigrations } from "../../src/platform/migration_files.ts";
import { type Literal, parseSource, readSources, readText, ROOT, sliceOf, type Source } from "./source.ts";
import { isAllowed, OWNERS, READ_DIFFERENCES, UNWRITTEN } from "./slices.ts";

/** Made by the migration runner and not by a migration. */
const MADE_ELSEWHERE = ["schema_migrations"];

const sources = await readSources("src", "main.ts", "worker.ts");

const SQL_TEXT =
  /^\s*(?:select\b.+\bfrom\b|insert\s+into\b|update\s+\w+\s+(?:\w+\s+)?set\b|delete\s+from\b|with\s+\w+\s+as\s*\(|create\s+(?:table|index)\b)/is;

function isSql({ text, isTagged }: Literal): boolean {
  return isTagged || SQL_TEXT.test(text);
}

function isSqlHome(path: string): boolean {
  return path.startsWith("src/platform/") || /(?:^|[/_])store\.ts$/.test(path);
}

function strayStatements(all: readonly Source[]): string[] {
  return all.filter(({ path }) => !isSqlHome(path)).flatMap(({ path, literals }) =>
    literals.filter(isSql).map(({ line, text }) => `${path}:${line} ${text.trim().slice(0, 40)}`)
  );
}

/** Not the row lock `for update`, nor the `do update` of an upsert. */
const WRITE =
  /(?:\binsert\s+into|(?<!\b(?:for|key|do)\s+)\bupdate|\bdelete\s+from|\btruncate(?:\s+table)?)\s+(\w+)/gi;

function writesOf(source: Source): { table: string; place: string }[] {
  return source.literals.filter(isSql).flatMap(({ text, line }) =>
    [...text.matchAll(WRITE)].map(([, table = ""]) => ({
      table,
      place: `${source.path}:${line} writes ${table}`,
    }))
  );
}

function foreignWrites(all: readonly Source[]): string[] {
  return all.flatMap((source) =>
    writesOf(source).filter(({ table }) => OWNERS[table] !== sliceOf(source.path)).map(({ place }) => place)
  );
}

/** Tables of other slices that a file names behind `from` or `join`. */
function foreignReads(all: readonly Source[]): { from: string; table: string; place: string }[] {
  return all.flatMap(({ path, literals }) =>
    literals.filter(isSql).flatMap(({ text, line }) =>
      [...text.matchAll(/\b(?:from|join)\s+(\w+)/gi)].flatMap(([, table = ""]) => {
        const [from, owner] = [sliceOf(path) ?? "", OWNERS[table]];
        const isForeign = owner !== undefined && !isAllowed(from, `src/${owner}/store.ts`);
        return isForeign ? [{ from, table, place: `${path}:${line} reads ${table}` }] : [];
      })
    )
  );
}

/** Lines of the up section that create an index without a comment above; the index it replaces may stand between. */
function unexplainedIndexes(name: string, text: string): string[] {
  const lines = text.split(/^-- migrate:down/m)[0]!.split("\n");
  return lines.flatMap((line, index) => {
    if (!/^\s*create\s+(?:unique\s+)?index\b/i.test(line)) return [];
    const above = lines.slice(0, index).findLast((one) => !/^\s*drop index\b/i.test(one)) ?? "";
    return /^\s*-- \S+ \S+/.test(above) ? [] : [`${name}:${index + 1}`];
  });
}

Deno.test("SQL stands in stores and platform only", () => {
  assert.deepEqual(strayStatements(sources), []);
});

Deno.test("a table is written by its owner's stores only", () => {
  assert.deepEqual(foreignWrites(sources), []);
});

Deno.test("a store reads only tables of slices that its own slice may import", () => {
  const known = ({ from, table }: { from: string; table: string }) =>
    READ_DIFFERENCES.some((one) => one.from === from && one.table === table);
  const reads = foreignReads(sources);
  assert.deepEqual(reads.filter((read) => !known(read)).map(({ place }) => place), []);
  const isUsed = ({ from, table }: { from: string; table: string }) =>
    reads.some((read) => read.from === from && read.table === table);
  assert.deepEqual(READ_DIFFERENCES.filter((one) => !isUsed(one)), []);
});

Deno.test("every table of the migrations has an owner that writes it", async () => {
  const made = (await readMigrations(join(ROOT, "migrations"))).flatMap(({ up }) =>
    [...up.matchAll(/^create (?:unlogged )?table (\w+)/gm)].map(([, table]) => table!)
  );
  assert.deepEqual([...made, ...MADE_ELSEWHERE].sort(), Object.keys(OWNERS).sort());
  const written = new Set(sources.flatMap(writesOf).map(({ table }) => table));
  const unwritten = Object.keys(OWNERS).filter((table) => !written.has(table));
  assert.deepEqual(unwritten.sort(), Object.keys(UNWRITTEN).sort());
});

Deno.test("every migration goes up and down", async () => {
  for (const { name, up, down } of await readMigrations(join(ROOT, "migrations"))) {
    assert.ok([up, down].every((section) => /^\w[^;]*;/m.test(section)), `${name} has an empty section`);
  }
});

Deno.test("every migration says what it is for, and every index what it serves", async () => {
  for (const { version, name } of await readMigrations(join(ROOT, "migrations"))) {
    const file = `migrations/${String(version).padStart(4, "0")}_${name}.sql`;
    const text = await readText(file);
    assert.ok(/^-- (?!migrate:)\S+/.test(text), `${file} does not begin with a comment`);
    assert.deepEqual(unexplainedIndexes(file, text), []);
  }
});

Deno.test("the checks of SQL find what they look for", () => {
  const at = (path: string, text: string) => [parseSource(path, text)];
  assert.equal(strayStatements(at("src/polls/a.ts", "await sql<{ id: string }>`select 1`;")).length, 1);
  assert.equal(
    strayStatements(at("src/polls/a.ts", "run(tx, `delete from polls where id = ${id}`);")).length,
    1,
  );
  assert.equal(strayStatements(at("src/polls/a.ts", `run(tx, "update polls set runs = 1");`)).length, 1);
  assert.equal(
    strayStatements(at("src/polls/a.ts", "return `Cannot select ${x} from y`; // sql`select 1`")).length,
    0,
  );
  assert.equal(strayStatements(at("src/polls/a.ts", "const word = String.raw`\\w+`;")).length, 0);
  assert.equal(strayStatements(at("src/polls/item_store.ts", "await sql`select 1`;")).length, 0);
  assert.equal(strayStatements(at("src/polls/restore.ts", "await sql`select 1`;")).length, 1);
  const written =
    "await tx`\n  with a as (select 1)\n  update polls p set runs = 1 where id = ${id} for update`;";
  assert.deepEqual(foreignWrites(at("src/polls/store.ts", written)), []);
  assert.deepEqual(foreignWrites(at("src/alerts/store.ts", written)), ["src/alerts/store.ts:1 writes polls"]);
  const upsert = "await tx`insert into polls (id) values (1)\n  on conflict (id) do update set runs = 2`;";
  assert.equal(foreignWrites(at("src/alerts/store.ts", upsert)).length, 1);
  assert.equal(
    foreignWrites(at("src/alerts/store.ts", "tx`delete from users`; tx`insert into unknown (a)`")).length,
    2,
  );
  const joined = "tx`select 1 from listings l join watch_rules r on true, unnest(a) as u`";
  assert.deepEqual(foreignReads(at("src/listings/read_store.ts", joined)).map(({ table }) => table), [
    "watch_rules",
  ]);
  const index = "-- Serves x().\ncreate index a on b (c);\ncreate unique index d on b (e);\n";
  assert.deepEqual(unexplainedIndexes("m.sql", index), ["m.sql:3"]);
});
