/** Encrypted tokens by the key that encrypted them: tables linked_accounts and oauth_requests. */
import type { Sealed } from "../platform/encryption.ts";
import type { Sql } from "../platform/sql.ts";

/** A token with what it belongs to. */
export interface SealedToken extends Sealed {
  /** "user/provider" of an account, or the hash of a link's state in hex: the order in which they are read. */
  place: string;
}

/** Up to `limit` tokens of accounts behind `after` that another key than this one encrypted, in order. */
export function findAccountTokens(
  sql: Sql,
  query: { key_id: string; after: string; limit: number },
): Promise<SealedToken[]> {
  return sql<SealedToken>`
    select user_id || '/' || provider as place, token_key_id as key_id, token_nonce as nonce,
      token_ciphertext as ciphertext
    from linked_accounts
    where token_key_id is not null and token_key_id <> ${query.key_id} and user_id || '/' || provider > ${query.after}
    order by place limit ${query.limit}`;
}

/** Writes a token that is encrypted anew, unless somebody wrote another one meanwhile; false: somebody did. */
export async function replaceAccountToken(
  sql: Sql,
  input: { place: string; old: Sealed; token: Sealed },
): Promise<boolean> {
  const rows = await sql`
    update linked_accounts set
      token_key_id = ${input.token.key_id}, token_nonce = ${input.token.nonce},
      token_ciphertext = ${input.token.ciphertext}
    where user_id || '/' || provider = ${input.place} and token_nonce = ${input.old.nonce}
      and token_key_id = ${input.old.key_id}
    returning user_id`;
  return rows.length === 1;
}

/** As `findAccountTokens`, of links that wait for their user's consent. */
export function findRequestTokens(
  sql: Sql,
  query: { key_id: string; after: string; limit: number },
): Promise<SealedToken[]> {
  return sql<SealedToken>`
    select encode(state_hash, 'hex') as place, token_key_id as key_id, token_nonce as nonce,
      token_ciphertext as ciphertext
    from oauth_requests
    where token_key_id <> ${query.key_id} and encode(state_hash, 'hex') > ${query.after}
    order by place limit ${query.limit}`;
}

/** As `replaceAccountToken`, of a link that waits. */
export async function replaceRequestToken(
  sql: Sql,
  input: { place: string; old: Sealed; token: Sealed },
): Promise<boolean> {
  const rows = await sql`
    update oauth_requests set
      token_key_id = ${input.token.key_id}, token_nonce = ${input.token.nonce},
      token_ciphertext = ${input.token.ciphertext}
    where encode(state_hash, 'hex') = ${input.place} and token_nonce = ${input.old.nonce}
      and token_key_id = ${input.old.key_id}
    returning state_hash`;
  return rows.length === 1;
}
