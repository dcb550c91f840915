import assert from "node:assert/strict";
import {
  AUDIENCE,
  type IdentityProvider,
  newKey,
  type SigningKey,
  startIdentityProvider,
  type TokenWish,
} from "../support/identity_provider.ts";
import { type TestService, withService } from "../support/service.ts";

const NOON_SECONDS = Date.parse("2026-11-23T12:00:00Z") / 1000;

async function withIssuer(
  work: (service: TestService & { idp: IdentityProvider }) => Promise<void>,
): Promise<void> {
  await using idp = await startIdentityProvider();
  await withService((service) => work({ ...service, idp }), idp.env);
}

for (const alg of ["RS256", "ES256", "EdDSA"]) {
  Deno.test(`a token signed with ${alg} says who calls`, async () => {
    await withIssuer(async ({ request, idp }) => {
      idp.keys[0] = await newKey(alg);
      const { status, body } = await request("/api/me", await idp.auth("ada"));
      assert.deepEqual([status, body.is_active], [200, true]);
    });
  });
}

/** What is wrong with a token, and what it says instead. */
const REFUSED: [string, TokenWish][] = [
  ["another issuer", { claims: { iss: "https://elsewhere.example" } }],
  ["no issuer", { claims: { iss: undefined } }],
  ["an issuer that is no text", { claims: { iss: 5 } }],
  ["another audience", { claims: { aud: "another-service" } }],
  ["no audience", { claims: { aud: undefined } }],
  ["no subject", { claims: { sub: undefined } }],
  ["an empty subject", { claims: { sub: "" } }],
  ["a subject longer than 255 characters", { claims: { sub: "x".repeat(256) } }],
  ["a subject with U+0000", { claims: { sub: "ada\0" } }],
  ["a subject that is no text", { claims: { sub: 7 } }],
  ["no expiry", { claims: { exp: undefined } }],
  ["an expiry that is no number", { claims: { exp: "tomorrow" } }],
  ["an expiry 30 s ago", { claims: { exp: NOON_SECONDS - 30 } }],
  ["a beginning in 31 s", { claims: { nbf: NOON_SECONDS + 31 } }],
  ["a time of issue that is no number", { claims: { iat: "now" } }],
  ["a time of issue beyond every calendar", { claims: { iat: 1e15 } }],
  ["more than 16 kB", { claims: { padding: "x".repeat(13_000) } }],
];

for (const [what, wish] of REFUSED) {
  Deno.test(`a token with ${what} answers 401 and makes nobody`, async () => {
    await withIssuer(async ({ request, deps, idp }) => {
      const { status, headers, body } = await request("/api/me", await idp.auth("ada", wish));
      assert.equal(status, 401, JSON.stringify(body));
      assert.equal(headers.get("www-authenticate"), "Bearer");
      assert.match(body.error.message, /^Cannot accept the bearer token: /);
      assert.equal((await deps.sql`select id from users`).length, 0);
    });
  });
}

const ACCEPTED: [string, TokenWish][] = [
  ["an expiry 29 s ago", { claims: { exp: NOON_SECONDS - 29 } }],
  ["a beginning in 30 s", { claims: { nbf: NOON_SECONDS + 30 } }],
  ["no time of issue", { claims: { iat: undefined } }],
  ["several audiences, one of them ours", { claims: { aud: ["another", AUDIENCE] } }],
  ["a subject of 255 characters", { claims: { sub: "x".repeat(255) } }],
  ["an e-mail that is none", { claims: { email: "not an address" } }],
];

for (const [what, wish] of ACCEPTED) {
  Deno.test(`a token with ${what} is accepted`, async () => {
    await withIssuer(async ({ request, idp }) => {
      assert.equal((await request("/api/me", await idp.auth("ada", wish))).status, 200);
    });
  });
}

