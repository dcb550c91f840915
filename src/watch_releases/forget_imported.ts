import type { Sql } from "../platform/sql.ts";
import { deleteCompiledRulesOf } from "../alerts/rule_store.ts";
import { deleteUnusedImported, releaseImported } from "./store.ts";

/**
 * Parts a user's watches from the imports that made them, in the caller's transaction: what watches nothing and was never
 * changed by him goes, the rest is his own and no import's.
 */
export async function forgetImported(tx: Sql, userId: string): Promise<void> {
  const gone = await deleteUnusedImported(tx, userId);
  if (gone.length > 0) await deleteCompiledRulesOf(tx, { owner_kind: "watch_release", owner_ids: gone });
  await releaseImported(tx, userId);
}
