/** Accounts that users linked to theirs: table linked_accounts. */
import type { Sealed } from "../platform/encryption.ts";
import type { Sql } from "../platform/sql.ts";
import type { LinkedAccount, Sync } from "./schema.ts";

/** Links an account, in the place of the one that was linked; of two at once the later stands. */
export async function putLinkedAccount(sql: Sql, account: LinkedAccount): Promise<void> {
  const { token } = account;
  await sql`
    insert into linked_accounts
      (user_id, provider, external_user_id, token_key_id, token_nonce, token_ciphertext, connected_at, revoked_at)
    values (${account.user_id}, ${account.provider}, ${account.external_user_id}, ${token?.key_id ?? null},
      ${token?.nonce ?? null}, ${token?.ciphertext ?? null}, ${account.connected_at}, ${account.revoked_at})
    on conflict (user_id, provider) do update set
      external_user_id = excluded.external_user_id, token_key_id = excluded.token_key_id,
      token_nonce = excluded.token_nonce, token_ciphertext = excluded.token_ciphertext,
      connected_at = excluded.connected_at, revoked_at = excluded.revoked_at`;
}

/** A user's account at a provider; null: none is linked. */
export async function findLinkedAccount(
  sql: Sql,
  query: { user_id: string; provider: string },
): Promise<LinkedAccountRow | null> {
  const rows = await sql<Omit<LinkedAccountRow, "token"> & StoredToken>`
    select user_id, provider, external_user_id, token_key_id, token_nonce, token_ciphertext, connected_at,
      revoked_at, sync, next_sync_at
    from linked_accounts where user_id = ${query.user_id} and provider = ${query.provider}`;
  const [row] = rows;
  if (!row) return null;
  const { token_key_id: key_id, token_nonce: nonce, token_ciphertext: ciphertext, ...account } = row;
  const hasToken = key_id !== null && nonce !== null && ciphertext !== null;
  return { ...account, token: hasToken ? { key_id, nonce, ciphertext } : null };
}

/** A link with how its lists are read by themselves. */
export interface LinkedAccountRow extends LinkedAccount {
  sync: Sync;
  /** Null: never. */
  next_sync_at: Date | null;
}

/** Locks a user's link to the end of the transaction where its token is still this one, null: none; false: it is not. */
export async function lockLinkWith(
  tx: Sql,
  query: { user_id: string; provider: string; token: Sealed | null },
): Promise<boolean> {
  const rows = await tx`
    select 1 from linked_accounts
    where user_id = ${query.user_id} and provider = ${query.provider}
      and token_nonce is not distinct from ${query.token?.nonce ?? null}::bytea
    for update`;
  return rows.length === 1;
}

interface StoredToken {
  token_key_id: string | null;
  token_nonce: Uint8Array | null;
  token_ciphertext: Uint8Array | null;
}

/** Notes that the provider refuses a user's token; false: that is known already. */
export async function markRevoked(
  tx: Sql,
  query: { user_id: string; provider: string; now: Date },
): Promise<boolean> {
  const rows = await tx`
    update linked_accounts set revoked_at = ${query.now}
    where user_id = ${query.user_id} and provider = ${query.provider} and revoked_at is null
      and token_ciphertext is not null
    returning user_id`;
  return rows.length === 1;
}

/** Sets whether a user's lists are read again by themselves, and when next; false: no account is linked. */
export async function setSync(
  tx: Sql,
  input: { user_id: string; provider: string; sync: Sync; next_sync_at: Date | null },
): Promise<boolean> {
  const rows = await tx`
    update linked_accounts set sync = ${input.sync}, next_sync_at = ${input.next_sync_at}
    where user_id = ${input.user_id} and provider = ${input.provider}
    returning user_id`;
  return rows.length === 1;
}

/** Ends reading a user's lists by itself. */
export async function stopSync(tx: Sql, query: { user_id: string; provider: string }): Promise<void> {
  await tx`
    update linked_accounts set sync = 'off', next_sync_at = null
    where user_id = ${query.user_id} and provider = ${query.provider}`;
}

/** Takes one account whose lists are due to be read by themselves and plans it again; null: none is due. */
export async function takeDueSync(
  tx: Sql,
  input: { provider: string; now: Date; next_sync_at: Date },
): Promise<string | null> {
  const rows = await tx<{ user_id: string }>`
    update linked_accounts a set next_sync_at = ${input.next_sync_at}
    from (
      select user_id, provider from linked_accounts
      where sync <> 'off' and provider = ${input.provider} and next_sync_at <= ${input.now}
      order by next_sync_at
      limit 1
      for update skip locked
    ) due
    where a.user_id = due.user_id and a.provider = due.provider
    returning a.user_id`;
  return rows[0]?.user_id ?? null;
}

/** Providers at which a user has a linked account. */
export async function findLinkedProviders(sql: Sql, userId: string): Promise<Set<string>> {
  const rows = await sql<
    { provider: string }
  >`select provider from linked_accounts where user_id = ${userId}`;
  return new Set(rows.map((row) => row.provider));
}

/** Forgets a user's account at a provider, token and all; none linked changes nothing. */
export async function deleteLinkedAccount(
  sql: Sql,
  query: { user_id: string; provider: string },
): Promise<void> {
  await sql`delete from linked_accounts where user_id = ${query.user_id} and provider = ${query.provider}`;
}
