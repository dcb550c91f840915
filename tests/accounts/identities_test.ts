import assert from "node:assert/strict";
import { sha256 } from "../../src/platform/crypto.ts";
import { untilWaiting } from "../support/database.ts";
import {
  type IdentityProvider,
  startIdentityProvider,
  type TokenWish,
  trusting,
} from "../support/identity_provider.ts";
import { type Answer, type TestService, withService } from "../support/service.ts";

const UUID = "3f2c1b6e-8a7d-4c5e-9b0a-1d2e3f4a5b6c";
const EMAIL = "ada@example.com";
const NOON_SECONDS = Date.parse("2026-11-23T12:00:00Z") / 1000;

type Room = TestService & {
  idp: IdentityProvider;
  /** GET /api/me with a token of the issuer. */
  me: (subject: string, claims?: TokenWish["claims"]) => Promise<Answer>;
};

async function withIssuer(work: (room: Room) => Promise<void>): Promise<void> {
  await using idp = await startIdentityProvider();
  await withService(async (service) => {
    await work({ ...service, idp, me: asOf(service, idp) });
  }, idp.env);
}

const asOf =
  (service: TestService, idp: IdentityProvider) =>
  async (subject: string, claims: TokenWish["claims"] = {}) =>
    await service.request("/api/me", await idp.auth(subject, { claims }));

Deno.test("a UUID subject of the first issuer is the user id, any other gets one of its own, always the same", async () => {
  await withIssuer(async ({ me }) => {
    assert.equal((await me(UUID)).body.id, UUID);
    const { id } = (await me("auth0|ada")).body;
    assert.notEqual(id, UUID);
    assert.equal((await me("auth0|ada")).body.id, id);
    assert.notEqual((await me("auth0|Ada")).body.id, id);
  });
});

/** Claims of a first token, and the address and its state that the account gets; null: the one nobody has. */
const EMAILS: [string, Record<string, unknown>, string | null, boolean][] = [
  ["an e-mail", { email: EMAIL }, EMAIL, true],
  ["a verified e-mail", { email: EMAIL, email_verified: true }, EMAIL, true],
  ["a verified e-mail, said as text", { email: EMAIL, email_verified: "true" }, EMAIL, true],
  ["an unverified e-mail", { email: EMAIL, email_verified: false }, EMAIL, false],
  ["an unverified e-mail, said as text", { email: EMAIL, email_verified: "false" }, EMAIL, false],
  ["no e-mail", {}, null, false],
  ["no e-mail that is verified", { email_verified: true }, null, false],
  ["an empty e-mail", { email: "" }, null, false],
  ["an e-mail that is none", { email: "ada at home" }, null, false],
  ["an e-mail that is null", { email: null }, null, false],
];

for (const [what, claims, email, verified] of EMAILS) {
  Deno.test(`the first token with ${what} makes an account with ${email ?? "<id>@users.invalid"}, ${verified ? "verified" : "unverified"}`, async () => {
    await withIssuer(async ({ me, deps }) => {
      const { body } = await me("ada", claims);
      assert.equal(body.email, email ?? `${body.id}@users.invalid`);
      assert.deepEqual([body.preferences.currency, body.preferences.timezone], ["USD", "UTC"]);
      assert.deepEqual((await deps.sql`select email_verified as v from users`)[0]!["v"], verified);
    });
  });
}

Deno.test("an e-mail that a newer token verifies or changes is taken over, one of an older token is not", async () => {
  await withIssuer(async ({ me, deps }) => {
    const at = (seconds: number, claims: Record<string, unknown>) =>
      me("ada", { iat: NOON_SECONDS + seconds, ...claims });
    const now = async () => {
      const [row] = await deps.sql`select email, email_verified from users`;
      return [row!["email"], row!["email_verified"]];
    };
    await at(0, { email: EMAIL, email_verified: false });
    await at(1, { email: EMAIL, email_verified: true });
    assert.deepEqual(await now(), [EMAIL, true]);
    await at(3, { email: "new@example.com" });
    await at(2, { email: EMAIL });
    await at(3, { email: EMAIL });
    await at(4, {});
    await me("ada", { iat: undefined, email: EMAIL });
    assert.deepEqual(await now(), ["new@example.com", true]);
  });
});

