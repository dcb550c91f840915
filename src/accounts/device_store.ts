import type { Sql } from "../platform/sql.ts";

/** Remembers that a browser logged in to an account. */
export async function upsertKnownDevice(
  tx: Sql,
  device: { user_id: string; token_hash: Uint8Array; now: Date },
): Promise<void> {
  await tx`
    insert into known_devices (user_id, token_hash, last_used_at)
    values (${device.user_id}, ${device.token_hash}, ${device.now})
    on conflict (user_id, token_hash) do update set last_used_at = excluded.last_used_at`;
}

/** Forgets what a user's known devices have beyond `keep`, those that logged in longest ago first. */
export async function deleteOldestDevices(tx: Sql, input: { user_id: string; keep: number }): Promise<void> {
  await tx`
    delete from known_devices
    where user_id = ${input.user_id} and token_hash in (
      select token_hash from known_devices where user_id = ${input.user_id}
      order by last_used_at desc, token_hash offset ${input.keep})`;
}

/** Forgets devices that did not log in since `before`; gives how many. */
export async function pruneKnownDevices(sql: Sql, before: Date): Promise<number> {
  const rows = await sql`delete from known_devices where last_used_at < ${before} returning user_id`;
  return rows.length;
}
