import type { Context, MiddlewareHandler } from "hono";
import { type AuthDeps, authenticate, requireScope } from "./authenticate.ts";
import type { Caller } from "./schema.ts";

/** What the API's handlers know of a request beside the request. */
export interface ApiEnv {
  Variables: { caller: Caller; requestId: string };
}

/** Methods that change nothing: a token for reading suffices. */
const READING = ["GET", "HEAD", "OPTIONS"];

/** Lets a request through when it says who makes it and may do what it asks; `callerId` then tells who. */
export function requireCaller(deps: AuthDeps): MiddlewareHandler<ApiEnv> {
  return async (context, next) => {
    const caller = await authenticate(deps, context.req.header("authorization") ?? null);
    requireScope(caller, READING.includes(context.req.method) ? "read" : "write");
    context.set("caller", caller);
    await next();
  };
}

/** The user who makes the request, behind `requireCaller`. */
export function callerId(context: Context<ApiEnv>): string {
  return context.get("caller").user_id;
}
