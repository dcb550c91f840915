import { requireActive } from "../accounts/require_active.ts";
import { DomainError, invalidField } from "../platform/errors.ts";
import { type UserListFile, UserListFileError, type UserLists } from "../providers/user_accounts.ts";
import type { ImportJob } from "./import_schema.ts";
import { holdsRows, insertRows } from "./row_store.ts";
import { begin, type StartDeps } from "./start_import.ts";
import { toFileRow } from "./to_list_row.ts";

/** What importing files needs. */
export interface FileDeps extends StartDeps {
  userLists: Pick<UserLists, "readFile">;
}

/** Most rows of one file: what a large collection has. */
export const MAX_FILE_ROWS = 10_000;

/** A file that a user exported at Discogs. */
export interface FileInput {
  user_id: string;
  text: string;
  /** Null: what its header says. */
  source: "wantlist" | "collection" | null;
}

/**
 * Starts the import of a file, due at once; its rows are kept in the same transaction and then worked page by page as
 * lists are. No account at Discogs has to be linked: nothing is asked there. While the same file is imported already that
 * job is given.
 * @throws {DomainError} validation when it is no exported list, conflict while another file is imported
 */
export async function importFile(
  deps: FileDeps,
  { user_id, text, source: wanted }: FileInput,
): Promise<ImportJob> {
  const file = await readFile(deps, text);
  const source = wanted ?? file.source;
  const rows = file.rows.map(toFileRow);
  return await deps.sql.begin(async (tx) => {
    await requireActive(tx, user_id);
    const wish = { user_id, import_scope: "csv", list_id: 0, origin: "user", source, phase: "read" } as const;
    const { job, isNew } = await begin(tx, wish, deps.clock.now());
    if (isNew) await insertRows(tx, { job_id: job.id, rows });
    else if (job.source !== source || !await holdsRows(tx, { job_id: job.id, rows })) {
      throw new DomainError(
        "conflict",
        `Cannot import the file: another one is being imported, as ${job.id}`,
      );
    }
    return job;
  });
}

async function readFile({ userLists }: FileDeps, text: string): Promise<UserListFile> {
  try {
    return await userLists.readFile(text, { maxRows: MAX_FILE_ROWS });
  } catch (error) {
    if (error instanceof UserListFileError) throw invalidField(["body"], error.message, "csv_invalid");
    throw error;
  }
}
