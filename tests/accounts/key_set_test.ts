import assert from "node:assert/strict";
import {
  DISCOVERY_PATH,
  type IdentityProvider,
  JWKS_PATH,
  newKey,
  startIdentityProvider,
} from "../support/identity_provider.ts";
import { hang, html, json } from "../support/scripted_server.ts";
import { type TestService, withService } from "../support/service.ts";

type Room = TestService & {
  idp: IdentityProvider;
  as: (token: string) => Promise<number>;
  reads: () => number;
};

async function withIssuer(work: (room: Room) => Promise<void>): Promise<void> {
  await using idp = await startIdentityProvider();
  await withService(async (service) => {
    const as = async (token: string) =>
      (await service.request("/api/me", { headers: { authorization: `Bearer ${token}` } })).status;
    await work({ ...service, idp, as, reads: () => idp.server.requestsTo(JWKS_PATH).length });
  }, idp.env);
}

Deno.test("keys are read once for many tokens, also when the first come at once", async () => {
  await withIssuer(async ({ idp, as, reads }) => {
    const tokens = await Promise.all(["a", "b", "c", "d"].map((name) => idp.token(name)));
    assert.deepEqual(await Promise.all(tokens.map(as)), [200, 200, 200, 200]);
    assert.equal(await as(tokens[0]!), 200);
    assert.equal(reads(), 1);
  });
});

Deno.test("a rotated key is accepted at its first token, and the old one no longer", async () => {
  await withIssuer(async ({ idp, as, reads, clock }) => {
    const old = await idp.token("ada");
    assert.equal(await as(old), 200);
    clock.advance(10_000);
    idp.keys.splice(0, 1, await newKey("RS256"));
    assert.equal(await as(await idp.token("ada")), 200);
    assert.equal(await as(old), 401);
    assert.equal(reads(), 2);
  });
});

Deno.test("a storm of unknown key ids reads the keys once until the pause of 10 s is over", async () => {
  await withIssuer(async ({ idp, as, reads, clock }) => {
    const good = await idp.token("ada");
    assert.equal(await as(good), 200);
    clock.advance(10_000);
    const forged = await Promise.all(
      Array.from(
        { length: 50 },
        async (_, n) => idp.token("ada", { key: { ...await newKey(), kid: `unknown-${n}` } }),
      ),
    );
    assert.deepEqual(new Set(await Promise.all(forged.map(as))), new Set([401]));
    assert.equal(reads(), 2);
    clock.advance(9_999);
    assert.equal(await as(forged[0]!), 401);
    assert.equal(reads(), 2);
    clock.advance(1);
    assert.equal(await as(forged[0]!), 401);
    assert.equal(reads(), 3);
    assert.equal(await as(good), 200);
  });
});

Deno.test("while the key server hangs, a known key works at once and an unknown one gets 503 within 4 s", async () => {
  await withIssuer(async ({ idp, as, reads, clock }) => {
    const good = await idp.token("ada");
    assert.equal(await as(good), 200);
    clock.advance(10_000);
    idp.server.answer(hang);
    const started = performance.now();
    const rotated = await idp.token("ada", { key: await newKey() });
    const waiting = Promise.all([as(rotated), as(rotated)]);
    assert.equal(await as(good), 200);
    assert.ok(performance.now() - started < 1_000);
    assert.deepEqual(await waiting, [503, 503]);
    assert.ok(performance.now() - started < 4_000);
    // The failure is remembered for 3 s: nobody waits again for the same answer.
    const again = performance.now();
    assert.equal(await as(rotated), 503);
    assert.ok(performance.now() - again < 1_000);
    assert.equal(reads(), 2);
  });
});

const RUBBISH: [string, () => Response][] = [
  ["an error", () => json({ message: "down" }, { status: 500 })],
  ["a web page", () => html(200)],
  ["a redirect", () => new Response(null, { status: 302, headers: { location: "https://evil.example" } })],
  ["JSON that is no key set", () => json({ keys: "none" })],
  ["an empty key set", () => json({ keys: [] })],
  ["a list of nothing", () => json({ keys: [null, 3, {}] })],
  ["half a megabyte", () => json({ keys: [], padding: "x".repeat(600_000) })],
];

