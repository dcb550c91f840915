import { createVerify } from "node:crypto";
import { z } from "zod";
import type { EbayPublicKeys } from "./public_keys.ts";

/** Longest header looked at; eBay's are about 300 characters. */
const MAX_HEADER_LENGTH = 2_000;

/** Header `x-ebay-signature`, decoded. The digest it names is not trusted: the key says which one is signed. */
const Signature = z.looseObject({
  kid: z.string().regex(/^[\w-]{1,100}$/),
  signature: z.base64().min(1),
});

/**
 * Whether eBay signed these bytes. Nothing is fetched for a header that cannot be eBay's.
 * @throws {ProviderError} when the key cannot be fetched
 */
export async function isSignedByEbay(
  keys: Pick<EbayPublicKeys, "find">,
  notice: { signature: string | null; body: Uint8Array },
): Promise<boolean> {
  const read = signatureOf(notice.signature);
  const key = read && await keys.find(read.kid);
  if (!key) return false;
  return createVerify(key.digest).update(notice.body).verify(key.key, read.signature, "base64");
}

function signatureOf(header: string | null): z.infer<typeof Signature> | null {
  if (header === null || header.length > MAX_HEADER_LENGTH) return null;
  try {
    const text = new TextDecoder().decode(Uint8Array.fromBase64(header));
    return Signature.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
