/** Rows of lists and files that wait to be imported: table import_rows. */
import type { Sql } from "../platform/sql.ts";
import type { ListRow } from "./list_row.ts";

/** Keeps the rows of a job in their order. */
export async function insertRows(
  tx: Sql,
  input: { job_id: string; rows: readonly ListRow[] },
): Promise<void> {
  await tx`
    insert into import_rows (job_id, position, row)
    select ${input.job_id}, position, row
    from jsonb_array_elements(${
    JSON.stringify(input.rows)
  }::text::jsonb) with ordinality as r(row, position)`;
}

/** Whether these are the rows of a job, in their order. */
export async function holdsRows(
  sql: Sql,
  input: { job_id: string; rows: readonly ListRow[] },
): Promise<boolean> {
  const found = await sql<{ is_same: boolean }>`
    select coalesce(jsonb_agg(row order by position), '[]') = ${
    JSON.stringify(input.rows)
  }::text::jsonb as is_same
    from import_rows where job_id = ${input.job_id}`;
  return found[0]?.is_same ?? false;
}

/** The rows of a page of a job, in their order. */
export async function findRows(
  sql: Sql,
  query: { job_id: string; page: number; size: number },
): Promise<ListRow[]> {
  const rows = await sql<{ row: ListRow }>`
    select row from import_rows
    where job_id = ${query.job_id} and position > ${(query.page - 1) * query.size}
      and position <= ${query.page * query.size}
    order by position`;
  return rows.map(({ row }) => row);
}

/** How many rows a job has. */
export async function countRows(sql: Sql, jobId: string): Promise<number> {
  const rows = await sql<
    { count: number }
  >`select count(*) as count from import_rows where job_id = ${jobId}`;
  return rows[0]?.count ?? 0;
}

/** Forgets the rows of a job that ended. */
export async function deleteRows(tx: Sql, jobId: string): Promise<void> {
  await tx`delete from import_rows where job_id = ${jobId}`;
}

/** Forgets the rows of every job of a user. */
export async function deleteRowsOfUser(tx: Sql, userId: string): Promise<void> {
  await tx`delete from import_rows where job_id in (select id from import_jobs where user_id = ${userId})`;
}