Deno.test("first tokens that come at once make one user", async () => {
  await withIssuer(async ({ idp, request, deps }) => {
    await request("/api/me", await idp.auth("warm-up"));
    for (const subject of [UUID, "auth0|ada"]) {
      const auth = await idp.auth(subject, { claims: { email: EMAIL } });
      const answers = await Promise.all(Array.from({ length: 12 }, () => request("/api/me", auth)));
      assert.deepEqual(new Set(answers.map((one) => one.status)), new Set([200]));
      assert.equal(new Set(answers.map((one) => one.body.id)).size, 1);
    }
    assert.equal((await deps.sql`select id from users`).length, 3);
    assert.equal((await deps.sql`select user_id from preferences`).length, 3);
  });
});

Deno.test("two issuers cannot take over each other's users by subject, e-mail or a subject that is a user id", async () => {
  await using first = await startIdentityProvider();
  await using second = await startIdentityProvider();
  await withService(async (service) => {
    const [asFirst, asSecond] = [asOf(service, first), asOf(service, second)];
    const claims = { email: EMAIL, email_verified: true };
    const ada = (await asFirst(UUID, claims)).body;
    const bob = (await asFirst("auth0|bob")).body;
    const others = [
      (await asSecond(UUID, claims)).body,
      (await asSecond("auth0|bob")).body,
      (await asSecond(bob.id)).body,
      (await asSecond("mallory", { email: EMAIL.toUpperCase() })).body,
    ];
    assert.equal(new Set([ada.id, bob.id, ...others.map((one) => one.id)]).size, 6);
    assert.equal((await asFirst(UUID, claims)).body.id, ada.id);
    // Nor does the first issuer get a user of the second whose id it names.
    assert.notEqual((await asFirst(others[0].id)).body.id, others[0].id);
    // A token that says one issuer and is signed by the other is nobody's.
    const forged = await first.auth(UUID, { key: second.keys[0]!, claims });
    assert.equal((await service.request("/api/me", forged)).status, 401);
  }, trusting(first, second));
});

Deno.test("a UUID subject of the second issuer does not reserve the id for the first, whoever comes first", async () => {
  await using first = await startIdentityProvider();
  await using second = await startIdentityProvider();
  await withService(async (service) => {
    assert.notEqual((await asOf(service, second)(UUID)).body.id, UUID);
    assert.equal((await asOf(service, first)(UUID)).body.id, UUID);
  }, trusting(first, second));
});

Deno.test("an e-mail never links an account of an issuer and one made here, in neither order", async () => {
  await withIssuer(async ({ client, me }) => {
    const issued = (await me("ada", { email: EMAIL, email_verified: true })).body.id;
    const made = await client("ada");
    assert.notEqual(made.userId, issued);
    assert.equal((await client("ada")).userId, made.userId);
    const bob = await client("bob");
    assert.notEqual((await me("bob", { email: "bob@example.com" })).body.id, bob.userId);
    assert.equal((await me("ada")).body.id, issued);
  });
});

Deno.test("a subject that is the id of an account made here does not get that account", async () => {
  await withIssuer(async ({ client, me }) => {
    const ada = await client("ada");
    const { status, body } = await me(ada.userId);
    assert.deepEqual([status, body.id === ada.userId], [200, false]);
  });
});

Deno.test("tokens issued before invalidate_before, or without a time of issue, answer 401; later ones work", async () => {
  await withIssuer(async ({ me, deps }) => {
    await me("ada");
    await deps.sql`update users set invalidate_before = ${new Date((NOON_SECONDS + 10) * 1000)}`;
    const at = async (iat: number | undefined) => (await me("ada", { iat })).status;
    assert.deepEqual(
      [
        await at(NOON_SECONDS + 9),
        await at(undefined),
        await at(NOON_SECONDS + 10),
        await at(NOON_SECONDS + 11),
      ],
      [401, 401, 200, 200],
    );
  });
});

