/** Secrets at rest: AES-256-GCM with keys of the configuration, the current one first. */

/** A key of the configuration. */
export interface EncryptionKey {
  /** Stored beside what it encrypts, so that it can be found again. */
  id: string;
  /** 32 of them. */
  bytes: Uint8Array<ArrayBuffer>;
}

/** Something encrypted, as it is stored. */
export interface Sealed {
  key_id: string;
  /** 12 bytes, new for each. */
  nonce: Uint8Array;
  /** With the authentication tag at its end. */
  ciphertext: Uint8Array;
}

/** Encrypts and decrypts. `context` says where the secret belongs: under another one it cannot be decrypted. */
export interface Cipher {
  /** The key that encrypts; null: there is none, so nothing can be kept. */
  readonly currentKeyId: string | null;
  /** Whether what this key encrypted can be decrypted. */
  hasKey(id: string): boolean;
  /** @throws {Error} without a current key */
  encrypt(text: string, context: string): Promise<Sealed>;
  /** @throws {Error} when the key is gone, or `sealed` was changed or belongs to another context */
  decrypt(sealed: Sealed, context: string): Promise<string>;
}

const ALGORITHM = "AES-GCM";
const KEY_BYTES = 32;
/** The length that GCM is made for; random ones may be used for 2^32 secrets of one key (NIST SP 800-38D §8.3). */
const NONCE_BYTES = 12;
const KEY_ID = /^[\w-]{1,40}$/;

/**
 * The keys of `id:base64,id:base64`, the current one first.
 * @throws {TypeError} saying which entry is wrong and why, never what it holds
 */
export function parseEncryptionKeys(text: string): EncryptionKey[] {
  const keys = text.split(",").map((entry, index) => parseKey(entry.trim(), index + 1));
  const twice = keys.findIndex((key, index) => keys.some((other, at) => at < index && other.id === key.id));
  if (twice >= 0) throw new TypeError(`entry ${twice + 1} has the id of an entry before`);
  return keys;
}

function parseKey(entry: string, number: number): EncryptionKey {
  const colon = entry.indexOf(":");
  const id = entry.slice(0, Math.max(colon, 0));
  if (!KEY_ID.test(id)) {
    throw new TypeError(
      `entry ${number} is not of the form id:base64, with an id of up to 40 letters, digits, - and _`,
    );
  }
  const bytes = bytesOf(entry.slice(colon + 1));
  if (bytes === null) throw new TypeError(`entry ${number} has a key that is not base64`);
  if (bytes.length !== KEY_BYTES) {
    throw new TypeError(`entry ${number} has a key of ${bytes.length} bytes, and ${KEY_BYTES} are needed`);
  }
  return { id, bytes };
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.fromBase64(base64);
  } catch {
    return null;
  }
}

/** A cipher with these keys; the first encrypts, all decrypt. */
export function createCipher(keys: readonly EncryptionKey[]): Cipher {
  const byId = new Map(keys.map((key) => [key.id, importKey(key)]));
  const current = keys[0] ?? null;
  return {
    currentKeyId: current?.id ?? null,
    hasKey: (id) => byId.has(id),
    async encrypt(text, context) {
      if (current === null) throw new Error("Cannot encrypt: there is no encryption key");
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const key = await byId.get(current.id)!(); // safe: made of the same keys
      const ciphertext = await crypto.subtle.encrypt(parameters(nonce, context), key, encode(text));
      return { key_id: current.id, nonce, ciphertext: new Uint8Array(ciphertext) };
    },
    async decrypt(sealed, context) {
      const key = await byId.get(sealed.key_id)?.();
      if (!key) {
        throw new Error(`Cannot decrypt: there is no encryption key ${JSON.stringify(sealed.key_id)}`);
      }
      try {
        const text = await crypto.subtle.decrypt(
          parameters(new Uint8Array(sealed.nonce), context),
          key,
          new Uint8Array(sealed.ciphertext),
        );
        return new TextDecoder("utf-8", { fatal: true }).decode(text);
      } catch (cause) {
        throw new Error(
          `Cannot decrypt: it was not encrypted by key ${JSON.stringify(sealed.key_id)} for this place`,
          {
            cause,
          },
        );
      }
    },
  };
}

/** Imported once, when first needed: the runtime does it aside. */
function importKey({ bytes }: EncryptionKey): () => Promise<CryptoKey> {
  let imported: Promise<CryptoKey> | undefined;
  return () => imported ??= crypto.subtle.importKey("raw", bytes, ALGORITHM, false, ["encrypt", "decrypt"]);
}

function parameters(iv: Uint8Array<ArrayBuffer>, context: string): AesGcmParams {
  return { name: ALGORITHM, iv, additionalData: encode(context) };
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
