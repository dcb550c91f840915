import type { Clock } from "../platform/clock.ts";
import { DomainError } from "../platform/errors.ts";
import type { Sql } from "../platform/sql.ts";
import { findNotification, markRead } from "./inbox_store.ts";
import type { InboxRow } from "./schema.ts";

/**
 * Marks an inbox row read; again changes nothing. The unread count has fallen when this returns.
 * @throws {DomainError} not_found when the user has no such row
 */
export async function readNotification(
  deps: { sql: Sql; clock: Clock },
  query: { user_id: string; id: string },
): Promise<InboxRow> {
  const now = deps.clock.now();
  await markRead(deps.sql, { ...query, now });
  const row = await findNotification(deps.sql, { ...query, now });
  if (!row) throw new DomainError("not_found", `Cannot find notification ${query.id}`);
  return row;
}
