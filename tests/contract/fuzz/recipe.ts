/** Requests that are almost right, as recipes: what is random is drawn beforehand, so that a seed gives the same again. */
import fc from "fast-check";
import type { MountedOperation } from "../../../src/platform/api/document.ts";
import type { Published } from "../support/published.ts";
import { fitting } from "./from_schema.ts";
import { nastyBytes, nastyPair, nastyText, nastyValue, Pairs, write } from "./values.ts";

/** One change to a valid body: where in it (0 the root, towards 1 the last leaf), and what. */
export interface Mutation {
  at: number;
  how: "replace" | "delete" | "add";
  value: unknown;
  pair: readonly [string, unknown];
}

/** What is sent as body. */
export type BodyRecipe =
  | { kind: "valid" | "none" }
  | { kind: "mutated"; mutations: readonly Mutation[] }
  | { kind: "value"; value: unknown }
  | { kind: "bytes"; from: (text: string) => Uint8Array };

/** What stands in a path where an id belongs. `raw` is not encoded. */
export type ParamRecipe = { kind: "own" | "foreign" } | { kind: "text" | "raw"; text: string };

/** How the sender says who he is. */
export type CredentialRecipe = "token" | "cookie" | "none" | { header: string };

/** A request, but for what only the running service knows: ids, tokens and valid calls. */
export interface Recipe {
  operation: MountedOperation;
  /** Which of the two people sends it. */
  who: 0 | 1;
  credential: CredentialRecipe;
  /** Null: the operation's. */
  method: string | null;
  params: readonly ParamRecipe[];
  /** Null: that of a valid call. */
  query: { pairs: readonly (readonly [string, string])[]; encoded: boolean } | null;
  body: BodyRecipe;
  headers: readonly (readonly [string, string])[];
}

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE", "get", "M-SEARCH"];
const TYPES = [
  ...[
    "application/json",
    "application/json; charset=utf-16",
    "APPLICATION/JSON",
    "application/problem+json",
    "+json",
  ],
  ...[
    "text/plain",
    "text/csv",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "",
    "application/json, text/html",
    ";",
  ],
];
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  accept: ["text/html", "*/*", "application/json", "text/html;q=0, */*", "image/png", ""],
  "accept-encoding": ["gzip", "br;q=1.0, *;q=0", "identity;q=0"],
  "accept-language": ["de", "*", "x".repeat(1_000)],
  "content-encoding": ["gzip", "br", "identity"],
  "content-length": ["0", "-1", "99999999999", "abc", "1e3"],
  "content-type": TYPES,
  cookie: [
    "a=b",
    "waxwatch_session",
    "waxwatch_session=; waxwatch_session==",
    "=;;;=",
    `${"a=b; ".repeat(2_000)}`,
  ],
  expect: ["100-continue", "x"],
  forwarded: ["for=1.2.3.4", 'for="[::1]"'],
  host: ["evil.example", "", "[::1]:80"],
  "idempotency-key": ["k1", "k2", "", " ", "x".repeat(255), "x".repeat(256), "\u00e9", "a b"],
  "if-none-match": ["*", '"x"'],
  "last-event-id": ["0", "-1", "1e308", "9007199254740993", "x", "", "٣"],
  origin: ["null", "https://evil.example", "http://localhost", "", "x"],
  prefer: ["respond-async"],
  range: ["bytes=0-1", "bytes=-", "x"],
  referer: ["https://a.example/?token=x", "", "x".repeat(3_000), "javascript:alert(1)"],
  "sec-fetch-site": ["cross-site", "same-origin", "none", ""],
  "transfer-encoding": ["chunked", "gzip, chunked"],
  upgrade: ["websocket", "h2c"],
  "user-agent": ["", "x".repeat(2_000), "\u00ff\u00fe"],
  "x-forwarded-for": ["1.2.3.4", "x", "::1, ::1", `${"1.1.1.1, ".repeat(500)}`],
  "x-http-method-override": ["DELETE"],
  "x-request-id": ["abc-1", "", " ", "x".repeat(200), "a\u00e9"],
};

/** What is no host is refused as no HTTP, before there is an operation; the test of raw HTTP sends that. */
const FIXED = ["host"];

const header = fc.constantFrom(...Object.keys(HEADERS)).chain((name) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...HEADERS[name]!) },
    { weight: FIXED.includes(name) ? 0 : 1, arbitrary: nastyText.map(headerText) },
  ).map((value) => [name, value] as const)
);

/** The text without what no header may hold. */
function headerText(text: string): string {
  return text.slice(0, 5_000).replace(/[^\x20-\x7e\x80-\xff]/g, "").trim();
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  how: fc.constantFrom("replace", "replace", "delete", "add"),
  value: nastyValue,
  pair: nastyPair,
});

const param: fc.Arbitrary<ParamRecipe> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ kind: "own" as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: "foreign" as const }) },
  { weight: 1, arbitrary: fc.uuid().map((text) => ({ kind: "text" as const, text })) },
  { weight: 2, arbitrary: nastyText.map((text) => ({ kind: "text" as const, text: text.toWellFormed() })) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "",
      "%",
      "%zz",
      "%ff",
      "%00",
      "%2F",
      "%2e%2e",
      "..",
      ".",
      ";a=b",
      "a%0d%0ab",
      "%ed%a0%80",
      "{id}",
      "*",
    )
      .map((text) => ({ kind: "raw" as const, text })),
  },
);

