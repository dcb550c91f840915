/** Every documented operation, called as it should be: what it answers is what the published document says. */
import assert from "node:assert/strict";
import type { MountedOperation } from "../../src/platform/api/document.ts";
import { readEvents } from "../support/events.ts";
import { ENTRIES, entryOf } from "./entries/mod.ts";
import type { Seen } from "./support/call.ts";
import { assertAnswer, callValidly, credentialOf, eachOperation } from "./support/checks.ts";
import { anAlertOf } from "./support/rows.ts";
import type { Json, Published } from "./support/published.ts";
import { withWorld, type World } from "./support/world.ts";

const all = () => true;

Deno.test("every operation has an entry here, and every entry an operation", async () => {
  await withWorld(({ operations }) => {
    assert.deepEqual(Object.keys(ENTRIES).sort(), operations.map(({ spec }) => spec.id).sort());
    return Promise.resolve();
  });
});

Deno.test("a valid call with a token succeeds as documented", async (t) => {
  await eachOperation(t, all, async (world, operation) => {
    const { seen } = await callValidly(world, operation);
    assertAnswer(world, operation, { seen, status: world.published.successes(operation) });
  });
});

Deno.test("a valid call with a browser's cookie succeeds as documented", async (t) => {
  await eachOperation(t, ({ spec }) => (spec.access ?? "user") === "user", async (world, operation) => {
    const who = await world.person();
    const call = await entryOf(operation).valid(who);
    const seen = await world.call(operation, call, await who.logIn());
    assertAnswer(world, operation, { seen, status: world.published.successes(operation) });
  });
});

Deno.test("a browser that wants a page gets one that is documented, also where it is refused", async (t) => {
  const isShown = ({ path }: MountedOperation) => /^\/api\/(auth|unsubscribe|messages)\/|^\/docs/.test(path);
  await eachOperation(t, isShown, async (world, operation) => {
    const asPage = (headers?: Record<string, string>) => ({ ...headers, accept: "text/html" });
    const { call, who, seen } = await callValidly(world, operation, (call) => ({
      ...call,
      headers: asPage(call.headers),
    }));
    assertAnswer(world, operation, { seen, status: world.published.successes(operation) });
    const wrong = entryOf(operation).refused ?? [];
    for (const again of [call, ...wrong.map((one) => ({ ...one, headers: asPage(one.headers) }))]) {
      const refused = await world.call(operation, again, await credentialOf(operation, who));
      assert.deepEqual(world.published.problemsOf(operation, refused), [], refused.text.slice(0, 300));
    }
  });
});

/** Answers that are like `seen` but for one thing that is not documented. */
function doctored(published: Published, operation: MountedOperation, seen: Seen): Map<string, Seen> {
  const found = new Map<string, Seen>([
    ["another status", { ...seen, status: 418 }],
    ["no request id", { ...seen, headers: without(seen.headers, "x-request-id") }],
  ]);
  if (operation.path.startsWith("/api/")) {
    found.set("no cache-control", { ...seen, headers: without(seen.headers, "cache-control") });
  }
  const { content } = published.operation(operation).responses[seen.status]!;
  const schema = content?.["application/json"]?.schema;
  if (!content) found.set("a body", { ...seen, text: "{}" });
  else {
    const headers = new Headers(seen.headers);
    headers.set("content-type", "application/x-other");
    found.set("another type", { ...seen, headers });
  }
  if (!schema || !seen.headers.get("content-type")?.includes("json")) return found;
  const body = JSON.parse(seen.text);
  const [item, wrap] = Array.isArray(body)
    ? [body[0], (one: unknown) => [one, ...body.slice(1)]]
    : [body, (one: unknown) => one];
  const add = (what: string, value: unknown) =>
    found.set(what, { ...seen, text: JSON.stringify(wrap(value)) });
  add("a text in place of it", "x");
  if (typeof item !== "object" || item === null) return found;
  if (!LOOSE.has(operation.spec.id)) add("one property more", { ...item, undocumented: 1 });
  for (const name of requiredOf(published, schema)) {
    add(`no ${name}`, Object.fromEntries(Object.entries(item).filter(([key]) => key !== name)));
    const isObject = typeof item[name] === "object" && item[name] !== null && !Array.isArray(item[name]);
    add(`another ${name}`, { ...item, [name]: isObject ? "x" : { a: { b: [1] } } });
  }
  return found;
}

/** Answers that are somebody else's format: the OpenAPI document. */
const LOOSE = new Set(["getApiDocument"]);

function without(headers: Headers, name: string): Headers {
  const rest = new Headers(headers);
  rest.delete(name);
  return rest;
}

function requiredOf(published: Published, schema: Json): string[] {
  const { items, required } = published.resolve(schema);
  if (items) return requiredOf(published, items as Json); // safe: a schema's items are a schema
  return (required ?? []) as string[]; // safe: so it is in JSON Schema
}

Deno.test("an answer with anything undocumented is refused: the check can fail", async (t) => {
  await eachOperation(t, all, async (world, operation) => {
    const { seen } = await callValidly(world, operation);
    for (const [what, answer] of doctored(world.published, operation, seen)) {
      assert.notDeepEqual(world.published.problemsOf(operation, answer), [], `${what} was accepted`);
    }
  });
});

