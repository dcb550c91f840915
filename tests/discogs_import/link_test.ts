import assert from "node:assert/strict";
import { createHttpApp } from "../../src/app/http.ts";
import { compose } from "../../src/app/compose.ts";
import { openToken } from "../../src/discogs_import/access_token.ts";
import { findLinkedAccount } from "../../src/discogs_import/store.ts";
import { createCipher } from "../../src/platform/encryption.ts";
import { createLog } from "../../src/platform/log.ts";
import type { Sql } from "../../src/platform/sql.ts";
import { fakeClock } from "../support/clock.ts";
import { withDatabaseUrl } from "../support/database.ts";
import { createClient, testConfig, withService } from "../support/service.ts";

const DISCOGS = "/api/integrations/discogs";
const TOKEN = "dGhlLXRva2VuLW9mLWFkYQ-never-shown";
const LINK = {
  external_user_id: "ada_discogs",
  access_token: TOKEN,
  token_metadata: { access_token_secret: "the-secret-of-ada" },
};
const key = (fill: number) => new Uint8Array(32).fill(fill).toBase64();

async function tokenOf(sql: Sql, user_id: string) {
  const account = await findLinkedAccount(sql, { user_id, provider: "discogs" });
  return account?.token ?? null;
}

async function isLinked(
  client: { get(path: string): Promise<{ body: { integrations: { provider: string; linked: boolean }[] } }> },
) {
  return (await client.get("/api/me")).body.integrations.filter(({ linked }) => linked).map(({ provider }) =>
    provider
  );
}

Deno.test("an account at Discogs is linked, told by status and profile, and forgotten with its token", async () => {
  await withService(async ({ client, clock, deps: { sql } }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    const nothing = {
      connected: false,
      provider: "discogs",
      external_user_id: null,
      connected_at: null,
      has_access_token: false,
      sync: "off",
      next_sync_at: null,
      revoked_at: null,
      notice: null,
    };
    assert.deepEqual((await ada.get(`${DISCOGS}/status`)).body, nothing);
    clock.advance(1000);
    const connected = await ada.post(`${DISCOGS}/connect`, LINK);
    assert.equal(connected.status, 200, JSON.stringify(connected.body));
    assert.deepEqual(connected.body, {
      provider: "discogs",
      external_user_id: "ada_discogs",
      connected: true,
      connected_at: "2026-11-23T12:00:01.000Z",
    });
    assert.deepEqual((await ada.get(`${DISCOGS}/status`)).body, {
      ...connected.body,
      has_access_token: true,
      sync: "off",
      next_sync_at: null,
      revoked_at: null,
      notice: null,
    });
    assert.deepEqual([await isLinked(ada), await isLinked(bob)], [["discogs"], []]);
    assert.deepEqual((await bob.get(`${DISCOGS}/status`)).body, nothing);
    for (const body of [undefined, {}, { revoke: false }]) {
      const gone = await ada.post(`${DISCOGS}/disconnect`, body);
      assert.deepEqual([gone.status, gone.body], [200, { provider: "discogs", disconnected: true }]);
    }
    assert.deepEqual((await ada.get(`${DISCOGS}/status`)).body, nothing);
    assert.deepEqual(await isLinked(ada), []);
    assert.equal((await sql`select user_id from linked_accounts`).length, 0);
  });
});

Deno.test("disconnecting leaves the links of other users", async () => {
  await withService(async ({ client }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    await ada.post(`${DISCOGS}/connect`, LINK);
    await bob.post(`${DISCOGS}/disconnect`);
    assert.equal((await ada.get(`${DISCOGS}/status`)).body.connected, true);
  });
});

Deno.test("without a token only public lists can be imported, and the status says so", async () => {
  await withService(async ({ client, deps: { sql } }) => {
    const ada = await client("ada");
    const bodies = [
      { external_user_id: " ada " },
      { external_user_id: "ada", access_token: null, token_metadata: null },
      { external_user_id: "ada", token_metadata: { scope: "all" } },
    ];
    for (const body of bodies) {
      assert.equal((await ada.post(`${DISCOGS}/connect`, body)).body.external_user_id, "ada");
      const { has_access_token, notice } = (await ada.get(`${DISCOGS}/status`)).body;
      assert.equal(has_access_token, false);
      assert.match(notice, /^Only public lists can be imported, because no access token was given$/);
      assert.equal(await tokenOf(sql, ada.userId), null);
    }
  });
});

