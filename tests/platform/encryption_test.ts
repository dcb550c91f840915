import assert from "node:assert/strict";
import { createCipher, type EncryptionKey, parseEncryptionKeys } from "../../src/platform/encryption.ts";

const aKey = (id: string, fill: number): EncryptionKey => ({ id, bytes: new Uint8Array(32).fill(fill) });
const base64 = (length: number) => new Uint8Array(length).fill(7).toBase64();

Deno.test("a cipher gives back what it encrypted, under the same context and no other", async () => {
  const cipher = createCipher([aKey("a", 1)]);
  const sealed = await cipher.encrypt("täken ♪", "rows/ada");
  assert.equal(await cipher.decrypt(sealed, "rows/ada"), "täken ♪");
  await assert.rejects(
    cipher.decrypt(sealed, "rows/bob"),
    /^Error: Cannot decrypt: .* key "a" for this place$/,
  );
});

Deno.test("a cipher never gives the same nonce or ciphertext twice, and its ciphertext holds no plain text", async () => {
  const cipher = createCipher([aKey("a", 1)]);
  const sealed = await Promise.all(Array.from({ length: 200 }, () => cipher.encrypt("a secret", "x")));
  assert.equal(new Set(sealed.map(({ nonce }) => nonce.toHex())).size, 200);
  assert.equal(new Set(sealed.map(({ ciphertext }) => ciphertext.toHex())).size, 200);
  for (const { nonce, ciphertext } of sealed) {
    assert.deepEqual([nonce.length, ciphertext.length], [12, "a secret".length + 16]);
    assert.ok(!new TextDecoder().decode(ciphertext).includes("secret"));
  }
});

Deno.test("a cipher refuses what was changed: nonce, ciphertext or tag, by one bit", async () => {
  const cipher = createCipher([aKey("a", 1)]);
  const sealed = await cipher.encrypt("a secret", "x");
  const flip = (bytes: Uint8Array, at: number) =>
    bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
  const changed = [
    { ...sealed, nonce: flip(sealed.nonce, 0) },
    { ...sealed, ciphertext: flip(sealed.ciphertext, 0) },
    { ...sealed, ciphertext: flip(sealed.ciphertext, sealed.ciphertext.length - 1) },
    { ...sealed, ciphertext: sealed.ciphertext.slice(0, -1) },
    { ...sealed, ciphertext: new Uint8Array() },
  ];
  for (const one of changed) await assert.rejects(cipher.decrypt(one, "x"), /^Error: Cannot decrypt/);
});

Deno.test("the first key encrypts, all decrypt, and a key that was taken away is named", async () => {
  const old = await createCipher([aKey("old", 1)]).encrypt("a secret", "x");
  const rotated = createCipher([aKey("new", 2), aKey("old", 1)]);
  assert.equal(await rotated.decrypt(old, "x"), "a secret");
  assert.equal((await rotated.encrypt("a secret", "x")).key_id, "new");
  const without = createCipher([aKey("new", 2)]);
  assert.deepEqual([without.hasKey("new"), without.hasKey("old")], [true, false]);
  await assert.rejects(
    without.decrypt(old, "x"),
    /^Error: Cannot decrypt: there is no encryption key "old"$/,
  );
  const other = createCipher([aKey("old", 3)]);
  await assert.rejects(other.decrypt(old, "x"), /^Error: Cannot decrypt: it was not encrypted by key "old"/);
});

Deno.test("a cipher without keys says so and encrypts nothing", async () => {
  const cipher = createCipher([]);
  assert.equal(cipher.currentKeyId, null);
  await assert.rejects(
    cipher.encrypt("a secret", "x"),
    /^Error: Cannot encrypt: there is no encryption key$/,
  );
});

Deno.test("parseEncryptionKeys() reads keys in their order", () => {
  const keys = parseEncryptionKeys(`2026-11:${base64(32)} , old_1:${base64(32)}`);
  assert.deepEqual(keys.map(({ id, bytes }) => [id, bytes.length]), [["2026-11", 32], ["old_1", 32]]);
});

const REFUSED: [string, string, RegExp][] = [
  ["a key without an id", base64(32), /^entry 1 is not of the form id:base64/],
  ["an empty id", `:${base64(32)}`, /^entry 1 is not of the form id:base64/],
  ["an id with a space", `a b:${base64(32)}`, /^entry 1 is not of the form id:base64/],
  ["an id of 41 characters", `${"a".repeat(41)}:${base64(32)}`, /^entry 1 is not of the form id:base64/],
  ["a comma at the end", `a:${base64(32)},`, /^entry 2 is not of the form id:base64/],
  [
    "a key that is not base64",
    `a:${base64(32)},b:${"?".repeat(44)}`,
    /^entry 2 has a key that is not base64$/,
  ],
  ["a key of 31 bytes", `a:${base64(31)}`, /^entry 1 has a key of 31 bytes, and 32 are needed$/],
  ["a key of 33 bytes", `a:${base64(33)}`, /^entry 1 has a key of 33 bytes, and 32 are needed$/],
  ["no key", "a:", /^entry 1 has a key of 0 bytes, and 32 are needed$/],
  [
    "an id named twice",
    `a:${base64(32)},b:${base64(32)},a:${base64(32)}`,
    /^entry 3 has the id of an entry before$/,
  ],
];

for (const [what, text, message] of REFUSED) {
  Deno.test(`parseEncryptionKeys() refuses ${what}, never showing what it holds`, () => {
    assert.throws(() => parseEncryptionKeys(text), (error: Error) => {
      assert.match(error.message, message);
      assert.ok(!error.message.includes(base64(31).slice(0, 8)));
      return true;
    });
  });
}
