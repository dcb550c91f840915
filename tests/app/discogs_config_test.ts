import assert from "node:assert/strict";
import { ConfigError, readConfig } from "../../src/app/config.ts";

const BASE = { ENVIRONMENT: "test", DATABASE_URL: "postgres://a@127.0.0.1/b" };
const read = (env: Record<string, string>) => readConfig({ ...BASE, ...env }).discogs;

Deno.test("readConfig() leaves Discogs without credentials, at its own address, under our name, 50 calls a minute", () => {
  assert.deepEqual(read({}), {
    apiUrl: "https://api.discogs.com",
    userAgent: "WaxWatch/1.0",
    credentials: null,
    authorizeUrl: "https://www.discogs.com/oauth/authorize",
    consumer: null,
    callsPerMinute: 50,
  });
});

Deno.test("readConfig() takes a token before an application's key", () => {
  const key = { DISCOGS_CONSUMER_KEY: "k", DISCOGS_CONSUMER_SECRET: "s" };
  assert.deepEqual(read(key).credentials, { kind: "key", key: "k", secret: "s" });
  assert.deepEqual(read({ ...key, DISCOGS_TOKEN: "t" }).credentials, { kind: "token", token: "t" });
  assert.deepEqual(read({ ...key, DISCOGS_TOKEN: "t" }).consumer, { key: "k", secret: "s" });
});

const REFUSED = [
  [{ DISCOGS_CONSUMER_KEY: "k" }, /DISCOGS_CONSUMER_SECRET is missing/],
  [{ DISCOGS_CONSUMER_SECRET: "hunter2" }, /DISCOGS_CONSUMER_KEY is missing/],
  [{ DISCOGS_TOKEN: "t", DISCOGS_CONSUMER_KEY: "k" }, /DISCOGS_CONSUMER_SECRET is missing/],
  [{ DISCOGS_AUTHORIZE_URL: "discogs.com" }, /DISCOGS_AUTHORIZE_URL/],
  [{ DISCOGS_TOKEN: "hunter2\r\nx: y" }, /DISCOGS_TOKEN/],
  [{ DISCOGS_API_URL: "api.discogs.com" }, /DISCOGS_API_URL/],
  [{ DISCOGS_USER_AGENT: "Wäx" }, /DISCOGS_USER_AGENT/],
  [{ DISCOGS_CALLS_PER_MINUTE: "61" }, /DISCOGS_CALLS_PER_MINUTE/],
] as const;
for (const [env, message] of REFUSED) {
  Deno.test(`readConfig() refuses ${Object.keys(env)} and names it, without its value`, () => {
    assert.throws(() => read(env), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
  });
}
