/** The OpenAPI 3.1 document of an app, made from the operations mounted in it. */
import type { Hono } from "hono";
import { z } from "zod";
import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiResponseObject,
} from "zod-openapi";
import type { ApiEnv } from "./env.ts";
import { errorAnswerSchema } from "./error_answer.ts";
import { type Access, type OperationSpec, specOf, type SuccessStatus } from "./operation.ts";

/** The document as JSON. */
export type ApiDocument = ReturnType<typeof createDocument>;

/** What stands at the top of the document. */
export interface ApiInfo {
  title: string;
  version: string;
  description: string;
}

/** One operation where it is mounted; parameters of the path as `{id}`. */
export interface MountedOperation {
  method: string;
  path: string;
  spec: OperationSpec;
}

/** Every operation of `app` in the order of mounting. A handler that is none (a page, a middleware) is left out. */
export function mountedOperations(app: Hono<ApiEnv>): MountedOperation[] {
  return app.routes.flatMap(({ method, path, handler }) => {
    const spec = specOf(handler);
    return spec ? [{ method: method.toLowerCase(), path: templateOf(path), spec }] : [];
  });
}

/** @throws {Error} when two operations have one id */
export function describeApi(app: Hono<ApiEnv>, info: ApiInfo): ApiDocument {
  const operations = mountedOperations(app);
  const ids = new Set<string>();
  const paths: NonNullable<ZodOpenApiObject["paths"]> = {};
  for (const operation of operations) {
    if (ids.has(operation.spec.id)) {
      throw new Error(`Cannot describe the API: ${operation.spec.id} is used twice`);
    }
    ids.add(operation.spec.id);
    (paths[operation.path] ??= {})[operation.method as "get"] = toOperation(operation); // safe: a method of a route
  }
  return createDocument({
    openapi: "3.1.0",
    info: { ...info },
    servers: [{ url: "/" }],
    tags: [...new Set(operations.map(({ path }) => tagOf(path)))].map((name) => ({ name })),
    paths,
    components: { securitySchemes: SECURITY_SCHEMES, schemas: messageSchemas(operations) },
  }, {
    // JSON has no dates: rows carry Date objects to the wire.
    override: ({ jsonSchema, zodSchema }) => {
      if (zodSchema._zod.def.type !== "date") return;
      jsonSchema.type = "string";
      jsonSchema.format = "date-time";
    },
    allowEmptySchema: { date: true },
  });
}

/** What streams carry: no answer names it, as OpenAPI 3.1 has no words for server-sent events. */
function messageSchemas(operations: readonly MountedOperation[]): Record<string, z.ZodType> {
  return Object.fromEntries(
    operations.flatMap(({ spec: { id, messages } }) =>
      messages ? [[messages.meta()?.id ?? `${id}Message`, messages]] : []
    ),
  );
}

const SECURITY_SCHEMES = {
  bearer: {
    type: "http",
    scheme: "bearer",
    description: "A token of this service (wax_…) or a JWT of an issuer that the operator configured",
  },
  session: {
    type: "apiKey",
    in: "cookie",
    name: "waxwatch_session",
    description:
      "The cookie that a login sets (with the prefix __Host- outside development). Writes need a same-origin Origin or Sec-Fetch-Site",
  },
} as const;

const SECURITY: Readonly<Record<Access, Record<string, string[]>[]>> = {
  user: [{ bearer: [] }, { session: [] }],
  admin: [{ bearer: [] }],
  optional: [{}, { bearer: [] }, { session: [] }],
  public: [],
};

/** `/api/watch-rules/:id` as `/api/watch-rules/{id}`. */
function templateOf(path: string): string {
  return (path.length > 1 ? path.replace(/\/$/, "") : path).replace(/:(\w+)/g, "{$1}");
}

/** The part of the path that names the resource: "watch-rules", "auth"; "service" outside /api. */
function tagOf(path: string): string {
  return /^\/api\/([^/]+)/.exec(path)?.[1] ?? "service";
}