Deno.test("a deactivated account answers 403, also to tokens that its deactivation ended", async () => {
  await withIssuer(async ({ me, deps }) => {
    await me("ada");
    await deps.sql`update users set is_active = false, invalidate_before = ${new Date(
      NOON_SECONDS * 1000 + 1,
    )}`;
    assert.equal((await me("ada")).status, 403);
    assert.equal((await me("ada", { iat: NOON_SECONDS + 60 })).status, 403);
  });
});

Deno.test("a deleted identity answers 401 until its tombstone ends, and is then somebody new", async () => {
  await withIssuer(async ({ me, deps, idp, clock }) => {
    const until = new Date((NOON_SECONDS + 60) * 1000);
    await me(UUID);
    const bury = async (issuer: string, subject: string) =>
      void await deps.sql`insert into identity_tombstones values (${issuer}, ${await sha256(
        subject,
      )}, ${until})`;
    await bury(idp.issuer, UUID);
    await bury("https://elsewhere.example", "bob");
    await deps.sql`delete from users`;
    assert.equal((await me(UUID)).status, 401);
    assert.equal((await deps.sql`select id from users`).length, 0);
    assert.equal((await deps.sql`select subject from identities`).length, 0);
    assert.equal((await me("bob")).status, 200);
    clock.set(new Date(until.getTime() - 1));
    assert.equal((await me(UUID)).status, 401);
    clock.set(until);
    assert.equal((await me(UUID)).body.id, UUID);
  });
});

Deno.test("a first token that meets a deletion on its way waits for it and answers 401", async () => {
  await withIssuer(async ({ me, deps, idp }) => {
    await me("warm-up");
    const { id } = (await me("ada")).body;
    const deleted = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const deletion = deps.sql.begin(async (tx) => {
      await tx`delete from users where id = ${id}`;
      await tx`insert into identity_tombstones
               values (${idp.issuer}, ${await sha256("ada")}, ${new Date((NOON_SECONDS + 60) * 1000)})`;
      deleted.resolve();
      await goOn.promise;
    });
    await deleted.promise;
    // As a request that read "no account" just before: it inserts while the deletion holds the row.
    const { identifyUser } = await import("../../src/accounts/identify_user.ts");
    const blind = new Proxy(deps.sql, {
      apply: (target, self, args) =>
        String(args[0]).includes("from identities i join users")
          ? Promise.resolve([])
          : Reflect.apply(target, self, args),
    });
    const late = identifyUser({ ...deps, sql: blind }, {
      issuer: idp.issuer,
      subject: "ada",
      is_first_issuer: true,
      issued_at: null,
      expires_at: new Date((NOON_SECONDS + 60) * 1000),
      email: null,
      email_verified: false,
      is_admin: false,
    });
    const refused = assert.rejects(late, /its account was deleted/);
    await untilWaiting(deps.sql);
    goOn.resolve();
    await deletion;
    await refused;
    assert.equal((await deps.sql`select id from users where id = ${id}`).length, 0);
  });
});

Deno.test("a request with a JWT asks the database once for who it is, and the next one not at all", async () => {
  await withIssuer(async ({ idp, deps, me }) => {
    await me("ada", { email: EMAIL });
    let statements = 0;
    const counting = new Proxy(deps.sql, {
      apply: (target, self, args) => {
        statements++;
        return Reflect.apply(target, self, args);
      },
    });
    const { authenticate } = await import("../../src/accounts/authenticate.ts");
    const token = await idp.token("ada", { claims: { email: EMAIL, iat: NOON_SECONDS + 5 } });
    const credentials = { authorization: `Bearer ${token}`, cookie: null };
    const { caller } = await authenticate({ ...deps, sql: counting }, credentials);
    await authenticate({ ...deps, sql: counting }, credentials);
    assert.deepEqual([statements, caller.scopes, caller.is_admin], [1, ["read", "write"], false]);
  });
});
