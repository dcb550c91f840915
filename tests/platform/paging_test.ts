import assert from "node:assert/strict";
import { decodeCursor, encodeCursor, pageOf, pageQuery } from "../../src/platform/paging.ts";

const ROW = { created_at: new Date("2026-11-23T12:00:00.123Z"), id: "0b6f2f0e-6a1e-4a57-8a4d-0d1f4f6f1a11" };

Deno.test("decodeCursor() gives back what encodeCursor() was given", () => {
  assert.deepEqual(decodeCursor(encodeCursor(ROW)), ROW);
});

for (
  const cursor of [
    "",
    "x",
    "!!",
    "AAAA",
    encodeCursor(ROW).slice(1),
    `${encodeCursor(ROW)}A`,
    "MTIzLm5vdC1hbi1pZA",
    encodeCursor({ ...ROW, created_at: new Date(999_999_999_999_999) }),
  ]
) {
  Deno.test(`decodeCursor() gives null for ${JSON.stringify(cursor)}`, () => {
    assert.equal(decodeCursor(cursor), null);
  });
}

const readPage = (query: unknown) => pageQuery().parse(query).page;

Deno.test("pageQuery() has 50 rows from the start by default and refuses a cursor beside an offset", () => {
  assert.deepEqual(readPage({}), { limit: 50, offset: 0, after: null });
  assert.deepEqual(readPage({ limit: "200", offset: "7" }), {
    limit: 200,
    offset: 7,
    after: null,
  });
  assert.deepEqual(readPage({ cursor: encodeCursor(ROW) }).after, ROW);
  assert.equal(pageQuery().safeParse({ cursor: encodeCursor(ROW), offset: "1" }).success, false);
});

for (
  const bad of [{ limit: "0" }, { limit: "201" }, { limit: "1.5" }, { limit: "" }, { offset: "-1" }, {
    offset: "9999999999999",
  }]
) {
  Deno.test(`pageQuery() refuses ${JSON.stringify(bad)}`, () => {
    assert.equal(pageQuery().safeParse(bad).success, false);
  });
}

Deno.test("pageOf() has a next cursor exactly when there is a row beyond the page", () => {
  const page = { limit: 2, offset: 0, after: null };
  assert.deepEqual(pageOf([ROW, ROW], page), { rows: [ROW, ROW], nextCursor: null });
  assert.deepEqual(pageOf([ROW, ROW, ROW], page), { rows: [ROW, ROW], nextCursor: encodeCursor(ROW) });
  assert.deepEqual(pageOf([], page), { rows: [], nextCursor: null });
});
