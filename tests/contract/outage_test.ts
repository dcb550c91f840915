/** Every operation while a part of the service is broken: what fails says so in the envelope, and nothing of itself. */
import assert from "node:assert/strict";
import { createHttpApp } from "../../src/app/http.ts";
import { openPool } from "../../src/platform/database.ts";
import type { Pool, Sql } from "../../src/platform/sql.ts";
import { entryOf } from "./entries/mod.ts";
import { initOf, see, targetOf } from "./support/call.ts";
import { credentialOf, eachOperation } from "./support/checks.ts";
import type { World } from "./support/world.ts";

/** Stands in the error of a broken part, and may be in no answer. */
const SECRET = "select secret from vault where password = 'hunter2'";

/** Asks an app with these parts broken what the real one would answer. */
async function ask(
  { deps, published }: World,
  operation: World["operations"][number],
  { sql, call, headers }: {
    sql: Pool;
    call: Parameters<typeof targetOf>[1];
    headers: Record<string, string>;
  },
) {
  const target = targetOf(operation, call);
  const app = createHttpApp({ ...deps, sql });
  const init = initOf(operation, call, headers);
  const seen = await see(await app.request(target, init), { method: init.method!, target });
  assert.deepEqual(published.problemsOf(operation, seen), [], `${seen.status} ${seen.text.slice(0, 300)}`);
  return seen;
}

Deno.test("while the database is away 503 in the envelope, or an answer that needs none", async (t) => {
  await using gone = openPool({ url: "postgres://nobody@127.0.0.1:1/none", max: 2, acquireMs: 50 });
  let away = 0;
  await eachOperation(t, () => true, async (world, operation) => {
    const who = await world.person();
    const call = await entryOf(operation).valid(who);
    const headers = await credentialOf(operation, who);
    world.deps.callers.forget(new Set([who.userId]));
    const seen = await ask(world, operation, { sql: gone, call, headers });
    if (operation.spec.access !== "public") assert.equal(seen.status, 503);
    if (seen.status === 503) away++;
  });
  assert.ok(away > 10, `${away} operations need the database`);
});

Deno.test("a mistake of ours is 500 in the envelope, with the request's id and without a word of what happened", async (t) => {
  const broken = Object.assign((() => Promise.reject(new Error(SECRET))) as Sql, {
    begin: () => Promise.reject(new Error(SECRET)),
    listen: () => ({ [Symbol.dispose]: () => {} }),
    stats: () => ({ open: 0, idle: 0, waiting: 0, replaced: 0 }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }) as unknown as Pool; // safe: what is asked of it fails
  await eachOperation(t, ({ spec }) => spec.access !== "public", async (world, operation) => {
    const who = await world.person();
    const call = await entryOf(operation).valid(who);
    const headers = await credentialOf(operation, who);
    world.deps.callers.forget(new Set([who.userId]));
    const seen = await ask(world, operation, { sql: broken, call, headers });
    assert.equal(seen.status, 500);
    assert.ok(seen.text.includes(seen.headers.get("x-request-id")!), "the id is not in the answer");
    assert.ok(!seen.text.includes("vault") && !seen.text.includes("hunter2"), seen.text);
  });
});