Deno.test("connecting again replaces the account and its token, and two at once leave one of them whole", async () => {
  await withService(async ({ client, clock, deps }) => {
    const ada = await client("ada");
    await ada.post(`${DISCOGS}/connect`, LINK);
    clock.advance(1000);
    await ada.post(`${DISCOGS}/connect`, { external_user_id: "ada_two" });
    assert.equal(await tokenOf(deps.sql, ada.userId), null);
    assert.deepEqual((await ada.get(`${DISCOGS}/status`)).body.connected_at, "2026-11-23T12:00:01.000Z");
    const names = Array.from({ length: 8 }, (_, n) => `name-${n}`);
    const answers = await Promise.all(
      names.map((name) =>
        ada.post(`${DISCOGS}/connect`, { external_user_id: name, access_token: `token-of-${name}` })
      ),
    );
    assert.deepEqual(answers.map(({ status }) => status), names.map(() => 200));
    assert.equal((await deps.sql`select user_id from linked_accounts`).length, 1);
    const account = await findLinkedAccount(deps.sql, { user_id: ada.userId, provider: "discogs" });
    const { access_token } = await openToken(deps.cipher, { ...account!, token: account!.token! });
    assert.equal(access_token, `token-of-${account!.external_user_id}`);
  });
});

Deno.test("a token is stored encrypted with its metadata, and opens in its own row only", async () => {
  await withService(async ({ client, deps }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    await ada.post(`${DISCOGS}/connect`, LINK);
    await bob.post(`${DISCOGS}/connect`, { external_user_id: "bob", access_token: "token-of-bob" });
    const stored = JSON.stringify(
      await deps.sql`select l::text as row, encode(token_ciphertext, 'escape') from linked_accounts l`,
    );
    assert.ok(!stored.includes(TOKEN) && !stored.includes(LINK.token_metadata.access_token_secret));
    const account = (await findLinkedAccount(deps.sql, { user_id: ada.userId, provider: "discogs" }))!;
    const opened = await openToken(deps.cipher, { ...account, token: account.token! });
    assert.deepEqual(opened, { access_token: TOKEN, metadata: LINK.token_metadata });
    await deps.sql`
      update linked_accounts b set token_key_id = a.token_key_id, token_nonce = a.token_nonce, token_ciphertext = a.token_ciphertext
      from linked_accounts a where a.user_id = ${ada.userId} and b.user_id = ${bob.userId}`;
    const copied = (await findLinkedAccount(deps.sql, { user_id: bob.userId, provider: "discogs" }))!;
    await assert.rejects(
      openToken(deps.cipher, { ...copied, token: copied.token! }),
      /^Error: Cannot decrypt/,
    );
  });
});

Deno.test("a token whose key was taken away counts as none, and the status says why", async () => {
  await withService(async ({ client, deps }) => {
    const ada = await client("ada");
    await ada.post(`${DISCOGS}/connect`, LINK);
    await deps.sql`update linked_accounts set token_key_id = 'old'`;
    const { connected, has_access_token, notice } = (await ada.get(`${DISCOGS}/status`)).body;
    assert.deepEqual([connected, has_access_token], [true, false]);
    assert.match(notice, /encrypted with a key that is gone: connect again$/);
  });
});

Deno.test("the current key of ENCRYPTION_KEYS encrypts", async () => {
  await withService(async ({ client, deps: { sql } }) => {
    const ada = await client("ada");
    await ada.post(`${DISCOGS}/connect`, LINK);
    assert.equal((await tokenOf(sql, ada.userId))!.key_id, "2026-11");
  }, { ENCRYPTION_KEYS: `2026-11:${key(1)},2025:${key(2)}` });
});

Deno.test("without keys a token is refused with 409 in words for the operator, and a link without one is made", async () => {
  await withDatabaseUrl(async (url) => {
    const config = { ...testConfig(url), encryptionKeys: [] };
    const log = createLog({ format: "json", level: "error", now: () => new Date(0), write: () => {} });
    await using deps = await compose(config, { worksJobs: false, clock: fakeClock(), log });
    const app = createHttpApp(deps);
    const ada = await createClient((path, init) => Promise.resolve(app.request(path, init)), "ada");
    const refused = await ada.post(`${DISCOGS}/connect`, LINK);
    assert.equal(refused.status, 409);
    assert.match(refused.body.error.message, /^Cannot keep an access token: ENCRYPTION_KEYS is not set here/);
    assert.equal((await ada.get(`${DISCOGS}/status`)).body.connected, false);
    assert.equal((await ada.post(`${DISCOGS}/connect`, { external_user_id: "ada" })).status, 200);
  });
});

