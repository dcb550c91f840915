/** Every operation, called by somebody who may not: 401, 403, 404 and 409 as the contract distinguishes them. */
import assert from "node:assert/strict";
import type { MountedOperation } from "../../src/platform/api/document.ts";
import { entryOf } from "./entries/mod.ts";
import { assertAnswer, credentialOf, eachOperation, isOpen, writes } from "./support/checks.ts";
import { paramsOf } from "./support/operations.ts";

const isClosed = (operation: MountedOperation) => !isOpen(operation);
const isUsers = ({ spec }: MountedOperation) => (spec.access ?? "user") === "user";

/** Headers that say nothing valid of who sends them. */
const NOBODY: readonly Record<string, string>[] = [
  {},
  { authorization: "Bearer" },
  { authorization: "Bearer wax_unknown" },
  { authorization: "Bearer a.b.c" },
  { authorization: "Basic YTpi" },
  { authorization: "" },
  { cookie: "waxwatch_session=" },
  { cookie: `waxwatch_session=${"A".repeat(43)}` },
  { cookie: `waxwatch_session=${"A".repeat(43)}`, "sec-fetch-site": "same-origin" },
];

Deno.test("without a valid credential 401, which says how to come in", async (t) => {
  await eachOperation(t, isClosed, async (world, operation) => {
    const call = await entryOf(operation).valid(await world.person());
    for (const headers of NOBODY) {
      const seen = await world.call(operation, call, headers);
      assertAnswer(world, operation, { seen, status: 401 });
      assert.equal(seen.headers.get("www-authenticate"), "Bearer");
    }
  });
});

Deno.test("open to everybody is what says so: it succeeds without a credential", async (t) => {
  await eachOperation(t, isOpen, async (world, operation) => {
    const call = await entryOf(operation).valid(await world.person());
    const seen = await world.call(operation, call);
    assertAnswer(world, operation, { seen, status: world.published.successes(operation) });
  });
});

Deno.test("with the token of a deactivated account 403, with its cookie 401", async (t) => {
  await eachOperation(
    t,
    (operation) => isUsers(operation) && !entryOf(operation).allowsInactive,
    async (world, operation) => {
      const who = await world.person();
      const call = await entryOf(operation).valid(who);
      const browser = await who.logIn();
      await world.deps.sql`update users set is_active = false where id = ${who.userId}`;
      world.deps.callers.forget(new Set([who.userId]));
      assertAnswer(world, operation, { seen: await world.call(operation, call, who.auth), status: 403 });
      assertAnswer(world, operation, { seen: await world.call(operation, call, browser), status: 401 });
    },
  );
});

Deno.test("with a token for reading 403 where something is written, and success elsewhere", async (t) => {
  await eachOperation(t, isUsers, async (world, operation) => {
    const who = await world.person();
    const call = await entryOf(operation).valid(who);
    const { body } = await who.client.post("/api/me/tokens", { name: "reader", scopes: ["read"] });
    const seen = await world.call(operation, call, { authorization: `Bearer ${body.token}` });
    const status = writes(operation) ? 403 : world.published.successes(operation);
    assertAnswer(world, operation, { seen, status });
  });
});

Deno.test("with a browser's cookie from another site's page 409 where something is written, never 401 or 403", async (t) => {
  await eachOperation(t, (operation) => isUsers(operation) && writes(operation), async (world, operation) => {
    const who = await world.person();
    const call = await entryOf(operation).valid(who);
    const { cookie } = await who.logIn();
    const elsewhere: Record<string, string>[] = [
      {},
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site", origin: "http://evil.localhost" },
      { origin: "https://evil.example" },
      { origin: "null" },
    ];
    for (const place of elsewhere) {
      const seen = await world.call(operation, call, { cookie, ...place });
      assertAnswer(world, operation, { seen, status: 409 });
    }
  });
});

Deno.test("by somebody who is no administrator 403 where one is needed", async (t) => {
  await eachOperation(t, ({ spec }) => spec.access === "admin", async (world, operation) => {
    const who = await world.person();
    const call = await entryOf(operation).valid(who);
    assertAnswer(world, operation, { seen: await world.call(operation, call, who.auth), status: 403 });
    const browser = await who.logIn();
    assertAnswer(world, operation, { seen: await world.call(operation, call, browser), status: 403 });
  });
});

const hasOwnIds = (operation: MountedOperation) =>
  paramsOf(operation.path).length > 0 && entryOf(operation).ids === undefined;

Deno.test("an id of somebody else in the path is 404, as one that nobody has, and changes nothing", async (t) => {
  await eachOperation(t, hasOwnIds, async (world, operation) => {
    const ada = await world.person("ada");
    const bob = await world.person("bob");
    const [own, foreign] = [await entryOf(operation).valid(ada), await entryOf(operation).valid(bob)];
    const call = { ...own, params: foreign.params! }; // safe: the filter above
    const seen = await world.call(operation, call, await credentialOf(operation, ada));
    assertAnswer(world, operation, { seen, status: 404 });
    const nobodys = {
      ...own,
      params: Object.fromEntries(paramsOf(operation.path).map((name) => [name, NOBODYS])),
    };
    const unknown = await world.call(operation, nobodys, await credentialOf(operation, ada));
    const [id] = Object.values(call.params);
    assert.equal(seen.text, unknown.text.replaceAll(NOBODYS, id!), "the answer tells that the id exists");
    const still = await world.call(operation, foreign, await credentialOf(operation, bob));
    assertAnswer(world, operation, { seen: still, status: world.published.successes(operation) });
  });
});

const NOBODYS = "00000000-0000-4000-8000-000000000000";

Deno.test("an id of somebody else in query or body does what one that nobody has does", async (t) => {
  await eachOperation(
    t,
    (operation) => entryOf(operation).foreign !== undefined,
    async (world, operation) => {
      const ada = await world.person("ada");
      const bob = await world.person("bob");
      const { call, status } = entryOf(operation).foreign!; // safe: the filter above
      const wrong = await call(ada, bob);
      const headers = await credentialOf(operation, ada);
      const seen = await world.call(operation, wrong, headers);
      assertAnswer(world, operation, { seen, status });
      const id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(JSON.stringify(wrong))![0]; // safe: it holds an id of another
      const nobodys = JSON.parse(JSON.stringify(wrong).replaceAll(id, NOBODYS));
      const unknown = await world.call(operation, nobodys, headers);
      assert.equal(seen.text, unknown.text.replaceAll(NOBODYS, id), "the answer tells that the id exists");
    },
  );
});
