import { z } from "zod";
import { isUuid } from "./ids.ts";

/** Most rows one list answers. */
export const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;
/** Postgres reads an offset as int8; a larger one is the client's mistake. */
const MAX_OFFSET = 2 ** 31;

/** A row's place in a list ordered by `created_at desc, id desc`. */
export interface Keyset {
  created_at: Date;
  id: string;
}

/** Which rows of a list: from an offset or behind a keyset (null: from the start), never both. */
export interface PageRequest {
  limit: number;
  offset: number;
  after: Keyset | null;
}

/** A query parameter that is a whole number. */
export const wholeNumberParam = (what: string, { min, max }: { min: number; max: number }) =>
  z.string().regex(/^\d{1,15}$/, {
    error: (issue) => `${what} is a whole number from ${min} to ${max}, not "${issue.input}"`,
  })
    .transform(Number)
    .refine((value) => value >= min && value <= max, {
      error: (issue) => `${what} is a whole number from ${min} to ${max}, not ${issue.input}`,
    })
    .meta({ override: { type: "integer", minimum: min, maximum: max, pattern: undefined } });

/**
 * The query string of a list: `limit` 1..200 (50), `offset` or `cursor`, beside what `shape` asks for. Gives what
 * `shape` reads, and the page.
 */
export function pageQuery<Shape extends z.ZodRawShape = Record<never, never>>(shape?: Shape) {
  const paging = z.object({
    limit: wholeNumberParam("limit", { min: 1, max: MAX_LIMIT }).optional()
      .describe(`Most rows to answer; ${DEFAULT_LIMIT} when absent`),
    offset: wholeNumberParam("offset", { min: 0, max: MAX_OFFSET }).optional()
      .describe("Rows to skip; not together with cursor"),
    cursor: z.string().optional().describe("Where to go on: x-next-cursor of the page before"),
  });
  return z.object({ ...paging.shape, ...shape as Shape }).transform((query, context) => {
    const { limit, offset, cursor, ...rest } = query as z.output<typeof paging>; // safe: paging's shape is in it
    const after = cursor === undefined ? null : decodeCursor(cursor);
    if (cursor !== undefined && after === null) {
      context.addIssue({
        code: "custom",
        path: ["cursor"],
        message: `cursor "${cursor.slice(0, 80)}" was not given by this list`,
      });
    }
    if (cursor !== undefined && offset !== undefined) {
      context.addIssue({ code: "custom", path: ["cursor"], message: "cursor and offset cannot be combined" });
    }
    const page: PageRequest = { limit: limit ?? DEFAULT_LIMIT, offset: offset ?? 0, after };
    return { ...rest as z.output<z.ZodObject<Shape>>, page }; // safe: what is left is what `shape` reads
  });
}

/**
 * Cuts the extra row that a store read to learn whether there is more.
 * @returns the page, and the cursor of the next one (null: this is the last)
 */
export function pageOf<Row extends Keyset>(
  rows: Row[],
  page: PageRequest,
): { rows: Row[]; nextCursor: string | null } {
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return { rows: shown, nextCursor: rows.length > page.limit && last ? encodeCursor(last) : null };
}

/** An opaque cursor behind `row`. Milliseconds suffice: rows are written with the clock's milliseconds. */
export function encodeCursor(row: Keyset): string {
  return new TextEncoder().encode(`${row.created_at.getTime()}.${row.id}`)
    .toBase64({ alphabet: "base64url", omitPadding: true });
}

/** The place a cursor names; null when it is not one of ours. */
export function decodeCursor(cursor: string): Keyset | null {
  const text = base64Text(cursor);
  // 14 digits reach the year 5138. From the year 10000 on the database cannot read what a Date writes.
  const match = text === null ? null : /^(\d{1,14})\.(.{36})$/.exec(text);
  if (!match?.[1] || !match[2] || !isUuid(match[2])) return null;
  return { created_at: new Date(Number(match[1])), id: match[2] };
}

function base64Text(cursor: string): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(
      Uint8Array.fromBase64(cursor, { alphabet: "base64url" }),
    );
  } catch {
    return null;
  }
}
