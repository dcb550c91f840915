/** The published document as a judge: whether an answer is one that it promises. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import type { ApiDocument, MountedOperation } from "../../../src/platform/api/document.ts";
import type { Seen } from "./call.ts";

/** A part of the document that this file looks into. */
export interface Json {
  [key: string]: unknown;
}

/** What the document says of one operation. */
export interface PublishedOperation {
  responses: Record<string, { headers?: Json; content?: Record<string, { schema: Json }> } | undefined>;
  parameters: { in: string; name: string; required?: boolean; schema: Json }[];
  requestBody?: { required: boolean; content: Record<string, { schema: Json }> };
}

/** What stands in any answer, whatever was called. */
const REQUEST_ID = /^[\w.:-]{1,128}$/;

/** Checks answers against a document. Schemas are compiled when first met. */
export class Published {
  readonly document: ApiDocument;
  readonly #ajv: Ajv2020;
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(document: ApiDocument) {
    this.document = document;
    // Strict: a keyword that the validator does not know would check nothing.
    this.#ajv = new Ajv2020({ strict: true, keywords: Object.keys(document), allowUnionTypes: true });
    // safe: the package's default export is the plug-in, which its types hide behind `default`
    (ajvFormats as unknown as (ajv: Ajv2020) => void)(this.#ajv);
    this.#ajv.addSchema({ ...document, $id: DOCUMENT_ID });
  }

  /** What the document says of an operation. @throws {Error} when it says nothing */
  operation({ method, path, spec }: MountedOperation): PublishedOperation {
    const item = this.document.paths?.[path] as Json | undefined; // safe: plain JSON
    const found = item?.[method] as Json | undefined; // safe: as above
    if (!found) throw new Error(`Cannot find ${spec.id} in the document: ${method} ${path} is not there`);
    return { parameters: [], ...found } as unknown as PublishedOperation; // safe: OpenAPI, made by createDocument
  }

  /** Statuses of success that the document promises, the usual one first. */
  successes(operation: MountedOperation): number[] {
    return Object.keys(this.operation(operation).responses).map(Number).filter((status) => status < 400);
  }

  /** A schema of the document with its reference followed, once. */
  resolve(schema: Json): Json {
    const ref = schema["$ref"];
    if (typeof ref !== "string") return schema;
    const name = ref.slice("#/components/schemas/".length);
    return (this.document.components?.schemas as Json)[name] as Json; // safe: made by createDocument
  }

  /** What a value has that the schema of this name does not allow; null: nothing. */
  mismatch(name: string, value: unknown): string | null {
    return this.#mismatch({ $ref: `#/components/schemas/${name}` }, value);
  }

  /** Everything about an answer that its operation did not promise; null: the path or the method is no operation's. */
  problemsOf(operation: MountedOperation | null, seen: Seen): string[] {
    const problems = [...this.#commonProblems(seen)];
    if (operation === null) {
      if (!NOWHERE.includes(seen.status)) problems.push(`${seen.status} where there is nothing to call`);
      else problems.push(...this.#envelopeProblems(seen));
    } else problems.push(...this.#operationProblems(operation, seen));
    return problems;
  }

  *#commonProblems({ target, status, headers }: Seen): Generator<string> {
    if (!REQUEST_ID.test(headers.get("x-request-id") ?? "")) yield "no x-request-id";
    if (target.startsWith("/api/") && headers.get("cache-control") !== "no-store") yield "may be stored";
    if (target.startsWith("/api/") && !headers.has("ratelimit-limit")) yield "no RateLimit headers";
    if (status === 405 && !headers.get("allow")) yield "405 without allow";
    if (status === 429 && !/^\d+$/.test(headers.get("retry-after") ?? "")) yield "429 without retry-after";
    if (headers.has("x-next-cursor") !== headers.has("link")) yield "one of x-next-cursor and link alone";
  }

  *#operationProblems(operation: MountedOperation, seen: Seen): Generator<string> {
    const { responses } = this.operation(operation);
    const promised = responses[seen.status];
    if (!promised) {
      yield `status ${seen.status} is not documented (${Object.keys(responses).join(", ")})`;
      return;
    }
    if (seen.headers.has("link") && !promised.headers?.["link"]) yield "an undocumented link";
    if (seen.status >= 300 && seen.status < 400 && !seen.headers.get("location")) yield "nowhere to go on";
    const type = mediaTypeOf(seen.headers);
    const content = promised.content ?? {};
    if (seen.method === "HEAD") {
      if (seen.text !== "") yield "an answer to HEAD has a body";
    } else if (Object.keys(content).length === 0) {
      if (seen.text !== "") yield `a body where none is documented: ${cut(seen.text)}`;
    } else if (!content[type]) {
      yield `type "${type}" is not documented (${Object.keys(content).join(", ")})`;
    } else yield* this.#bodyProblems(seen, type, content[type].schema);
    if (seen.status >= 400 && type === "application/json") yield* this.#envelopeProblems(seen);
  }

  *#envelopeProblems({ method, status, text, headers }: Seen): Generator<string> {
    if (method === "HEAD") return;
    if (mediaTypeOf(headers) !== "application/json") return yield `an error of type ${mediaTypeOf(headers)}`;
    const body = parse(text);
    const problem = this.#mismatch(ENVELOPE, body);
    if (problem !== null) return yield `not the envelope: ${problem}: ${cut(text)}`;
    const { error } = body as { error: { status: number; code: string; details?: unknown } }; // safe: just validated
    if (error.status !== status) yield `the envelope says ${error.status}, the answer ${status}`;
    const code = CODES[status] ?? "http_error";
    const isExpected = error.code === code || (status === 401 && error.code === "invalid_credentials");
    if (!isExpected) yield `the envelope's code is ${error.code}, not ${code}`;
    if (status === 422 && !Array.isArray(error.details)) yield "a refusal that names no field";
  }

  *#bodyProblems({ text }: Seen, type: string, schema: Json): Generator<string> {
    const body = type.endsWith("json") ? parse(text) : text;
    if (body === undefined) return yield `not JSON: ${cut(text)}`;
    const problem = this.#mismatch(schema, body);
    if (problem !== null) yield `not as documented: ${problem}: ${cut(text)}`;
  }

  /** Null: the value is as the schema says. */
  #mismatch(schema: Json, value: unknown): string | null {
    const key = JSON.stringify(schema);
    const validate = this.#compiled.get(key) ?? this.#ajv.compile(absolute(schema));
    this.#compiled.set(key, validate);
    return validate(value) ? null : this.#ajv.errorsText(validate.errors, { dataVar: "answer" });
  }
}

/** What a path or method that is not there may answer. */
const NOWHERE = [404, 405, 413, 429];
const DOCUMENT_ID = "openapi";
const ENVELOPE: Json = { $ref: "#/components/schemas/Error" };
const CODES: Readonly<Record<number, string>> = { 422: "validation_error", 429: "rate_limited" };

/** The schema with references that name the document they are in. */
function absolute(schema: Json): Json {
  return JSON.parse(JSON.stringify(schema).replaceAll(`"$ref":"#/`, `"$ref":"${DOCUMENT_ID}#/`));
}

/** `application/json` of `application/json; charset=UTF-8`. */
export function mediaTypeOf(headers: Headers): string {
  return (headers.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function cut(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
