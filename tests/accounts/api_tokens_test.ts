import assert from "node:assert/strict";
import { loggedIn } from "../support/browser.ts";
import { type Answer, type Client, type TestService, withService } from "../support/service.ts";

const TOKENS = "/api/me/tokens";
const READ = { name: "backup", scopes: ["read"] };

function as(service: TestService, token: string, path = "/api/me", init: RequestInit = {}): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return service.request(path, { ...init, headers });
}

async function make(client: Client, body: Record<string, unknown> = READ): Promise<Answer["body"]> {
  const { status, body: made } = await client.post(TOKENS, body);
  assert.equal(status, 201, JSON.stringify(made));
  return made;
}

Deno.test("POST /api/me/tokens answers 201 with the text of the token, which no later answer has", async () => {
  await withService(async (service) => {
    const ada = await service.client("ada");
    const made = await make(ada, { name: " backup ", scopes: ["read"], expires_at: null });
    const { token, ...shown } = made;
    assert.match(token, /^wax_[\w-]{43}$/);
    assert.deepEqual(shown, {
      id: made.id,
      name: "backup",
      scopes: ["read"],
      created_at: "2026-11-23T12:00:00.000Z",
      last_used_at: null,
      expires_at: null,
    });
    const list = await ada.get(TOKENS);
    assert.deepEqual(list.body.find((one: { id: string }) => one.id === made.id), shown);
    assert.ok(!JSON.stringify(list.body).includes(token));
    const kept = await service.deps.sql`select * from api_tokens`;
    assert.ok(!JSON.stringify(kept).includes(token));
  });
});

Deno.test("a token does what its scopes say and nothing else", async () => {
  await withService(async (service) => {
    const ada = await service.client("ada");
    const { token: reading } = await make(ada);
    const { token: writing } = await make(ada, { name: "w", scopes: ["write"] });
    const { token: both } = await make(ada, { name: "b", scopes: ["read", "write"] });
    const patch = { method: "PATCH", body: "{}" };
    const statuses = async (token: string) => [
      (await as(service, token)).status,
      (await as(service, token, "/api/me", patch)).status,
    ];
    assert.deepEqual(await statuses(reading), [200, 403]);
    assert.deepEqual(await statuses(writing), [403, 200]);
    assert.deepEqual(await statuses(both), [200, 200]);
  });
});

Deno.test("a token makes no token with a scope that it has not", async () => {
  await withService(async (service) => {
    const ada = await service.client("ada");
    const { token: writing } = await make(ada, { name: "w", scopes: ["write"] });
    const from = (scopes: string[]) =>
      as(service, writing, TOKENS, { method: "POST", body: JSON.stringify({ name: "child", scopes }) });
    assert.deepEqual([(await from(["read"])).status, (await from(["read", "write"])).status], [403, 403]);
    assert.equal((await from(["write"])).status, 201);
    const browser = await loggedIn(service, "bob@example.com");
    assert.equal((await browser.post(TOKENS, { name: "mine", scopes: ["read", "write"] })).status, 201);
  });
});

Deno.test("DELETE /api/me/tokens/{id} ends a token at once, and nobody else's", async () => {
  await withService(async (service) => {
    const [ada, bob] = [await service.client("ada"), await service.client("bob")];
    const { id, token } = await make(ada);
    assert.equal((await as(service, token)).status, 200);
    for (const path of [`${TOKENS}/${id}`, `${TOKENS}/${crypto.randomUUID()}`, `${TOKENS}/x`]) {
      assert.equal((await bob.delete(path)).status, 404);
    }
    assert.equal((await as(service, token)).status, 200);
    assert.equal((await ada.delete(`${TOKENS}/${id}`)).status, 204);
    assert.equal((await as(service, token)).status, 401);
    assert.equal((await ada.delete(`${TOKENS}/${id}`)).status, 404);
    assert.ok(!(await ada.get(TOKENS)).body.some((one: { id: string }) => one.id === id));
  });
});

