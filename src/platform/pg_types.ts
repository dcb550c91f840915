/** How values cross the wire: what a parameter may be, and what each column type becomes. */
import type { SqlValue } from "./sql.ts";

/** A stored value that JavaScript cannot hold, or text of an unexpected form. Rejects the query that read it. */
export class UnreadableValueError extends Error {
  override readonly name = "UnreadableValueError";
}

/** One entry of the driver's type table: `from` are the column types (OIDs) that `parse` reads. */
export interface PgType {
  to: number;
  from: number[];
  serialize: (value: unknown) => string;
  parse: (text: string) => unknown;
}

/**
 * The driver's type table. int8 becomes a number and is refused above 2^53; timestamptz becomes a Date (cut to the
 * millisecond; `infinity` is refused); json is parsed; numeric, date and timestamp stay text, because neither a float
 * nor an instant says the same. One-dimensional arrays become arrays with null for NULL.
 */
export const PG_TYPES: Record<string, PgType> = {
  int8: { to: 20, from: [20], serialize: String, parse: readInt8 },
  timestamptz: { to: 1184, from: [1184], serialize: instantText, parse: readInstant },
  // The driver would turn both into a Date in the zone of this process.
  zoneless: { to: 1082, from: [1082, 1114], serialize: plainText, parse: String },
  // Strings are sent as they are, so `${JSON.stringify(x)}` is encoded once, with or without `::text`.
  json: { to: 3802, from: [114, 3802], serialize: plainText, parse: (text) => JSON.parse(text) },
  bools: arrayType(1000, (text) => text === "t"),
  names: arrayType(1003, String),
  int2s: arrayType(1005, Number),
  int4s: arrayType(1007, Number),
  texts: arrayType(1009, String),
  varchars: arrayType(1015, String),
  int8s: arrayType(1016, readInt8),
  float8s: arrayType(1022, Number),
  timestamptzs: arrayType(1185, readInstant),
  numerics: arrayType(1231, String),
  uuids: arrayType(2951, String),
  jsonbs: arrayType(3807, (text) => JSON.parse(text)),
};

/**
 * The parameter as the driver takes it: arrays become array literals, the rest stays.
 * @throws {TypeError} for a value that has no SQL form (undefined, an object, an invalid Date), naming its position
 */
export function toParameter(
  value: SqlValue,
  index: number,
): string | number | boolean | null | Date | Uint8Array {
  if (Array.isArray(value)) return arrayLiteral(value);
  const known = value === null || ["string", "number", "boolean"].includes(typeof value) ||
    value instanceof Uint8Array || (value instanceof Date && !Number.isNaN(value.getTime()));
  if (!known) throw new TypeError(`Cannot send parameter ${index + 1}: ${describe(value)} has no SQL form`);
  return value as Exclude<SqlValue, readonly string[] | readonly number[]>; // safe: arrays returned above
}

/** The Postgres literal of a one-dimensional array: `{"a","b\"c",NULL}`. Every element is quoted, so nothing is special. */
export function arrayLiteral(items: readonly unknown[]): string {
  const elements = items.map((item) => {
    if (item === null) return "NULL";
    if (Array.isArray(item) || !["string", "number", "boolean"].includes(typeof item)) {
      throw new TypeError(`Cannot send an array: its element ${describe(item)} has no SQL form`);
    }
    return `"${String(item).replace(/[\\"]/g, "\\$&")}"`;
  });
  return `{${elements.join(",")}}`;
}

/**
 * The elements of a one-dimensional array literal; NULL is null.
 * @throws {UnreadableValueError} for nested arrays and arrays with explicit bounds
 */
export function readArray(text: string, readItem: (text: string) => unknown): unknown[] {
  if (!text.startsWith("{") || text.startsWith("{{")) {
    throw new UnreadableValueError(
      `Cannot read the array ${text.slice(0, 40)}: only one dimension from 1 is supported`,
    );
  }
  const items: unknown[] = [];
  for (const [, quoted, bare] of text.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^,"]+)/gs)) {
    if (quoted !== undefined) items.push(readItem(quoted.replace(/\\(.)/gs, "$1")));
    else items.push(bare === "NULL" ? null : readItem(bare!)); // safe: one of the two groups matched
  }
  return items;
}

function arrayType(oid: number, readItem: (text: string) => unknown): PgType {
  return { to: oid, from: [oid], serialize: plainText, parse: (text) => readArray(text, readItem) };
}

function readInt8(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new UnreadableValueError(`Cannot read the int8 ${text}: a number is exact only up to 2^53`);
}

/** The session's zone and style are fixed (UTC, ISO), so the text is `2026-11-23 12:00:00.123456+00`. */
function readInstant(text: string): Date {
  const at = new Date(text.replace(" ", "T").replace(/\+00$/, "Z"));
  if (!Number.isNaN(at.getTime())) return at;
  throw new UnreadableValueError(`Cannot read the timestamptz ${text}: it is outside the years 1 to 9999`);
}

function instantText(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}

function plainText(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}

function describe(value: unknown): string {
  return value instanceof Date
    ? "an invalid Date"
    : value === undefined
    ? "undefined"
    : `a value of type ${typeof value}`;
}
