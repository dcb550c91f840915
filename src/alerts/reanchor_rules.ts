import type { Pool } from "../platform/sql.ts";
import { compileWatch, watchAnchors, watchSources } from "../matching/watch.ts";
import { lockOutdatedRules, replaceAnchorsOf } from "./anchor_store.ts";

/** Rules of one transaction. */
const BATCH = 500;

/**
 * Indexes anew what was indexed under another version of the hot tokens, in small transactions, and gives how many
 * rules that were. Stopping half-way loses nothing: rows of either version are found, the old ones at a higher price.
 */
export async function reanchorRules({ sql }: { sql: Pool }): Promise<{ reanchored_count: number }> {
  let reanchored_count = 0;
  for (;;) {
    const count = await sql.begin(async (tx) => {
      const rules = await lockOutdatedRules(tx, BATCH);
      if (rules.length === 0) return 0;
      await replaceAnchorsOf(
        tx,
        rules.map((rule) => ({
          id: rule.id,
          user_id: rule.user_id,
          sources: watchSources(rule),
          anchors: watchAnchors(compileWatch(rule)),
        })),
      );
      return rules.length;
    });
    if (count === 0) return { reanchored_count };
    reanchored_count += count;
  }
}
