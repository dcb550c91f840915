/** Every operation, called as it should not be: the status that the contract names, in the envelope, naming the field. */
import assert from "node:assert/strict";
import type { MountedOperation } from "../../src/platform/api/document.ts";
import { entryOf } from "./entries/mod.ts";
import { type Call, initOf, see, targetOf } from "./support/call.ts";
import { assertAnswer, credentialOf, eachOperation } from "./support/checks.ts";
import { operationsAt, paramsOf } from "./support/operations.ts";
import type { World } from "./support/world.ts";

const takesBody = ({ spec }: MountedOperation) => spec.body !== undefined;
const takesJson = (operation: MountedOperation) => takesBody(operation) && !takesText(operation);
const takesText = ({ spec }: MountedOperation) => spec.textBody !== undefined;

/** Bodies that no operation reads, whatever it does. */
const NO_OBJECTS = [3, "text", true, [3], [[]], [null]];

/** What a body is, as bytes, where JSON in UTF-8 is expected. */
const NO_JSON: readonly [string, BodyInit][] = [
  ["half an object", "{"],
  ["nothing but white space", " "],
  ["a single quote", "{'a':1}"],
  ["a comma too many", '{"a":1,}'],
  ["NaN", '{"a":NaN}'],
  ["two values", "{} {}"],
  ["no UTF-8", new Uint8Array([123, 34, 255, 34, 58, 49, 125])],
  ["half a character", new Uint8Array([34, 0xe2, 0x82, 34])],
  ["UTF-16", new Uint8Array([0xff, 0xfe, 123, 0, 125, 0])],
];

/** Types that are not JSON. */
const OTHER_TYPES = [
  "text/plain",
  "application/xml",
  "multipart/form-data; boundary=x",
  "application/jsonx",
  "json",
  "",
];

Deno.test("a well-formed call with a wrong value is refused with 422, which names a place in it", async (t) => {
  await eachOperation(
    t,
    (operation) => (entryOf(operation).refused ?? []).length > 0,
    async (world, operation) => {
      const who = await world.person();
      const valid = await entryOf(operation).valid(who);
      const auth = await credentialOf(operation, who);
      for (const wrong of entryOf(operation).refused!) { // safe: the filter above
        const seen = await world.call(
          operation,
          { ...without(valid, "body", "form", "text"), ...wrong },
          auth,
        );
        assertAnswer(world, operation, { seen, status: 422 });
        const { error } = JSON.parse(seen.text);
        const places = error.details.map((one: { loc: string[] }) => one.loc[0]);
        const place = wrong.query ? "query" : wrong.headers ? "header" : "body";
        assert.ok(
          places.every((one: string) => one === place),
          `${seen.text} names another place than ${place}`,
        );
      }
    },
  );
});

function without(call: Call, ...names: (keyof Call)[]): Call {
  return Object.fromEntries(Object.entries(call).filter(([name]) => !names.includes(name as keyof Call)));
}

Deno.test("a body that is no object of the description is refused with 422", async (t) => {
  await eachOperation(t, takesJson, async (world, operation) => {
    const who = await world.person();
    const valid = without(await entryOf(operation).valid(who), "form");
    const auth = await credentialOf(operation, who);
    const sent = Array.isArray(valid.body) ? valid.body[0] : valid.body ?? {};
    for (const body of NO_OBJECTS) {
      const seen = await world.call(operation, { ...valid, body }, auth);
      assertAnswer(world, operation, { seen, status: 422 });
    }
    const unknown = await world.call(operation, { ...valid, body: { ...sent, unknown_field: 1 } }, auth);
    // The signature is another body's, which is found out behind the body's form.
    assertAnswer(world, operation, { seen: unknown, status: allowsMore(world, operation) ? 412 : 422 });
    const empty = await world.call(operation, { ...valid, body: {} }, auth);
    assert.deepEqual(world.published.problemsOf(operation, empty), []);
  });
});

/** Whether a body may hold what the description does not name, as a notice that others write. */
function allowsMore({ published }: World, operation: MountedOperation): boolean {
  const schema = published.operation(operation).requestBody?.content["application/json"]?.schema ?? {};
  return typeof published.resolve(schema)["additionalProperties"] === "object";
}

/** A valid call, sent with another body. */
async function sending(world: World, operation: MountedOperation) {
  const who = await world.person();
  const valid = without(await entryOf(operation).valid(who), "form", "body", "text");
  const auth = await credentialOf(operation, who);
  const target = targetOf(operation, valid);
  return async (body: BodyInit | null, type: string | null) => {
    const { headers, ...init } = initOf(operation, valid, auth);
    const typed = new Headers(headers);
    if (type !== null) typed.set("content-type", type);
    // Bytes: fetch gives texts a type of its own.
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    const response = await world.app.request(target, { ...init, headers: typed, body: bytes });
    return await see(response, { method: init.method!, target }); // safe: initOf() sets it
  };
}