/** Places of the document where an object of an answer may have properties that are not named. */
function openObjects(value: unknown, place: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  const schema = value as Json; // safe: what else is no object
  const isOpen = schema["properties"] !== undefined && schema["additionalProperties"] !== false;
  return [
    ...(isOpen ? [place] : []),
    ...Object.entries(schema).flatMap(([key, one]) => openObjects(one, `${place}/${key}`)),
  ];
}

Deno.test("answers have no undocumented properties, but for those that say so", async () => {
  await withWorld(({ published, operations }) => {
    const answers = Object.fromEntries(
      operations.map((operation) => [operation.spec.id, published.operation(operation).responses]),
    );
    const bodies = new Set(operations.flatMap((one) => bodiesOf(published.operation(one).requestBody)));
    const schemas = Object.entries(published.document.components?.schemas ?? {})
      .filter(([name]) => !bodies.has(name));
    assert.deepEqual(openObjects(answers, ""), ["/getApiDocument/200/content/application/json/schema"]);
    assert.deepEqual(openObjects(Object.fromEntries(schemas), ""), [
      "/Event/properties/payload",
    ]);
    return Promise.resolve();
  });
});

/** Names of the schemas that bodies refer to. */
function bodiesOf(body: unknown): string[] {
  return [...JSON.stringify(body ?? null).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) =>
    name!
  );
}

Deno.test("a stream carries messages as the description has them", async (t) => {
  await eachOperation(t, ({ spec }) => spec.messages !== undefined, async (world, operation) => {
    const who = await world.person();
    await anAlertOf(who);
    await using events = readEvents(await who.client.fetch(`${operation.path}?after=0`));
    const { data } = await events.next();
    const name = operation.spec.messages?.meta()?.id ?? "";
    assert.equal(world.published.mismatch(name, data), null);
    assert.notEqual(world.published.mismatch(name, { ...data, undocumented: 1 }), null);
  });
});

Deno.test("a list names its next page in x-next-cursor and Link until the last, and refuses what is no page", async (t) => {
  await eachOperation(t, ({ spec }) => spec.paged === true, async (world, operation) => {
    const who = await world.person();
    const call = await entryOf(operation).valid(who);
    const auth = await credentialOf(operation, who);
    const page = async (query: Record<string, string>, status = 200) => {
      const seen = await world.call(operation, { ...call, query: { ...call.query, ...query } }, auth);
      assertAnswer(world, operation, { seen, status });
      return seen;
    };
    const whole: unknown[] = JSON.parse((await page({ limit: "200" })).text);
    assert.ok(whole.length >= 2, "the entry makes fewer than two rows");
    await walk(world, operation, { first: await page({ limit: "1" }), auth, whole });
    assert.deepEqual(JSON.parse((await page({ offset: "100000" })).text), []);
    assert.deepEqual(JSON.parse((await page({ offset: "1" })).text), whole.slice(1));
    const cursor = (await page({ limit: "1" })).headers.get("x-next-cursor")!;
    await page({ cursor, offset: "1" }, 422);
    for (const bad of ["x", `${cursor}x`, "é", ""]) await page({ cursor: bad }, 422);
    for (const bad of ["0", "201", "-1", "1.5", "x", "1e1", ""]) await page({ limit: bad }, 422);
    for (const bad of ["-1", "x", "99999999999999999999"]) await page({ offset: bad }, 422);
  });
});

async function walk(
  world: World,
  operation: MountedOperation,
  { first, auth, whole }: { first: Seen; auth: Record<string, string>; whole: unknown[] },
): Promise<void> {
  const rows: unknown[] = [];
  for (let seen = first;;) {
    rows.push(...JSON.parse(seen.text));
    assert.ok(rows.length <= whole.length, "the pages have no end");
    const link = /^<([^>]+)>; rel="next"$/.exec(seen.headers.get("link") ?? "")?.[1];
    assert.equal(new URLSearchParams(link?.split("?")[1]).get("cursor"), seen.headers.get("x-next-cursor"));
    if (!link) break;
    const answer = await world.app.request(link, { headers: auth });
    seen = {
      ...seen,
      target: link,
      status: answer.status,
      headers: answer.headers,
      text: await answer.text(),
    };
    assertAnswer(world, operation, { seen, status: 200 });
  }
  assert.deepEqual(rows, whole);
}

Deno.test("a creation that is sent twice with one Idempotency-Key answers the same, and happens once", async (t) => {
  await eachOperation(t, ({ spec }) => spec.creates === true, async (world, operation) => {
    const who = await world.person();
    const { body, ...rest } = await entryOf(operation).valid(who);
    const send = (key: string, sent: unknown = body) =>
      world.call(operation, { ...rest, body: sent, headers: { "idempotency-key": key } }, who.auth);
    const [first, second] = [await send("k1"), await send("k1")];
    for (const seen of [first, second]) {
      assertAnswer(world, operation, { seen, status: world.published.successes(operation)[0]! });
    }
    assert.equal(second.text, first.text);
    assert.equal(second.headers.get("idempotency-replayed"), "true");
    const other = { ...(body as Json), name: "another", title: undefined }; // safe: bodies of creations are objects
    assertAnswer(world, operation, { seen: await send("k1", other), status: 422 });
    assertAnswer(world, operation, { seen: await send("no key"), status: 422 });
    assertAnswer(world, operation, { seen: await send("x".repeat(256)), status: 422 });
  });
});