for (const [what, answer] of RUBBISH) {
  Deno.test(`a key server that answers ${what} means 503, and known keys still work`, async () => {
    await withIssuer(async ({ idp, as, clock }) => {
      const token = await idp.token("ada");
      idp.server.answer(answer);
      assert.equal(await as(token), 503);
      clock.advance(3_000);
      idp.recover();
      assert.equal(await as(token), 200);
      clock.advance(10_000);
      idp.server.answer(answer);
      assert.equal(await as(await idp.token("ada", { key: await newKey() })), 503);
      assert.equal(await as(token), 200);
    });
  });
}

Deno.test("a key that cannot be read means 503 for its tokens, and the other keys of the set work", async () => {
  await withIssuer(async ({ idp, as }) => {
    const bad = await newKey();
    idp.keys.push({ ...bad, publicJwk: { ...bad.publicJwk, x: undefined } });
    assert.equal(await as(await idp.token("ada", { key: bad })), 503);
    assert.equal(await as(await idp.token("ada")), 200);
  });
});

Deno.test("keys older than 10 min are read again beside a token, older than a day they are forgotten", async () => {
  await withIssuer(async ({ idp, as, reads, clock }) => {
    const token = await idp.token("ada", { claims: { exp: 4_000_000_000 } });
    assert.equal(await as(token), 200);
    clock.advance(599_999);
    assert.equal(await as(token), 200);
    assert.equal(reads(), 1);
    clock.advance(1);
    idp.server.answer(() => json({}, { status: 500 }));
    assert.equal(await as(token), 200);
    clock.advance(86_400_000 - 600_000 - 1);
    assert.equal(await as(token), 200);
    // What was believed a moment ago is for 5 s more.
    clock.advance(5_000);
    assert.equal(await as(token), 503);
    assert.ok(reads() >= 2);
  });
});

Deno.test("a withdrawn key ends with the reading that the next token causes", async () => {
  await withIssuer(async ({ idp, as, clock }) => {
    const withdrawn = await idp.token("ada");
    assert.equal(await as(withdrawn), 200);
    idp.keys.splice(0, 1, await newKey());
    clock.advance(600_000);
    assert.equal(await as(withdrawn), 200);
    // Joins the reading that is on its way, which the line above did not wait for.
    assert.equal(await as(await idp.token("ada")), 200);
    clock.advance(5_000);
    assert.equal(await as(withdrawn), 401);
  });
});

Deno.test("a token without a key id is checked with the only key there is, and answers 401 where there are several", async () => {
  await withIssuer(async ({ idp, as, clock }) => {
    const token = await idp.token("ada", { header: { kid: undefined } });
    assert.equal(await as(token), 200);
    idp.keys.push(await newKey());
    clock.advance(10_000);
    assert.equal(await as(await idp.token("ada", { key: idp.keys[1]! })), 200);
    assert.equal(await as(token), 401);
  });
});

/** What discovery answers, and where the keys then are. */
const DISCOVERY: [string, (issuer: string) => Response, string][] = [
  ["names a key url", (issuer) => json({ issuer, jwks_uri: `${issuer}/certs` }), "/certs"],
  ["is absent", () => json({}, { status: 404 }), JWKS_PATH],
  ["names no issuer", (issuer) => json({ issuer: "", jwks_uri: `${issuer}/certs` }), JWKS_PATH],
  [
    "names another issuer",
    (issuer) => json({ issuer: "https://x.example", jwks_uri: `${issuer}/certs` }),
    JWKS_PATH,
  ],
  ["names no url", (issuer) => json({ issuer, jwks_uri: "/certs" }), JWKS_PATH],
];

for (const [what, discovery, path] of DISCOVERY) {
  Deno.test(`without OIDC_JWKS_URL the keys are at ${path} where discovery ${what}`, async () => {
    await using idp = await startIdentityProvider();
    idp.server.answer((request) =>
      request.path === DISCOVERY_PATH
        ? discovery(idp.issuer)
        : request.path === path
        ? json({ keys: idp.keys.map((key) => key.publicJwk) })
        : json({}, { status: 404 })
    );
    await withService(async ({ request }) => {
      assert.equal((await request("/api/me", await idp.auth("ada"))).status, 200);
      assert.deepEqual(idp.server.requests.map((one) => one.path), [DISCOVERY_PATH, path]);
    }, { ...idp.env, OIDC_JWKS_URL: "" });
  });
}
