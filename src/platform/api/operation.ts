/** One operation of the HTTP API: what it takes and answers, checked on the way in and told in the OpenAPI document. */
import type { Context, Handler } from "hono";
import { z } from "zod";
import type { Clock } from "../clock.ts";
import { DomainError } from "../errors.ts";
import { parseInput } from "../parse.ts";
import { readForm, readJson, readQuery, readText } from "../request.ts";
import type { Pool } from "../sql.ts";
import type { ApiEnv, Caller } from "./env.ts";
import { answerOnce } from "./once.ts";

/** Who may call: `user` with a valid credential (the usual), `admin`, `public` without any, `optional` either way. */
export type Access = "user" | "admin" | "public" | "optional";

/** Statuses of success; 307 leads on to somewhere else. */
export type SuccessStatus = 200 | 201 | 202 | 204 | 307;

/** What an operation is; the OpenAPI document is made from it. */
export interface OperationSpec<
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> {
  /** Unique and stable: generated clients name their methods so. */
  id: string;
  /** One line, imperative. */
  summary: string;
  description?: string;
  /** Absent: `user`. */
  access?: Access;
  query?: Query;
  body?: Body;
  /** The body is text of this media type in place of JSON; `body` is the schema of a string. */
  textBody?: string;
  /** An absent body reads as `{}`. */
  bodyOptional?: true;
  /** The body may also be a form (pages without scripts). */
  form?: true;
  /** A list whose next page is named in headers. */
  paged?: true;
  /** What success answers; null: nothing. Times are `z.date()`. */
  answer: Answer | null;
  /** Absent: 200, or 204 without an answer. */
  status?: SuccessStatus;
  /** Where success is not JSON: its media type, or those that it may have. */
  mediaType?: string | readonly string[];
  /** Browsers that accept text/html may get a page in place of JSON, also where it fails. */
  pages?: true;
  /** Of server-sent events: the JSON that the data of each holds, with a name (meta id). */
  messages?: z.ZodType;
  /** Makes something, so it honours Idempotency-Key: the handler has to use `once`. */
  creates?: true;
  /** Further answers, status → when; beside those that every operation can give. */
  errors?: Readonly<Record<number, string>>;
  /** Further successful answers without JSON, such as a redirect; status → when. */
  also?: Readonly<Record<number, string>>;
}

/** What a handler gets: checked input, who calls, and `once`. */
export interface OperationInput<Query, Body> {
  query: Query;
  body: Body;
  /** Who calls. @throws where the operation is open to everybody and nobody said who he is */
  readonly caller: Caller;
  /** Null: nobody said who he is. */
  callerOrNull: Caller | null;
  /**
   * Runs a creation at most once per Idempotency-Key of this caller, in one transaction with the note that it ran; a
   * repetition answers what the first did. Without the header it just runs.
   */
  once<Deps extends { sql: Pool; clock: Clock }, T>(
    deps: Deps,
    run: (deps: Deps) => Promise<T>,
  ): Promise<T | Response>;
}

const SPEC = Symbol("operation");

/**
 * A handler of `spec`: reads and checks the query and the body, calls `handle`, and answers the value it gives as JSON.
 * A Response that it gives goes out as it is.
 */
export function operation<
  Query extends z.ZodType = z.ZodUnknown,
  Body extends z.ZodType = z.ZodUnknown,
  Answer extends z.ZodType = z.ZodNever,
>(
  spec: OperationSpec<Query, Body, Answer>,
  handle: (
    c: Context<ApiEnv>,
    input: OperationInput<z.output<Query>, z.output<Body>>,
  ) => MaybePromise<z.input<Answer> | Response | null>,
): Handler<ApiEnv> {
  const handler: Handler<ApiEnv> = async (c) => {
    if (spec.access === "admin") requireAdmin(c);
    const query = spec.query ? parseInput(spec.query, readQuery(c), "query") : undefined;
    const raw = spec.body ? await readBody(c, spec) : undefined;
    const body = spec.body ? parseInput(spec.body, raw, "body") : undefined;
    const value = await handle(c, {
      query: query as z.output<Query>, // safe: parsed by it, or never looked at where there is none
      body: body as z.output<Body>, // safe: as above
      get caller() {
        return requireKnown(c);
      },
      callerOrNull: c.get("caller") ?? null,
      once: (deps, run) => answerOnce(c, deps, { raw, status: spec.status ?? 200, run }),
    });
    if (value instanceof Response) return value;
    if (value === null && spec.answer === null) return c.body(null, spec.status ?? 204);
    return c.json(value, spec.status === 204 ? 200 : spec.status ?? 200);
  };
  return Object.assign(handler, { [SPEC]: spec });
}

/** What a handler of `operation` was made from; null for any other handler. */
export function specOf(handler: unknown): OperationSpec | null {
  if (typeof handler !== "function" || !(SPEC in handler)) return null;
  return handler[SPEC] as OperationSpec; // safe: only operation() knows the symbol
}

/** Answers one page of a list, the way to the next one in headers. Gives the items, for `operation`. */
export function pageAnswer<T>(c: Context, items: T[], nextCursor: string | null): T[] {
  if (nextCursor === null) return items;
  const next = new URL(c.req.url);
  next.searchParams.delete("offset");
  next.searchParams.set("cursor", nextCursor);
  c.header("x-next-cursor", nextCursor);
  c.header("link", `<${next.pathname}${next.search}>; rel="next"`);
  return items;
}

type MaybePromise<T> = T | Promise<T>;

function requireKnown(c: Context<ApiEnv>): Caller {
  const caller = c.get("caller");
  if (!caller) throw new Error(`Cannot tell who calls ${c.req.path}: the route is mounted before the check`);
  return caller;
}

/** Here and not where routes are mounted, so that what the document says of an operation is what holds. */
function requireAdmin(c: Context<ApiEnv>): void {
  if (requireKnown(c).is_admin) return;
  throw new DomainError("forbidden", `Cannot answer ${c.req.path}: it is for administrators`);
}

async function readBody(c: Context, spec: OperationSpec): Promise<unknown> {
  if (spec.textBody !== undefined) return await readText(c, spec.textBody);
  const type = c.req.header("content-type") ?? "";
  if (spec.form && /^application\/x-www-form-urlencoded\b/i.test(type)) {
    return await readForm(c);
  }
  return await readJson(c, { optional: spec.bodyOptional === true }) ?? {};
}
