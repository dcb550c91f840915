import assert from "node:assert/strict";
import { readConfig } from "../../src/app/config.ts";

const BASE = { ENVIRONMENT: "test", DATABASE_URL: "postgres://localhost/x" };
const A = "https://a.example";
const B = "https://b.example/realms/wax";

Deno.test("OIDC_ISSUER, OIDC_JWKS_URL and OIDC_AUDIENCE are lists; an empty key url is derived", () => {
  assert.deepEqual(readConfig(BASE).oidc, { issuers: [], audiences: [] });
  const env = { OIDC_ISSUER: `${A}/, ${B}`, OIDC_JWKS_URL: `,${B}/certs`, OIDC_AUDIENCE: "one, two" };
  assert.deepEqual(readConfig({ ...BASE, ...env }).oidc, {
    issuers: [{ issuer: `${A}/`, jwksUrl: null }, { issuer: B, jwksUrl: `${B}/certs` }],
    audiences: ["one", "two"],
  });
});

/** A configuration that stops the start, and how its error begins. */
const WRONG: [Record<string, string>, string][] = [
  [{ OIDC_ISSUER: A }, "OIDC_AUDIENCE is missing"],
  [{ OIDC_AUDIENCE: "x" }, "OIDC_ISSUER is missing"],
  [{ OIDC_JWKS_URL: `${A}/keys` }, "OIDC_ISSUER is missing"],
  [{ OIDC_ISSUER: "a.example", OIDC_AUDIENCE: "x" }, "OIDC_ISSUER: entry 1 is not a URL"],
  [{ OIDC_ISSUER: `${A},`, OIDC_AUDIENCE: "x" }, "OIDC_ISSUER: entry 2 is not a URL"],
  [{ OIDC_ISSUER: `${A}?x=1`, OIDC_AUDIENCE: "x" }, "OIDC_ISSUER: entry 1 has a query"],
  [{ OIDC_ISSUER: `${A},${A}`, OIDC_AUDIENCE: "x" }, "OIDC_ISSUER names an issuer twice"],
  [{ OIDC_ISSUER: A, OIDC_AUDIENCE: "x,," }, "OIDC_AUDIENCE has an empty entry"],
  [
    { OIDC_ISSUER: `${A},${B}`, OIDC_JWKS_URL: `${A}/keys`, OIDC_AUDIENCE: "x" },
    "OIDC_JWKS_URL has 1 entries",
  ],
  [
    { OIDC_ISSUER: A, OIDC_JWKS_URL: "file:///keys", OIDC_AUDIENCE: "x" },
    "OIDC_JWKS_URL: entry 1 is not a URL",
  ],
];

for (const [env, message] of WRONG) {
  Deno.test(`a configuration with ${JSON.stringify(env)} stops the start: ${message}`, () => {
    assert.throws(() => readConfig({ ...BASE, ...env }), (error: Error) => error.message.startsWith(message));
  });
}
