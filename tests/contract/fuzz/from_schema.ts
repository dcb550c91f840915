/** Values that a schema of the published document accepts, most of the time. */
import fc from "fast-check";
import type { Json, Published } from "../support/published.ts";
import { nastyText } from "./values.ts";

/** Deepest nesting that is followed; behind it any JSON will do. */
const MAX_DEPTH = 6;
/** Longest text, largest list: what is longer is refused by all. */
const MAX_LENGTH = 40;

/** A value that fits `schema`, as far as it says what it wants. */
export function fitting(published: Published, schema: unknown, depth = 0): fc.Arbitrary<unknown> {
  if (typeof schema !== "object" || schema === null || depth > MAX_DEPTH) {
    return fc.jsonValue({ maxDepth: 1 });
  }
  const found = published.resolve(schema as Json); // safe: checked above
  const inner = (one: unknown) => fitting(published, one, depth + 1);
  if ("const" in found) return fc.constant(found["const"]);
  if (Array.isArray(found["enum"])) return fc.constantFrom(...found["enum"]);
  const choices = found["anyOf"] ?? found["oneOf"];
  if (Array.isArray(choices)) return fc.oneof(...choices.map(inner));
  if (Array.isArray(found["allOf"])) return inner(found["allOf"][0]);
  const types = [found["type"]].flat().filter((type) => typeof type === "string");
  if (types.length === 0) return fc.jsonValue({ maxDepth: 2 });
  return fc.oneof(...types.map((type) => ofType(found, type, inner)));
}

function ofType(
  schema: Json,
  type: string,
  inner: (schema: unknown) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const { minimum = -1e6, maximum = 1e6, minLength = 0, minItems = 0 } = schema as Record<string, number>; // safe: keywords with numbers
  switch (type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
      return mostly(
        fc.oneof(
          fc.constantFrom(minimum, maximum),
          fc.maxSafeInteger().map((value) => Math.min(maximum, Math.max(minimum, value % 1_000))),
        ),
        fc.constantFrom(minimum - 1, maximum + 1),
      );
    case "number":
      return mostly(
        fc.oneof(fc.constantFrom(minimum, maximum), fc.double({ min: 0, max: 1_000, noNaN: true })),
        fc.constantFrom(minimum - 0.01, maximum + 0.01),
      );
    case "array":
      return fc.array(inner(schema["items"]), { minLength: minItems, maxLength: 4 });
    case "object":
      return anObject(schema, inner);
    default:
      return aText(schema, minLength);
  }
}

function aText({ format, maxLength = MAX_LENGTH }: Json, minLength: number): fc.Arbitrary<string> {
  if (format === "uuid") return fc.uuid();
  if (format === "email") return fc.emailAddress();
  if (format === "date-time") {
    return fc.date({ noInvalidDate: true }).map((at) => at.toISOString());
  }
  const most = Math.min(Number(maxLength), MAX_LENGTH);
  const tooLong = fc.constant("x".repeat(Math.min(Number(maxLength) + 1, 3_000)));
  return mostly(
    fc.string({ minLength, maxLength: Math.max(minLength, most), unit: "grapheme" }),
    fc.oneof(tooLong, nastyText),
  );
}

/** One of many values is another: with more of them no object of ten would be accepted. */
function mostly<T>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: other });
}

function anObject(
  { properties = {}, required = [], additionalProperties }: Json,
  inner: (schema: unknown) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const shape = Object.fromEntries(Object.entries(properties as Json).map(([key, one]) => [key, inner(one)])); // safe: schemas by name
  const known = fc.record(shape, { requiredKeys: required as string[] }); // safe: so it is in JSON Schema
  if (typeof additionalProperties !== "object") return known;
  const more = fc.dictionary(fc.string({ maxLength: 10 }), inner(additionalProperties), { maxKeys: 3 });
  return fc.tuple(known, more).map(([one, other]) => ({ ...other, ...one }));
}
