/** Links that wait for their user's consent: table oauth_requests. */
import type { Sealed } from "../platform/encryption.ts";
import type { Sql } from "../platform/sql.ts";

/** A link that waits, as stored. */
export interface OAuthRequest {
  /** SHA-256 of the state that its client was given. */
  state_hash: Uint8Array;
  user_id: string;
  provider: string;
  request_token_hash: Uint8Array;
  /** The request token with its secret; once that was exchanged, the access token. */
  token: Sealed;
  created_at: Date;
  expires_at: Date;
}

/** How the user who comes back is known: by the state of his client, or by the request token. */
export type RequestProof = { state_hash: Uint8Array } | { request_token_hash: Uint8Array };

/** Keeps a link until its user comes back. */
export async function insertOAuthRequest(sql: Sql, request: OAuthRequest): Promise<void> {
  const { token } = request;
  await sql`
    insert into oauth_requests
      (state_hash, user_id, provider, request_token_hash, token_key_id, token_nonce, token_ciphertext, created_at,
        expires_at)
    values (${request.state_hash}, ${request.user_id}, ${request.provider}, ${request.request_token_hash},
      ${token.key_id}, ${token.nonce}, ${token.ciphertext}, ${request.created_at}, ${request.expires_at})`;
}

/** Takes a user's link away and gives it, so that of two who come back with it one has it; null: none that is still good. */
export async function takeOAuthRequest(
  sql: Sql,
  query: { user_id: string; provider: string; proof: RequestProof; now: Date },
): Promise<OAuthRequest | null> {
  const { proof } = query;
  const state = "state_hash" in proof ? proof.state_hash : null;
  const token = "request_token_hash" in proof ? proof.request_token_hash : null;
  const rows = await sql<
    Omit<OAuthRequest, "token"> & { key_id: string; nonce: Uint8Array; ciphertext: Uint8Array }
  >`
    delete from oauth_requests
    where user_id = ${query.user_id} and provider = ${query.provider} and expires_at > ${query.now}
      and (state_hash = ${state}::bytea or request_token_hash = ${token}::bytea)
    returning state_hash, user_id, provider, request_token_hash, token_key_id as key_id, token_nonce as nonce,
      token_ciphertext as ciphertext, created_at, expires_at`;
  const [row] = rows;
  if (!row) return null;
  const { key_id, nonce, ciphertext, ...request } = row;
  return { ...request, token: { key_id, nonce, ciphertext } };
}

/** Forgets a user's links but the `keep` newest. */
export async function dropOtherRequests(
  sql: Sql,
  query: { user_id: string; provider: string; keep: number },
): Promise<void> {
  await sql`
    delete from oauth_requests where state_hash in (
      select state_hash from oauth_requests where user_id = ${query.user_id} and provider = ${query.provider}
      order by created_at desc, state_hash offset ${query.keep})`;
}

/** Forgets every link that expired, whoever's it is. */
export async function pruneOAuthRequests(sql: Sql, now: Date): Promise<void> {
  await sql`delete from oauth_requests where expires_at <= ${now}`;
}
