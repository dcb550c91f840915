/** How much of a table a statement reads, which says more of its cost than a time on a busy machine. */
import type { Pool, Sql } from "../../src/platform/sql.ts";

/** Rows of `table` that `work`, in one transaction, reads one after the other, and entries of its indexes. */
export function rowsRead(
  sql: Pool,
  { table, work }: { table: string; work: (tx: Sql) => Promise<unknown> },
): Promise<number> {
  return sql.begin(async (tx) => {
    const before = await countReads(tx, table);
    await work(tx);
    return await countReads(tx, table) - before;
  });
}

/** Of this transaction alone: what others read is added to the counts of a table whenever they come to it. */
async function countReads(tx: Sql, table: string): Promise<number> {
  const [row] = await tx<{ count: number }>`
    select (pg_stat_get_xact_tuples_returned(c.oid)
      + (select sum(pg_stat_get_xact_tuples_returned(i.indexrelid)) from pg_index i where i.indrelid = c.oid))::bigint as count
    from pg_class c where c.relname = ${table} and c.relkind = 'r'`;
  return row!.count;
}