const credential: fc.Arbitrary<CredentialRecipe> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom("token" as const) },
  { weight: 3, arbitrary: fc.constantFrom("cookie" as const) },
  { weight: 1, arbitrary: fc.constantFrom("none" as const) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.constantFrom(
        "Bearer",
        "Bearer  ",
        "bearer x",
        "Basic !",
        "Bearer a.b.c",
        "Bearer wax_",
        `Bearer ${"x".repeat(9_000)}`,
      ),
      fc.constantFrom(
        "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.",
        "Bearer e30.e30.e30",
        "Bearer ..",
        "Bearer wax_\u00ff",
      ),
      nastyText.map((text) => `Bearer ${headerText(text)}`),
    ).map((text) => ({ header: text })),
  },
);

/** Requests to one operation. */
export function recipes(
  published: Published,
  operation: MountedOperation,
  params: number,
): fc.Arbitrary<Recipe> {
  const { parameters, requestBody } = published.operation(operation);
  const schema = requestBody?.content["application/json"]?.schema;
  return fc.record({
    operation: fc.constant(operation),
    who: fc.constantFrom(0 as const, 1 as const),
    credential,
    method: fc.oneof({ weight: 20, arbitrary: fc.constant(null) }, {
      weight: 1,
      arbitrary: fc.constantFrom(...METHODS),
    }),
    params: fc.array(param, { minLength: params, maxLength: params }),
    query: query(published, parameters.filter((one) => one.in === "query")),
    body: operation.spec.textBody === undefined ? body(published, schema) : textBody,
    headers: fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(header, { maxLength: 3 }) },
    ),
  });
}

function query(
  published: Published,
  parameters: readonly { name: string; schema: unknown }[],
): fc.Arbitrary<Recipe["query"]> {
  const known = parameters.map(({ name, schema }) =>
    fc.oneof(
      { weight: 3, arbitrary: fitting(published, schema).map(queryText) },
      { weight: 2, arbitrary: nastyText },
    ).map((value) => [name, value.toWellFormed()] as const)
  );
  const unknown = nastyPair.map(([key, value]) =>
    [key.toWellFormed(), queryText(value).toWellFormed()] as const
  );
  const pair = fc.oneof(...known.map((arbitrary) => ({ weight: 2, arbitrary })), {
    weight: 1,
    arbitrary: unknown,
  });
  const pairs = fc.record({ pairs: fc.array(pair, { maxLength: 5 }), encoded: fc.boolean() });
  const none = { weight: parameters.length > 0 ? 1 : 4, arbitrary: fc.constant(null) };
  return fc.oneof(none, { weight: 2, arbitrary: pairs });
}

/** A value as a query has it. Not String(): a value may be an object whose toString is no function. */
function queryText(value: unknown): string {
  return typeof value === "string" ? value : write(value);
}

/** Bytes, as nothing in a text has a name to be changed by. */
const textBody: fc.Arbitrary<BodyRecipe> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom({ kind: "valid" } as const, { kind: "none" } as const) },
  { weight: 5, arbitrary: nastyBytes.map((from): BodyRecipe => ({ kind: "bytes", from })) },
  {
    weight: 5,
    arbitrary: fc.tuple(nastyText, fc.double({ min: 0, max: 1, noNaN: true })).map((
      [text, at],
    ): BodyRecipe => ({
      kind: "bytes",
      from: (valid) => {
        const place = Math.floor(at * valid.length);
        return new TextEncoder().encode(valid.slice(0, place) + text + valid.slice(place));
      },
    })),
  },
);

function body(published: Published, schema: unknown): fc.Arbitrary<BodyRecipe> {
  const value = fc.oneof(nastyValue, nastyPair.map((pair) => new Pairs([pair, pair])))
    .map((one): BodyRecipe => ({ kind: "value", value: one }));
  if (schema === undefined) {
    return fc.oneof(
      { weight: 4, arbitrary: fc.constant({ kind: "valid" } as const) },
      { weight: 1, arbitrary: value },
    );
  }
  // Mostly one: of two, one is refused before the other is looked at.
  const mutations = fc.oneof(
    { weight: 3, arbitrary: fc.array(mutation, { minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.array(mutation, { minLength: 2, maxLength: 3 }) },
  );
  const mutated = mutations
    .map((mutations): BodyRecipe => ({ kind: "mutated", mutations }));
  const fits = fitting(published, schema).map((one): BodyRecipe => ({ kind: "value", value: one }));
  return fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom({ kind: "valid" } as const, { kind: "none" } as const) },
    { weight: 8, arbitrary: mutated },
    { weight: 5, arbitrary: fits },
    { weight: 1, arbitrary: value },
    { weight: 2, arbitrary: nastyBytes.map((from): BodyRecipe => ({ kind: "bytes", from })) },
  );
}
