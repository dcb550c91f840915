import type { Context } from "hono";
import { z } from "zod";
import { DomainError } from "./errors.ts";
import { isUuid } from "./ids.ts";
import { decodeText, storableText } from "./text.ts";

/**
 * The JSON body of a request, with every string made fit to be stored. An absent body reads as undefined where
 * `optional`.
 * @throws {DomainError} unsupported_media_type unless it is declared as JSON, validation when it is not JSON
 */
export async function readJson(context: Context, options: { optional?: boolean } = {}): Promise<unknown> {
  const bytes = await context.req.arrayBuffer();
  if (bytes.byteLength === 0 && options.optional) return undefined;
  const type = mediaTypeOf(context);
  if (type !== "application/json" && !type.endsWith("+json")) {
    throw new DomainError(
      "unsupported_media_type",
      `Cannot read a body of type "${type}": send application/json`,
    );
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return JSON.parse(text, (_key, value) => (typeof value === "string" ? storableText(value) : value));
  } catch (cause) {
    throw new DomainError("validation", "Cannot read the body: it is not well-formed JSON in UTF-8", {
      cause,
      issues: [{ loc: ["body"], msg: "the body is not well-formed JSON in UTF-8", type: "json_invalid" }],
    });
  }
}

/**
 * The body of a request that is text of `mediaType`, fit to be stored and without a byte order mark, in the encoding that
 * it declares or that its bytes show (`decodeText`).
 * @throws {DomainError} unsupported_media_type unless it is declared as that, validation when it is not text in the
 *   encoding that it declares
 */
export async function readText(context: Context, mediaType: string): Promise<string> {
  const type = mediaTypeOf(context);
  if (type !== mediaType) {
    throw new DomainError(
      "unsupported_media_type",
      `Cannot read a body of type "${type}": send ${mediaType}`,
    );
  }
  const charset = charsetOf(context);
  const bytes = new Uint8Array(await context.req.arrayBuffer());
  try {
    return storableText(decodeText(bytes, charset));
  } catch (cause) {
    const msg = `the body is not text in ${JSON.stringify(storableText(charset ?? "").slice(0, 40))}`;
    throw new DomainError("validation", `Cannot read the body: ${msg}`, {
      cause,
      issues: [{ loc: ["body"], msg, type: "text_invalid" }],
    });
  }
}

/** The query string as an object, fit to be stored; of a key given twice the last stands. */
export function readQuery(context: Context): Record<string, string> {
  return fieldsOf(new URL(context.req.url).searchParams);
}

/** The body of a form as an object, as `readQuery` does. */
export async function readForm(context: Context): Promise<Record<string, string>> {
  return fieldsOf(new URLSearchParams(await context.req.text()));
}

/** The path's `name` as a row id. @throws {DomainError} not_found when it cannot be one */
export function readId(context: Context, what: string, name = "id"): string {
  const id = context.req.param(name) ?? "";
  if (!isUuid(id)) throw new DomainError("not_found", `Cannot find ${what} ${storableText(id).slice(0, 80)}`);
  return id.toLowerCase();
}

/** A query parameter that is `true` or `false`; false when absent. */
export const flagParam = (name: string) =>
  z.enum(["true", "false"], { error: (issue) => `${name} is true or false, not "${issue.input}"` })
    .transform((text) => text === "true").default(false)
    .meta({ override: { type: "boolean", enum: undefined, default: false } });

/** "text/csv" of "Text/CSV; charset=utf-8". */
function mediaTypeOf(context: Context): string {
  return context.req.header("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
}

/** "utf-8" of "text/csv; charset=UTF-8"; null: none is declared. */
function charsetOf(context: Context): string | null {
  const type = context.req.header("content-type") ?? "";
  return /;\s*charset="?([^\s";]+)/i.exec(type)?.[1]?.toLowerCase() ?? null;
}

/** An encoded NUL is not refused on the way here, and no text in the database can hold it. */
function fieldsOf(params: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...params].map(([key, value]) => [key, storableText(value)]));
}
