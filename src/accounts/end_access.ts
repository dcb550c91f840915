import { ringDoorbell } from "../platform/doorbell.ts";
import type { Pool, Sql } from "../platform/sql.ts";
import type { CallerCache } from "./caller_cache.ts";

/**
 * Runs `work`, which ends something that lets a user in (a session, a token, the account), in one transaction, and makes
 * every process forget who he showed to be: this one before the answer, others when the doorbell rings. `work` rings no
 * doorbell itself. `deadlineMs`: of the transaction, where it may be long.
 */
export async function endAccess<T>(
  { sql, callers }: { sql: Pool; callers: Pick<CallerCache, "forget"> },
  userId: string,
  work: (tx: Sql) => Promise<T>,
  options: { deadlineMs?: number } = {},
): Promise<T> {
  try {
    return await sql.begin(async (tx) => {
      const result = await work(tx);
      await ringDoorbell(tx, [userId], { accessEnded: true });
      return result;
    }, options);
  } finally {
    // Also when it threw: a commit whose answer was lost may have happened.
    callers.forget(new Set([userId]));
  }
}
