import { requireActiveAlone } from "../accounts/require_active.ts";
import type { Clock } from "../platform/clock.ts";
import type { Cipher, Sealed } from "../platform/encryption.ts";
import { DomainError } from "../platform/errors.ts";
import type { Pool } from "../platform/sql.ts";
import { type AccessToken, sealToken } from "./access_token.ts";
import { type Connect, DISCOGS, type LinkedAccount } from "./schema.ts";
import { forgetImports } from "./forget_imports.ts";
import { dropOtherRequests } from "./oauth_store.ts";
import { findLinkedAccount, putLinkedAccount } from "./store.ts";

/** What linking accounts needs. */
export interface DiscogsLinkDeps {
  sql: Pool;
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
  await replaceAccount(deps, account);
  return account;
}

/**
 * Links an account in the place of the one that was linked; the lists of another one are forgotten with it, and so are
 * links that wait: no token of theirs stays behind. Takes turns with everything else that links accounts of this user.
 */
export async function replaceAccount(
  deps: Pick<DiscogsLinkDeps, "sql" | "clock">,
  account: LinkedAccount,
): Promise<void> {
  await deps.sql.begin(async (tx) => {
    await requireActiveAlone(tx, account.user_id);
    const before = await findLinkedAccount(tx, account);
    const name = account.external_user_id.toLowerCase();
    if (before !== null && before.external_user_id.toLowerCase() !== name) {
      const message = "Cannot go on with the import: another account was connected";
      await forgetImports(tx, { user_id: account.user_id, message, now: deps.clock.now() });
    }
    await putLinkedAccount(tx, account);
    await dropOtherRequests(tx, { ...account, keep: 0 });
  });
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
