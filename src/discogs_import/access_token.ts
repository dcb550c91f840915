import { z } from "zod";
import type { Cipher, Sealed } from "../platform/encryption.ts";
import type { LinkedAccount } from "./schema.ts";

/** An access token with what belongs to it, such as its secret. */
const tokenSchema = z.object({ access_token: z.string(), metadata: z.record(z.string(), z.unknown()) });
export type AccessToken = z.infer<typeof tokenSchema>;

/** Whose token it is, and where it is good. */
type Owner = Pick<LinkedAccount, "user_id" | "provider">;

/** Encrypts a token for the row of its owner alone. @throws {Error} without an encryption key */
export function sealToken(cipher: Cipher, owner: Owner, token: AccessToken): Promise<Sealed> {
  return cipher.encrypt(JSON.stringify(token), placeOf(owner));
}

/** The token of a row. @throws {Error} when its key is gone, or it was copied from another row */
export async function openToken(cipher: Cipher, row: Owner & { token: Sealed }): Promise<AccessToken> {
  return tokenSchema.parse(JSON.parse(await cipher.decrypt(row.token, placeOf(row))));
}

/** The row's identity, authenticated with the token: it opens there and nowhere else. */
function placeOf({ user_id, provider }: Owner): string {
  return `linked_accounts/${user_id}/${provider}`;
}
