/** Notices of closed accounts that were obeyed: table account_deletions. */
import type { Sql } from "../platform/sql.ts";

/** One obeyed notice. */
export interface Deletion {
  provider: string;
  notification_id: string;
  listing_count: number;
  now: Date;
}

/** Notes that a notice is being obeyed; false: it was already. A second one at the same time waits for the first. */
export async function insertDeletion(tx: Sql, deletion: Omit<Deletion, "listing_count">): Promise<boolean> {
  const rows = await tx`
    insert into account_deletions (provider, notification_id, received_at, listing_count)
    values (${deletion.provider}, ${deletion.notification_id}, ${deletion.now}, 0)
    on conflict (provider, notification_id) do nothing
    returning notification_id`;
  return rows.length === 1;
}

/** Notes how many listings a notice was about. */
export async function updateDeletion(tx: Sql, deletion: Omit<Deletion, "now">): Promise<void> {
  await tx`
    update account_deletions set listing_count = ${deletion.listing_count}
    where provider = ${deletion.provider} and notification_id = ${deletion.notification_id}`;
}

/** Forgets notices received before `before`; gives how many. */
export async function pruneDeletions(sql: Sql, before: Date): Promise<number> {
  const rows =
    await sql`delete from account_deletions where received_at < ${before} returning notification_id`;
  return rows.length;
}
