import { z } from "zod";
import type { Cipher, Sealed } from "../platform/encryption.ts";
import type { OAuthToken } from "../providers/user_accounts.ts";
import type { LinkedAccount } from "./schema.ts";

/** An access token with what belongs to it, such as its secret. */
const tokenSchema = z.object({ access_token: z.string(), metadata: z.record(z.string(), z.unknown()) });
export type AccessToken = z.infer<typeof tokenSchema>;

/**
 * What a link waits with: a request token, for its user's consent; or the access token that the exchange gave, for the
 * answer whose it is.
 */
const waitingSchema = z.object({
  kind: z.enum(["request", "access"]).default("request"),
  token: z.string(),
  secret: z.string(),
});
export type WaitingToken = z.output<typeof waitingSchema>;

/** Whose token it is, and where it is good. */
type Owner = Pick<LinkedAccount, "user_id" | "provider">;

/** Names under which clients know the secret of an OAuth token. */
const SECRET_NAMES = ["access_token_secret", "oauth_token_secret", "token_secret", "secret"];

/** Encrypts a token for the row of its owner alone. @throws {Error} without an encryption key */
export function sealToken(cipher: Cipher, owner: Owner, token: AccessToken): Promise<Sealed> {
  return cipher.encrypt(JSON.stringify(token), placeOf(owner));
}

/** The token of a row. @throws {Error} when its key is gone, or it was copied from another row */
export async function openToken(cipher: Cipher, row: Owner & { token: Sealed }): Promise<AccessToken> {
  return tokenSchema.parse(JSON.parse(await cipher.decrypt(row.token, placeOf(row))));
}

/** The token as it signs; null: it has no secret, so it is a personal one that is sent as it is. */
export function oauthTokenOf({ access_token: token, metadata }: AccessToken): OAuthToken | null {
  const secret = SECRET_NAMES.map((name) => metadata[name]).find((value) =>
    typeof value === "string" && value !== ""
  );
  return typeof secret === "string" ? { token, secret } : null;
}

/** Encrypts the token of a link for the row of this state alone. @throws {Error} without an encryption key */
export function sealRequest(cipher: Cipher, stateHash: Uint8Array, token: WaitingToken): Promise<Sealed> {
  return cipher.encrypt(JSON.stringify(token), placeOfRequest(stateHash));
}

/** The token of a row. @throws {Error} when its key is gone, or it was copied from another row */
export async function openRequest(
  cipher: Cipher,
  row: { state_hash: Uint8Array; token: Sealed },
): Promise<WaitingToken> {
  return waitingSchema.parse(JSON.parse(await cipher.decrypt(row.token, placeOfRequest(row.state_hash))));
}

/** The row's identity, authenticated with the token: it opens there and nowhere else. */
export function placeOf({ user_id, provider }: Owner): string {
  return `linked_accounts/${user_id}/${provider}`;
}

/** The same for a link that waits. */
export function placeOfRequest(stateHash: Uint8Array): string {
  return `oauth_requests/${new Uint8Array(stateHash).toHex()}`;
}
