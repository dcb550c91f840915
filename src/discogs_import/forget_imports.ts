import type { Sql } from "../platform/sql.ts";
import { forgetImported } from "../watch_releases/forget_imported.ts";
import type { ImportError } from "./import_schema.ts";
import { endImportsOfUser } from "./import_store.ts";
import { deleteItems } from "./item_store.ts";
import { deleteRowsOfUser } from "./row_store.ts";

/**
 * Forgets in the caller's transaction what a user's lists hold, which Discogs' terms count as his data there: running
 * imports end, items go, and with them the watches that watch nothing and that he never changed. Watches that look for
 * something stay and are his own from now on.
 */
export async function forgetImports(
  tx: Sql,
  { user_id, message, now }: { user_id: string; message: string; now: Date },
): Promise<void> {
  await endImports(tx, { user_id, message, forget: true, now });
  await deleteItems(tx, user_id);
  await forgetImported(tx, user_id);
}

/** Ends every import of a user that runs, with this reason. */
export async function endImports(
  tx: Sql,
  input: { user_id: string; message: string; forget?: boolean; now: Date },
): Promise<void> {
  const { user_id, message, now, forget = false } = input;
  const error: ImportError = { code: "ended", message, discogs_release_id: null, line: null };
  await endImportsOfUser(tx, { user_id, error, forget, now });
  await deleteRowsOfUser(tx, user_id);
}
