/** Which rows of the database are a user's: read from the catalogue, so that no table is forgotten. */
import type { Sql } from "../../src/platform/sql.ts";

/** A table with rows of users, and the condition by which a row `t` is of the user `$1`. */
export interface UserTable {
  name: string;
  condition: string;
}

interface Reference {
  child: string;
  child_column: string;
  parent: string;
  parent_column: string;
}

/** Every table that refers to users: by a foreign key, by one to such a table, or by a column `user_id` without any. */
export async function readUserTables(sql: Sql): Promise<UserTable[]> {
  const references = await readReferences(sql);
  const named = await sql<{ table: string }>`
    select c.table_name::text as table from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and c.column_name = 'user_id' and t.table_type = 'BASE TABLE'`;
  const tables = new Set(named.map((row) => row.table));
  for (let before = -1; before !== tables.size;) {
    before = tables.size;
    for (const { child, parent } of references) {
      if (parent === "users" || tables.has(parent)) tables.add(child);
    }
  }
  const byName = new Set(named.map((row) => row.table));
  return [...tables].sort().map((name) => ({
    name,
    condition: conditionOf({ table: name, alias: "t" }, { references, tables, byName }),
  }));
}

/** The rows of a user in each of the tables, as JSON texts in order. */
export async function rowsOfUser(
  sql: Sql,
  tables: readonly UserTable[],
  userId: string,
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const { name, condition } of tables) {
    const rows = await run(sql, `select to_jsonb(t)::text as row from ${name} t where ${condition}`, userId);
    found.set(name, rows.map(({ row }) => String(row)).sort());
  }
  return found;
}

/** The tables of the whole database in which a text occurs anywhere. */
export async function tablesWith(sql: Sql, text: string): Promise<string[]> {
  const tables = await sql<{ name: string }>`
    select table_name::text as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`;
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await run(
      sql,
      `select 1 from ${name} t where position(lower($1) in lower(t::text)) > 0 limit 1`,
      text,
    );
    if (rows.length > 0) found.push(name);
  }
  return found;
}

function readReferences(sql: Sql): Promise<Reference[]> {
  return sql<Reference>`
    select k.conrelid::regclass::text as child, a.attname::text as child_column,
      k.confrelid::regclass::text as parent, f.attname::text as parent_column
    from pg_constraint k
    join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
    join pg_attribute f on f.attrelid = k.confrelid and f.attnum = k.confkey[1]
    where k.contype = 'f' and k.connamespace = 'public'::regnamespace and cardinality(k.conkey) = 1`;
}

interface Catalogue {
  references: readonly Reference[];
  tables: ReadonlySet<string>;
  /** Tables with a column `user_id`. */
  byName: ReadonlySet<string>;
}

function conditionOf({ table, alias }: { table: string; alias: string }, catalogue: Catalogue): string {
  const { references, tables, byName } = catalogue;
  const own = byName.has(table) ? [`${alias}.user_id = $1::uuid`] : [];
  const more = references.filter((one) => one.child === table && one.child_column !== "user_id").flatMap(
    (one) => {
      const column = `${alias}.${one.child_column}`;
      if (one.parent === "users") return [`${column} = $1::uuid`];
      if (!tables.has(one.parent)) return [];
      const next = `${alias}_${one.parent}`;
      const condition = conditionOf({ table: one.parent, alias: next }, catalogue);
      return [
        `exists (select from ${one.parent} ${next} where ${next}.${one.parent_column} = ${column} and (${condition}))`,
      ];
    },
  );
  return [...own, ...more].join(" or ");
}

/** A statement made of names from the catalogue; `value` is its only parameter. */
function run(sql: Sql, text: string, value: string): Promise<Record<string, unknown>[]> {
  const parts = text.split(/\$1/);
  const strings = Object.assign(parts, { raw: parts }) as unknown as TemplateStringsArray; // safe: what a tag gets
  return sql(strings, ...parts.slice(1).map(() => value));
}
