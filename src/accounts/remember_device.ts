import { randomSecret, sha256 } from "../platform/crypto.ts";
import type { Sql } from "../platform/sql.ts";
import { deleteOldestDevices, upsertKnownDevice } from "./device_store.ts";

/** Browsers one account knows; beyond it those that logged in longest ago are forgotten. */
const MAX_DEVICES = 20;
/** How long a device is known without a login. */
export const DEVICE_SECONDS = 400 * 86_400;

/**
 * Notes that a browser proved to be the account's: strangers who guess its password do not keep it out from now on.
 * Gives the value of its device cookie, the one it has where it has one: a browser may be known to several accounts.
 */
export async function rememberDevice(
  tx: Sql,
  { user_id, token, now }: { user_id: string; token: string | null; now: Date },
): Promise<string> {
  const kept = token ?? randomSecret();
  await upsertKnownDevice(tx, { user_id, token_hash: await sha256(kept), now });
  await deleteOldestDevices(tx, { user_id, keep: MAX_DEVICES });
  return kept;
}