Deno.test("a token ends 30 s after its expiry, on the service's clock", async () => {
  await withIssuer(async ({ request, clock, idp }) => {
    const auth = await idp.auth("ada");
    clock.advance((3600 + 29) * 1000 + 999);
    assert.equal((await request("/api/me", auth)).status, 200);
    clock.advance(1);
    const late = await request("/api/me", auth);
    assert.deepEqual([late.status, late.body.error.message], [
      401,
      "Cannot accept the bearer token: it is expired",
    ]);
  });
});

Deno.test("a token that is unsigned, forged, changed or signed with the public key as a secret answers 401", async () => {
  await withIssuer(async ({ request, idp }) => {
    const as = async (token: string) =>
      (await request("/api/me", { headers: { authorization: `Bearer ${token}` } })).status;
    const good = await idp.token("ada");
    const [header, payload, signature] = good.split(".");
    const key = idp.keys[0]!;
    const forged: Record<string, string> = {
      "alg none": `${part({ alg: "none" })}.${payload}.`,
      "alg None": `${part({ alg: "None", kid: key.kid })}.${payload}.${signature}`,
      "no signature": `${header}.${payload}.`,
      "another payload": `${header}.${
        part({ iss: idp.issuer, sub: "bob", aud: AUDIENCE, exp: NOON_SECONDS + 9 })
      }.${signature}`,
      "another key under the same id": await idp.token("ada", { key: { ...await newKey(), kid: key.kid } }),
      "a key in the header": await idp.token("ada", {
        key: await newKey(),
        header: { jwk: (await newKey()).publicJwk, jku: "https://evil.example/keys" },
      }),
      "HS256 with the public key": await signHs256(JSON.stringify(key.publicJwk), key.kid, payload!),
      "an extension nobody knows": await signEs256(
        { alg: "ES256", kid: key.kid, crit: ["x"], x: 1 },
        payload!,
        key,
      ),
      "the issuer with a slash at the end": await idp.token("ada", { claims: { iss: `${idp.issuer}/` } }),
      "two parts": `${header}.${payload}`,
      "five parts": "a.b.c.d.e",
      "no JWT": "abc",
    };
    for (const [what, token] of Object.entries(forged)) assert.equal(await as(token), 401, what);
    // The same by hand without the fault is accepted: each fault above is what is refused.
    assert.equal(await as(await signEs256({ alg: "ES256", kid: key.kid }, payload!, key)), 200);
    assert.equal(await as(good), 200);
  });
});

function part(value: unknown): string {
  return base64(new TextEncoder().encode(JSON.stringify(value)));
}

function base64(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

async function signHs256(secret: string, kid: string, payload: string): Promise<string> {
  const bytes = new TextEncoder();
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes.encode(secret), hmac, false, ["sign"]);
  const input = `${part({ alg: "HS256", kid })}.${payload}`;
  return `${input}.${base64(new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes.encode(input))))}`;
}

/** By hand: the library does not sign what it would not accept. */
async function signEs256(header: unknown, payload: string, { privateKey }: SigningKey): Promise<string> {
  const input = `${part(header)}.${payload}`;
  const ecdsa = { name: "ECDSA", hash: "SHA-256" };
  const signature = await crypto.subtle.sign(ecdsa, privateKey, new TextEncoder().encode(input));
  return `${input}.${base64(new Uint8Array(signature))}`;
}

Deno.test("tokens of this service are accepted beside an issuer's, and a JWT is refused where no issuer is configured", async () => {
  await using idp = await startIdentityProvider();
  await withService(async ({ client }) => {
    assert.equal((await (await client("ada")).get("/api/me")).status, 200);
  }, idp.env);
  await withService(async ({ request }) => {
    const answer = await request("/api/me", await idp.auth("ada"));
    assert.deepEqual([answer.status, answer.body.error.message], [
      401,
      "Cannot accept the bearer token: it was not issued here",
    ]);
  });
  assert.equal(idp.server.requests.length, 0);
});

Deno.test("a JWT may read and write", async () => {
  await withIssuer(async ({ request, idp }) => {
    const { headers } = await idp.auth("ada");
    const { status } = await request("/api/me", {
      method: "PATCH",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ display_name: "Ada" }),
    });
    assert.equal(status, 200);
  });
});
