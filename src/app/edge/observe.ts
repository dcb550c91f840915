import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { ApiEnv } from "../../platform/api/env.ts";
import { monotonicMs } from "../../platform/clock.ts";
import type { Log } from "../../platform/log.ts";
import type { Metrics } from "../metrics.ts";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Gives every request an id: the client's where it is well-formed. */
export function assignRequestId(): MiddlewareHandler<ApiEnv> {
  return async (context, next) => {
    const given = context.req.header("x-request-id") ?? "";
    const id = /^[\w.:-]{1,128}$/.test(given) ? given : crypto.randomUUID();
    context.set("requestId", id);
    context.header("x-request-id", id);
    await next();
  };
}

/** Counts and measures requests, and writes each into the log at level debug. */
export function observeRequests(
  deps: { metrics: Pick<Metrics, "countRequest">; log: Log },
): MiddlewareHandler<ApiEnv> {
  return async (context, next) => {
    const startedMs = monotonicMs();
    await next();
    const seconds = (monotonicMs() - startedMs) / 1000;
    const labels = { method: methodOf(context), route: routeOf(context), status: context.res.status };
    deps.metrics.countRequest(labels, seconds);
    deps.log.debug("request", { ...labels, seconds, request_id: context.get("requestId") });
  };
}

/** The pattern that the request's handler is mounted at; `other` where there is none. */
function routeOf(context: Context): string {
  return matchedRoutes(context).findLast(({ method }) => method !== "ALL")?.path ?? "other";
}

function methodOf(context: Context): string {
  return METHODS.has(context.req.method) ? context.req.method : "other";
}
