import type { MiddlewareHandler } from "hono";
import type { ApiEnv } from "../platform/api/env.ts";
import { type AuthDeps, authenticate, requireScope } from "./authenticate.ts";

/** Methods that change nothing: a token for reading suffices. */
const READING = ["GET", "HEAD", "OPTIONS"];

/** Lets a request through when it says who makes it and may do what it asks. */
export function requireCaller(deps: AuthDeps): MiddlewareHandler<ApiEnv> {
  return async (context, next) => {
    const caller = await authenticate(deps, context.req.header("authorization") ?? null);
    requireScope(caller, READING.includes(context.req.method) ? "read" : "write");
    context.set("caller", caller);
    await next();
  };
}