Deno.test("a token is good until the moment it expires, also where it was used a moment before", async () => {
  await withService(async (service) => {
    const ada = await service.client("ada");
    const { token } = await make(ada, { ...READ, expires_at: "2026-11-23T14:00:02+02:00" });
    service.clock.advance(1_999);
    assert.equal((await as(service, token)).status, 200);
    service.clock.advance(1);
    assert.equal((await as(service, token)).status, 401);
  });
});

Deno.test("the last use of a token is written at most once a minute", async () => {
  await withService(async (service) => {
    const ada = await service.client("ada");
    const { id, token } = await make(ada);
    const lastUse = async () =>
      (await ada.get(TOKENS)).body.find((one: { id: string }) => one.id === id).last_used_at;
    const uses: string[] = [];
    for (const ms of [0, 59_999, 1, 5_000]) {
      service.clock.advance(ms);
      service.deps.callers.forget("all");
      await as(service, token);
      uses.push(await lastUse());
    }
    const [noon, minute] = ["2026-11-23T12:00:00.000Z", "2026-11-23T12:01:00.000Z"];
    assert.deepEqual(uses, [noon, noon, minute, minute]);
  });
});

Deno.test("GET /api/me/tokens pages through one's own tokens, newest first", async () => {
  await withService(async (service) => {
    const [ada, bob] = [await service.client("ada"), await service.client("bob")];
    for (let at = 1; at <= 4; at++) {
      service.clock.advance(1_000);
      await make(ada, { ...READ, name: `t${at}` });
    }
    await make(bob);
    const names: string[] = [];
    let path: string | null = `${TOKENS}?limit=2`;
    while (path) {
      const { body, headers }: Answer = await ada.get(path);
      names.push(...body.map((one: { name: string }) => one.name));
      const cursor: string | null = headers.get("x-next-cursor");
      path = cursor && `${TOKENS}?limit=2&cursor=${cursor}`;
    }
    assert.deepEqual(names, ["t4", "t3", "t2", "t1", "dev"]);
  });
});

const REFUSED: [string, Record<string, unknown>, string][] = [
  ["no name", { name: undefined }, "name"],
  ["an empty name", { name: " " }, "name"],
  ["a name of 121 characters", { name: "x".repeat(121) }, "name"],
  ["no scopes", { scopes: [] }, "scopes"],
  ["an unknown scope", { scopes: ["admin"] }, "scopes.0"],
  ["a scope twice", { scopes: ["read", "read"] }, "scopes"],
  ["an expiry in the past", { expires_at: "2026-11-23T11:59:59Z" }, "expires_at"],
  ["an expiry now", { expires_at: "2026-11-23T12:00:00Z" }, "expires_at"],
  ["an expiry without zone", { expires_at: "2026-11-24T12:00:00" }, "expires_at"],
  ["an expiry that is a number", { expires_at: 1 }, "expires_at"],
  ["an unknown field", { colour: 1 }, "colour"],
];

for (const [what, fields, field] of REFUSED) {
  Deno.test(`POST /api/me/tokens answers 422 for ${what}, naming ${field}`, async () => {
    await withService(async ({ client }) => {
      const { status, body } = await (await client("ada")).post(TOKENS, { ...READ, ...fields });
      assert.equal(status, 422, JSON.stringify(body));
      assert.equal(body.error.details[0].loc.join("."), `body.${field}`);
    });
  });
}

Deno.test("a user has at most 100 live tokens, also when two are made at once", async () => {
  await withService(async (service) => {
    const ada = await service.client("ada");
    for (let at = 0; at < 98; at++) await make(ada);
    const answers = await Promise.all([ada.post(TOKENS, READ), ada.post(TOKENS, READ)]);
    assert.deepEqual(answers.map((one) => one.status).sort(), [201, 409]);
    await ada.delete(`${TOKENS}/${answers.find((one) => one.status === 201)!.body.id}`);
    assert.equal((await ada.post(TOKENS, READ)).status, 201);
  });
});
