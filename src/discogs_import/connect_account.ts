import type { Clock } from "../platform/clock.ts";
import type { Cipher, Sealed } from "../platform/encryption.ts";
import { DomainError } from "../platform/errors.ts";
import type { Sql } from "../platform/sql.ts";
import { type AccessToken, sealToken } from "./access_token.ts";
import { type Connect, DISCOGS, type LinkedAccount } from "./schema.ts";
import { putLinkedAccount } from "./store.ts";

/** What linking accounts needs. */
export interface DiscogsLinkDeps {
  sql: Sql;
  clock: Clock;
  cipher: Cipher;
}

/**
 * Links a user's account at Discogs, in the place of the one that was linked. A token is kept encrypted.
 * @throws {DomainError} conflict when there is a token to keep and this installation has no key to encrypt it with
 */
export async function connectAccount(
  deps: DiscogsLinkDeps,
  input: Connect & { user_id: string },
): Promise<LinkedAccount> {
  const { user_id, external_user_id, access_token, token_metadata } = input;
  const owner = { user_id, provider: DISCOGS };
  const token = access_token
    ? await keepable(deps.cipher, owner, { access_token, metadata: token_metadata ?? {} })
    : null;
  const account = { ...owner, external_user_id, token, connected_at: deps.clock.now(), revoked_at: null };
  await putLinkedAccount(deps.sql, account);
  return account;
}

function keepable(
  cipher: Cipher,
  owner: { user_id: string; provider: string },
  token: AccessToken,
): Promise<Sealed> {
  requireKey(cipher);
  return sealToken(cipher, owner, token);
}

/** @throws {DomainError} conflict when this installation has no key to encrypt a token with */
export function requireKey(cipher: Cipher): void {
  if (cipher.currentKeyId !== null) return;
  throw new DomainError(
    "conflict",
    "Cannot keep an access token: ENCRYPTION_KEYS is not set here, which is its operator's to do; " +
      "without a token public lists can be imported",
  );
}
