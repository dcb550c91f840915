/** Accounts that users linked to theirs: table linked_accounts. */
import type { Sql } from "../platform/sql.ts";
import type { LinkedAccount } from "./schema.ts";

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
): Promise<LinkedAccount | null> {
  const rows = await sql<Omit<LinkedAccount, "token"> & StoredToken>`
    select user_id, provider, external_user_id, token_key_id, token_nonce, token_ciphertext, connected_at,
      revoked_at
    from linked_accounts where user_id = ${query.user_id} and provider = ${query.provider}`;
  const [row] = rows;
  if (!row) return null;
  const { token_key_id: key_id, token_nonce: nonce, token_ciphertext: ciphertext, ...account } = row;
  const hasToken = key_id !== null && nonce !== null && ciphertext !== null;
  return { ...account, token: hasToken ? { key_id, nonce, ciphertext } : null };
}

interface StoredToken {
  token_key_id: string | null;
  token_nonce: Uint8Array | null;
  token_ciphertext: Uint8Array | null;
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