Deno.test("a token is in no answer and in no line of the log, whatever fails", async () => {
  await withDatabaseUrl(async (url) => {
    const lines: string[] = [];
    const log = createLog({
      format: "json",
      level: "debug",
      now: () => new Date(0),
      write: (line) => lines.push(line),
    });
    await using deps = await compose(testConfig(url), { worksJobs: false, clock: fakeClock(), log });
    const app = createHttpApp(deps);
    const answers: string[] = [];
    const ada = await createClient(async (path, init) => {
      const response = await app.request(path, init);
      answers.push(await response.clone().text(), JSON.stringify([...response.headers]));
      return response;
    }, "ada");
    const bad = [
      LINK,
      { ...LINK, access_token: `${TOKEN} ${TOKEN}` },
      { ...LINK, access_token: TOKEN.repeat(100) },
      { ...LINK, access_token: [TOKEN] },
      { ...LINK, token_metadata: [TOKEN] },
      { ...LINK, token_metadata: TOKEN },
      { ...LINK, external_user_id: "" },
      { ...LINK, [TOKEN.slice(0, 4)]: TOKEN },
    ];
    const statuses = [];
    for (const body of bad) statuses.push((await ada.post(`${DISCOGS}/connect`, body)).status);
    assert.deepEqual(statuses, [200, 422, 422, 422, 422, 422, 422, 422]);
    await ada.get(`${DISCOGS}/status`);
    await ada.get("/api/me");
    await deps.sql`alter table linked_accounts rename column token_key_id to gone`;
    assert.equal((await ada.post(`${DISCOGS}/connect`, LINK)).status, 500);
    assert.ok(
      lines.some((line) => line.includes("request failed")),
      "nothing was logged: the test looks at nothing",
    );
    const said = [...answers, ...lines].join("\n");
    assert.ok(!said.includes(TOKEN) && !said.includes(LINK.token_metadata.access_token_secret));
  });
});

const deep = (depth: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
};

const REFUSED: [string, unknown, string][] = [
  ["no name", {}, "external_user_id"],
  ["an empty name", { external_user_id: "  " }, "external_user_id"],
  ["a name of 121 characters", { external_user_id: "x".repeat(121) }, "external_user_id"],
  ["a name that is a number", { external_user_id: 5 }, "external_user_id"],
  ["an empty token", { external_user_id: "x", access_token: "" }, "access_token"],
  ["a token of 1,001 characters", { external_user_id: "x", access_token: "x".repeat(1_001) }, "access_token"],
  ["a token with a line break", { external_user_id: "x", access_token: "a\nb" }, "access_token"],
  ["metadata that is a list", { external_user_id: "x", token_metadata: [] }, "token_metadata"],
  [
    "metadata of 5,000 characters",
    { external_user_id: "x", token_metadata: { a: "x".repeat(5_000) } },
    "token_metadata",
  ],
  [
    "metadata nested 3,000 deep",
    { external_user_id: "x", token_metadata: { a: deep(3_000) } },
    "token_metadata",
  ],
  ["an unknown field", { external_user_id: "x", colour: 1 }, "colour"],
];

for (const [what, body, field] of REFUSED) {
  Deno.test(`POST ${DISCOGS}/connect answers 422 for ${what}, naming ${field}, and links nothing`, async () => {
    await withService(async ({ client, deps: { sql } }) => {
      const answer = await (await client("ada")).post(`${DISCOGS}/connect`, body);
      assert.equal(answer.status, 422, JSON.stringify(answer.body));
      assert.deepEqual(answer.body.error.details.map((one: { loc: string[] }) => one.loc), [["body", field]]);
      assert.equal((await sql`select user_id from linked_accounts`).length, 0);
    });
  });
}

Deno.test("both sides of every bound of a link: 120 characters of name and 1,000 of token are taken", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    const body = { external_user_id: "x".repeat(120), access_token: "y".repeat(1_000), token_metadata: {} };
    assert.equal((await ada.post(`${DISCOGS}/connect`, body)).status, 200);
    assert.equal((await ada.post(`${DISCOGS}/disconnect`, { revoke: "yes" })).status, 422);
    assert.equal((await ada.get(`${DISCOGS}/status`)).body.has_access_token, true);
  });
});

Deno.test("the link to Discogs needs a token, and one for reading may not change it", async () => {
  await withService(async ({ client, request, deps: { sql } }) => {
    const ada = await client("ada");
    for (const path of ["connect", "disconnect"]) {
      const { status } = await request(`${DISCOGS}/${path}`, { method: "POST" });
      assert.equal(status, 401);
    }
    assert.equal((await request(`${DISCOGS}/status`)).status, 401);
    await sql`update api_tokens set scopes = array['read']`;
    assert.equal((await ada.get(`${DISCOGS}/status`)).status, 200);
    assert.equal((await ada.post(`${DISCOGS}/connect`, LINK)).status, 403);
  });
});

Deno.test("a link goes with its user, and keys that differ in order open it all the same", async () => {
  await withService(async ({ client, deps: { sql } }) => {
    const ada = await client("ada");
    await ada.post(`${DISCOGS}/connect`, LINK);
    const account = (await findLinkedAccount(sql, { user_id: ada.userId, provider: "discogs" }))!;
    const rotated = createCipher([{ id: "b", bytes: new Uint8Array(32) }, {
      id: "a",
      bytes: new Uint8Array(32).fill(1),
    }]);
    assert.equal((await openToken(rotated, { ...account, token: account.token! })).access_token, TOKEN);
    await sql`delete from users where id = ${ada.userId}`;
    assert.equal((await sql`select user_id from linked_accounts`).length, 0);
  }, { ENCRYPTION_KEYS: `a:${key(1)}` });
});
