import type { z } from "zod";
import type { Cipher } from "../platform/encryption.ts";
import type { Sql } from "../platform/sql.ts";
import { type connectionStatusSchema, DISCOGS, type LinkedAccount } from "./schema.ts";
import { findLinkedAccount } from "./store.ts";

/** Whether a user's account at Discogs is linked, and what the link is good for. */
export async function findConnection(
  deps: { sql: Sql; cipher: Pick<Cipher, "hasKey"> },
  userId: string,
): Promise<z.input<typeof connectionStatusSchema>> {
  const account = await findLinkedAccount(deps.sql, { user_id: userId, provider: DISCOGS });
  const notice = account && noticeOf(account, deps.cipher);
  return {
    connected: account !== null,
    provider: DISCOGS,
    external_user_id: account?.external_user_id ?? null,
    connected_at: account?.connected_at ?? null,
    has_access_token: account !== null && notice === null,
    sync: account?.sync ?? "off",
    next_sync_at: account?.next_sync_at ?? null,
    revoked_at: account?.revoked_at ?? null,
    notice,
  };
}

function noticeOf({ token, revoked_at }: LinkedAccount, cipher: Pick<Cipher, "hasKey">): string | null {
  if (token === null) return "Only public lists can be imported, because no access token was given";
  if (revoked_at !== null) return "Discogs no longer accepts the access token: connect again";
  if (cipher.hasKey(token.key_id)) return null;
  return "Only public lists can be imported, because the access token was encrypted with a key that is gone: connect again";
}