function toOperation({ method, path, spec }: MountedOperation): ZodOpenApiOperationObject {
  const params = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  return {
    operationId: spec.id,
    summary: spec.summary,
    ...(spec.description ? { description: spec.description } : {}),
    tags: [tagOf(path)],
    security: SECURITY[spec.access ?? "user"],
    requestParams: {
      ...(params.length > 0
        ? { path: z.object(Object.fromEntries(params.map((name) => [name, z.string()]))) }
        : {}),
      // safe: the query schemas of operations are objects, with or without a transform around them
      ...(spec.query ? { query: spec.query as unknown as z.ZodObject } : {}),
      ...(spec.creates ? { header: IDEMPOTENCY_HEADER } : {}),
    },
    ...(spec.body ? { requestBody: requestBody(spec, spec.body) } : {}),
    responses: { ...successes(spec), ...failures({ method, path, spec }) },
  };
}

const IDEMPOTENCY_HEADER = z.object({
  "Idempotency-Key": z.string().max(255).optional().describe(
    "Sent again with the same body within 24 hours, the request answers what the first one did and makes nothing twice",
  ),
});

function requestBody(spec: OperationSpec, schema: z.ZodType) {
  return {
    required: !spec.bodyOptional,
    content: {
      [spec.textBody ?? "application/json"]: { schema },
      ...(spec.form ? { "application/x-www-form-urlencoded": { schema } } : {}),
    },
  };
}

const SUCCESS: Readonly<Record<SuccessStatus, string>> = {
  200: "Success",
  201: "Success",
  202: "Success",
  204: "Done; nothing to say",
  307: "Go on",
};

const LOCATION_HEADER = z.object({ location: z.string().describe("Where to go on") });

function successes(spec: OperationSpec): Record<string, ZodOpenApiResponseObject> {
  const status = spec.status ?? (spec.answer === null && !spec.mediaType ? 204 : 200);
  const found: Record<string, ZodOpenApiResponseObject> = {};
  found[status] = {
    description: SUCCESS[status],
    ...(spec.paged ? { headers: PAGE_HEADERS } : {}),
    ...(status === 307 ? { headers: LOCATION_HEADER } : {}),
    ...successContent(spec),
  };
  for (const [code, description] of Object.entries(spec.also ?? {})) found[code] = { description };
  return found;
}

function successContent(spec: OperationSpec): Pick<ZodOpenApiResponseObject, "content"> {
  const texts = [...[spec.mediaType ?? []].flat(), ...(spec.pages ? ["text/html"] : [])];
  const content = {
    ...(spec.answer === null ? {} : { "application/json": { schema: spec.answer } }),
    ...Object.fromEntries(texts.map((type) => [type, { schema: z.string() }])),
  };
  return Object.keys(content).length > 0 ? { content } : {};
}

const PAGE_HEADERS = z.object({
  "x-next-cursor": z.string().optional().describe("The cursor of the next page; absent on the last one"),
  link: z.string().optional().describe('The next page as rel="next"; absent on the last one'),
});

/** What any operation of this kind can answer when it fails. */
function failures({ method, path, spec }: MountedOperation): Record<string, ZodOpenApiResponseObject> {
  const content = {
    "application/json": { schema: errorAnswerSchema },
    ...(spec.pages ? { "text/html": { schema: z.string() } } : {}),
  };
  const access = spec.access ?? "user";
  const isWrite = method !== "get";
  const texts: Record<number, string | false> = {
    401: access !== "public" && "No valid credential",
    403: access !== "public" &&
      (access === "admin"
        ? "Not an administrator, or the account is deactivated"
        : "The account is deactivated, or the token may not do this"),
    404: path.includes("{") && "There is none with this id, or it is not yours",
    408: (spec.body !== undefined || isWrite) && "The body did not arrive in time",
    409: isWrite && access !== "public" && "A session's cookie was sent from another site",
    413: (spec.body !== undefined || isWrite) && "The body is too large",
    415: spec.body !== undefined && `The body is of another type than ${spec.textBody ?? "application/json"}`,
    422: (spec.body !== undefined || spec.query !== undefined || spec.creates === true) &&
      "The input is refused; the details name each field",
    429: path.startsWith("/api/") && "Too many requests; Retry-After says when to come again",
    500: "An internal error; the request id finds it in the log",
    503: "The database, an issuer's keys or another part does not answer now",
    ...spec.errors,
  };
  return Object.fromEntries(
    Object.entries(texts).flatMap(([status, description]) =>
      description === false ? [] : [[status, { description, content }]]
    ),
  );
}
