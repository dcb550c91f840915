/** What a failure answers: always the envelope, and nothing of an error that was not made to be shown. */
import type { Context, Hono, MiddlewareHandler } from "hono";
import type { ApiEnv } from "../platform/api/env.ts";
import { monotonicMs } from "../platform/clock.ts";
import { DomainError, type ErrorCode } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import { brokenForeignKey } from "../platform/pg_errors.ts";
import { DatabaseError } from "../platform/sql.ts";

const STATUS = {
  bad_request: 400,
  unauthorized: 401,
  invalid_credentials: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  conflict: 409,
  precondition_failed: 412,
  payload_too_large: 413,
  unsupported_media_type: 415,
  validation: 422,
  rate_limited: 429,
  provider_failed: 502,
  unavailable: 503,
} as const satisfies Record<ErrorCode, number>;

/** Codes of the envelope that say more than the status. */
const WIRE_CODES: Partial<Record<ErrorCode, string>> = {
  validation: "validation_error",
  rate_limited: "rate_limited",
  invalid_credentials: "invalid_credentials",
};

/** While the database is away every request fails alike: one line per this time is enough. */
const UNAVAILABLE_LOG_MS = 1_000;

/** Answers errors, and logs those that are not the client's: a mistake of ours always, an outage once a second. */
export function answerErrors(deps: { log: Log }): (error: Error, context: Context<ApiEnv>) => Response {
  let loggedMs = -Infinity;
  let unlogged = 0;
  return (error, context) => {
    const known = knownError(error);
    const fields = { request_id: context.get("requestId"), path: context.req.path, error };
    if (!known) deps.log.error("request failed", fields);
    else if (known.code === "provider_failed") deps.log.warn("request failed", fields);
    else if (known.code === "unavailable") {
      if (monotonicMs() - loggedMs < UNAVAILABLE_LOG_MS) unlogged++;
      else {
        deps.log.warn("request failed", { ...fields, unlogged_before: unlogged });
        loggedMs = monotonicMs();
        unlogged = 0;
      }
    }
    return answer(context, known);
  };
}

/**
 * Tells of an unknown path or method before anybody has to say who he is, charged like all that says nothing of it by
 * `charge`. @throws {DomainError} not_found or method_not_allowed
 */
export function refuseUnknown(
  app: Hono<ApiEnv>,
  charge: MiddlewareHandler<ApiEnv>,
): MiddlewareHandler<ApiEnv> {
  return async (context, next) => {
    const { method, path } = context.req;
    if (answers(app, { method: method === "HEAD" ? "GET" : method, path })) return await next();
    await charge(context, () => Promise.reject(unknownRoute(app, context)));
  };
}

/** 405 where the path exists with another method, else 404. */
export function unknownRoute(app: Hono<ApiEnv>, context: Context<ApiEnv>): DomainError {
  const { method, path } = context.req;
  const allowed = ["GET", "POST", "PATCH", "PUT", "DELETE"].filter((one) =>
    answers(app, { method: one, path })
  );
  if (allowed.length === 0) return new DomainError("not_found", `Cannot find ${path}`);
  context.header("allow", allowed.join(", "));
  return new DomainError("method_not_allowed", `Cannot ${method} ${path}: it answers ${allowed.join(", ")}`);
}

function answers(app: Hono<ApiEnv>, { method, path }: { method: string; path: string }): boolean {
  return app.router.match(method, path)[0].some(([[, route]]) => route.method === method);
}

/** Null: an error whose message may not be shown. */
function answer(context: Context<ApiEnv>, known: DomainError | null): Response {
  const status = known ? STATUS[known.code] : 500;
  const message = known?.message ??
    `Cannot answer: an internal error occurred (request ${context.get("requestId")})`;
  const code = (known && WIRE_CODES[known.code]) ?? "http_error";
  const details = known?.limit ?? (known?.issues.length ? known.issues : null);
  if (known?.code === "unauthorized") context.header("www-authenticate", "Bearer");
  if (known?.limit) context.header("retry-after", String(known.limit.retry_after_seconds));
  return context.json({ error: { message, code, status, ...(details ? { details } : {}) } }, status);
}

/** Errors whose message may be shown; null for anything unexpected. */
function knownError(error: Error): DomainError | null {
  if (error instanceof DomainError) return error;
  // Let in just before the account was deleted: what he was to get refers to nobody.
  if (brokenForeignKey(error)?.endsWith("_user_id_fkey")) {
    return new DomainError("unauthorized", "Cannot use this account: it was deleted", { cause: error });
  }
  if (error instanceof DatabaseError) {
    return new DomainError("unavailable", "Cannot answer now: the database does not");
  }
  return null;
}