Deno.test("a body that is not well-formed JSON in UTF-8 is refused with 422", async (t) => {
  await eachOperation(t, takesJson, async (world, operation) => {
    const send = await sending(world, operation);
    for (const [what, body] of NO_JSON) {
      const seen = await send(body, "application/json");
      assert.equal(seen.status, 422, what);
      assertAnswer(world, operation, { seen, status: 422 });
    }
    if (operation.spec.bodyOptional) return;
    assertAnswer(world, operation, { seen: await send("", "application/json"), status: 422 });
    assertAnswer(world, operation, { seen: await send(null, "application/json"), status: 422 });
  });
});

Deno.test("a body of text that is not what it should be, or none, is refused with 422", async (t) => {
  await eachOperation(t, takesText, async (world, operation) => {
    const send = await sending(world, operation);
    for (const [what, body] of NO_JSON) {
      const seen = await send(body, operation.spec.textBody!); // safe: the filter above
      assert.equal(seen.status, 422, what);
      assertAnswer(world, operation, { seen, status: 422 });
    }
    assertAnswer(world, operation, { seen: await send(null, operation.spec.textBody!), status: 422 }); // safe: as above
    assertAnswer(world, operation, { seen: await send("{}", "application/json"), status: 415 });
  });
});

Deno.test("a body of another type is refused with 415, whatever is in it", async (t) => {
  await eachOperation(t, takesBody, async (world, operation) => {
    const send = await sending(world, operation);
    for (const type of OTHER_TYPES) {
      assertAnswer(world, operation, { seen: await send("{}", type), status: 415 });
    }
    assertAnswer(world, operation, { seen: await send("{}", null), status: 415 });
    const form = await send("a=b", "application/x-www-form-urlencoded");
    assertAnswer(world, operation, { seen: form, status: operation.spec.form ? 422 : 415 });
  });
});

Deno.test("a body over the limit is refused with 413, with and without a length", async (t) => {
  await eachOperation(t, takesBody, async (world, operation) => {
    const send = await sending(world, operation);
    const size = operation.path.startsWith("/api/dev/listings") ? 17 : takesText(operation) ? 6 : 2;
    const type = operation.spec.textBody ?? "application/json";
    const body = `{"a":"${"x".repeat(size * 1024 * 1024)}"}`;
    assertAnswer(world, operation, { seen: await send(body, type), status: 413 });
    const chunks = new Blob([body]).stream();
    assertAnswer(world, operation, { seen: await send(chunks, type), status: 413 });
  });
});

Deno.test("an id in a path that nobody has, or that is none, is 404", async (t) => {
  await eachOperation(t, ({ path }) => paramsOf(path).length > 0, async (world, operation) => {
    const who = await world.person();
    const valid = await entryOf(operation).valid(who);
    const auth = await credentialOf(operation, who);
    for (const name of paramsOf(operation.path)) {
      for (
        const id of [crypto.randomUUID(), "x", "1", "0".repeat(36), "%00", "é", " ", "x".repeat(5_000), "..."]
      ) {
        const call = { ...valid, params: { ...valid.params, [name]: id } };
        assertAnswer(world, operation, { seen: await world.call(operation, call, auth), status: 404 });
      }
    }
  });
});

/** What fetch() can send, so no TRACE. */
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND", "BREW"];

Deno.test("a method that a path does not have is 405 in the envelope, and allow names those that it has", async (t) => {
  await eachOperation(t, () => true, async (world, operation) => {
    const who = await world.person();
    const target = targetOf(operation, {
      params: Object.fromEntries(paramsOf(operation.path).map((one) => [one, "x"])),
    });
    const there = METHODS.filter((method) =>
      operationsAt(world.operations, { method, path: target }).length > 0
    ).map((method) => method.toLowerCase());
    for (const method of METHODS) {
      if (there.includes(method.toLowerCase())) continue;
      const answer = await world.app.request(target, { method, headers: who.auth });
      const seen = await see(answer, { method, target });
      // Where an id stands another path may have a word of its own.
      if (seen.status !== 405) assert.fail(`${method} ${target} answered ${seen.status}`);
      assert.deepEqual(world.published.problemsOf(null, seen), []);
      assert.deepEqual(seen.headers.get("allow")?.toLowerCase().split(", ").sort(), there.sort());
    }
  });
});

Deno.test("a path that is not there is 404 in the envelope", async (t) => {
  await eachOperation(t, ({ spec }) => spec.id === "getProfile", async (world) => {
    const { auth } = await world.person();
    for (
      const target of [
        "/",
        "/api",
        "/api/nothing",
        "/nothing",
        "/api/me/x/y",
        "/api/watch-rules/x/y/z",
        "/%ff",
        "/api/%",
      ]
    ) {
      for (const method of ["GET", "POST", "DELETE"]) {
        const seen = await see(await world.app.request(target, { method, headers: auth }), {
          method,
          target,
        });
        assert.equal(seen.status, 404, `${method} ${target}`);
        assert.deepEqual(world.published.problemsOf(null, seen), []);
      }
    }
  });
});
