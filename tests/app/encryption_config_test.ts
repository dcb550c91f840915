import assert from "node:assert/strict";
import { ConfigError, readConfig } from "../../src/app/config.ts";

const BASE = { DATABASE_URL: "postgres://localhost/x", ENVIRONMENT: "production" };
const KEY = new Uint8Array(32).fill(7).toBase64();

Deno.test("readConfig() reads encryption keys, and starts without any", () => {
  const config = readConfig({ ...BASE, ENCRYPTION_KEYS: `new:${KEY},old:${KEY}` });
  assert.deepEqual(config.encryptionKeys.map(({ id }) => id), ["new", "old"]);
  assert.deepEqual(readConfig(BASE).encryptionKeys, []);
  assert.deepEqual(readConfig({ ...BASE, ENVIRONMENT: "staging" }).encryptionKeys, []);
});

Deno.test("readConfig() has one known encryption key in development, unless it is given others", () => {
  for (const ENVIRONMENT of ["dev", "test", "local"]) {
    const { encryptionKeys } = readConfig({ ...BASE, ENVIRONMENT });
    assert.deepEqual(encryptionKeys.map(({ id, bytes }) => [id, bytes.length]), [["development", 32]]);
  }
  const given = readConfig({ ...BASE, ENVIRONMENT: "dev", ENCRYPTION_KEYS: `mine:${KEY}` });
  assert.deepEqual(given.encryptionKeys.map(({ id }) => id), ["mine"]);
});

for (
  const [what, value] of [
    ["a wrong length", `a:${KEY.slice(4)}`],
    ["an id named twice", `a:${KEY},a:${KEY}`],
    ["no base64", `a:${KEY.slice(0, -2)}!!`],
    ["no id", KEY],
  ] as const
) {
  Deno.test(`readConfig() refuses encryption keys with ${what}, naming the variable and never the value`, () => {
    assert.throws(() => readConfig({ ...BASE, ENCRYPTION_KEYS: value }), (error: Error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, /^ENCRYPTION_KEYS: entry \d /);
      assert.ok(!error.message.includes(KEY.slice(0, 6)));
      return true;
    });
  });
}
