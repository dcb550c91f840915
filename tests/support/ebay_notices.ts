/** eBay as it tells of closed accounts: a key pair of its own, its public half for who asks, and signed notices. */
import { createSign, generateKeyPairSync } from "node:crypto";
import { TOKEN_PATH } from "./ebay.ts";
import { json, type Script } from "./scripted_server.ts";

/** Where the public half of a key is read; its id follows. */
export const KEY_PATH = "/commerce/notification/v1/public_key/";
/** The id of the one key that eBay has. */
export const KEY_ID = "9936261a-7d7b-4621-a0f1-964d1ae5e59a";
/** What an operator registers at eBay. */
export const VERIFICATION_TOKEN = "a-verification-token_of-40-characters_01";

/** Keys of an elliptic curve, as eBay's are. */
export function aKeyPair() {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}
type KeyPair = ReturnType<typeof aKeyPair>;

/** A public key as eBay writes it: PEM in one line. */
export function keyBody({ publicKey }: KeyPair, fields: Record<string, string> = {}) {
  const pem = String(publicKey.export({ type: "spki", format: "pem" })).replaceAll("\n", "");
  return { key: pem, algorithm: "ECDSA", digest: "SHA1", ...fields };
}

/** Hands out tokens, and the public half of `keys` under KEY_ID. */
export function noticeScript(keys: KeyPair): Script {
  return ({ path }) => {
    if (path === TOKEN_PATH) return json({ access_token: "t", expires_in: 7200 });
    return path === `${KEY_PATH}${KEY_ID}` ? json(keyBody(keys)) : json({ errors: [] }, { status: 404 });
  };
}

/** Header `x-ebay-signature` of a body. */
export function signatureOf(
  { privateKey }: KeyPair,
  body: string,
  { kid = KEY_ID, digest = "SHA1" }: { kid?: string; digest?: string } = {},
): string {
  const signature = createSign(digest.toLowerCase()).update(body).sign(privateKey, "base64");
  return btoa(JSON.stringify({ alg: "ecdsa", kid, signature, digest }));
}

/** A notice that a seller closed his account. */
export function aNotice(data: Record<string, unknown> = {}, notificationId: string = crypto.randomUUID()) {
  return {
    metadata: { topic: "MARKETPLACE_ACCOUNT_DELETION", schemaVersion: "1.0", deprecated: false },
    notification: {
      notificationId,
      eventDate: "2026-11-23T11:59:59.462Z",
      publishDate: "2026-11-23T11:59:59.679Z",
      publishAttemptCount: 1,
      data: { username: "waxfan", userId: "ma8vp1jySJC", eiasToken: "nY+sHZ2PrBmdj6wVnY", ...data },
    },
  };
}
