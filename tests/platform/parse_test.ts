import assert from "node:assert/strict";
import { z } from "zod";
import { DomainError } from "../../src/platform/errors.ts";
import { parseInput } from "../../src/platform/parse.ts";
import { ruleQuerySchema } from "../../src/matching/rule_query.ts";

const KEYS = Object.fromEntries(Array.from({ length: 10_000 }, (_one, index) => [`wrong_${index}`, 0]));

const refused = (schema: z.ZodType, value: unknown): DomainError => {
  try {
    parseInput(schema, value, "body");
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error("It was accepted");
};

Deno.test("parseInput() names each refused field with its place", () => {
  const { message, issues } = refused(z.strictObject({ a: z.number(), b: z.number() }), { a: "x", c: 1 });
  assert.deepEqual(issues.map(({ loc }) => loc), [["body", "a"], ["body", "b"], ["body", "c"]]);
  assert.equal(issues[2]!.msg, '"c" is not a known field');
  assert.match(message, /^Cannot accept the request: /);
});

for (const [what, schema] of [["an object", z.strictObject({})], ["a query", ruleQuerySchema]] as const) {
  Deno.test(`parseInput() answers 10,000 wrong keys of ${what} with few and short words`, () => {
    const error = refused(schema, KEYS);
    assert.equal(error.issues.length, 50);
    assert.ok(JSON.stringify(error.issues).length < 50_000);
    assert.ok(error.message.length < 600, `${error.message.length} characters`);
  });
}

Deno.test("parseInput() does not quote a long value whole", () => {
  const text = z.string().refine(() => false, { error: (issue) => `not ${issue.input}` });
  const { issues } = refused(text, "x".repeat(100_000));
  assert.equal(issues[0]!.msg.length, 500);
  assert.ok(issues[0]!.msg.startsWith("not xxx"));
});
