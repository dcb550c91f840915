import type { Sql } from "../platform/sql.ts";
import type { ImportJob } from "./import_schema.ts";
import { advanceImport } from "./import_store.ts";
import type { ListRow } from "./list_row.ts";
import { readAsUser, type ReadDeps } from "./read_page.ts";
import { deleteRows, insertRows } from "./row_store.ts";
import type { StoreDeps } from "./store_page.ts";
import { toBad, toListRow } from "./to_list_row.ts";

/** All rows of the list that a job imports, with what their owner wrote beside them. */
export async function fetchList(
  deps: ReadDeps,
  job: ImportJob,
  signal: AbortSignal,
): Promise<ListRow[]> {
  const { user_id, list_id } = job;
  const list = await readAsUser(
    deps,
    { user_id, use: "import", signal },
    (user, options) => deps.userLists.readList({ ...user, list_id }, options),
  );
  return [...list.rows.map((row) => toListRow(row)), ...list.bad.map(toBad)];
}

/** Keeps the rows, to be imported page by page, in the caller's transaction, which has fenced the job. */
export async function storeList(
  tx: Sql,
  deps: StoreDeps,
  { job, rows }: { job: ImportJob; rows: readonly ListRow[] },
): Promise<void> {
  const now = deps.clock.now();
  await deleteRows(tx, job.id);
  await insertRows(tx, { job_id: job.id, rows });
  const next = { ...job, status: "running", phase: "read", next_page: 1 } as const;
  const nothing = { pages: 0, processed: 0, imported: 0, created: 0, updated: 0, removed: 0, errors: [] };
  await advanceImport(tx, { id: job.id, now, next, ...nothing });
}
