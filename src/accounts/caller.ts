import type { Context, MiddlewareHandler } from "hono";
import type { ApiEnv } from "../platform/api/env.ts";
import { type AuthDeps, authenticate, type Credentials, requireScope } from "./authenticate.ts";
import { authenticateClosing } from "./authenticate_closing.ts";
import { type OwnOrigins, type RequestOrigin, requireMadeHere } from "./check_origin.ts";

/** Methods that change nothing: a token for reading suffices, and a cookie from anywhere. */
const READING = ["GET", "HEAD", "OPTIONS"];

/**
 * Lets a request through when it says who makes it and may do what it asks. Whoever deactivated his account may only do
 * what `closesAccount` says is its deletion.
 */
export function requireCaller(
  deps: AuthDeps & { ownOrigins: OwnOrigins },
  closesAccount: (context: Context) => boolean = () => false,
): MiddlewareHandler<ApiEnv> {
  return async (context, next) => {
    const check = closesAccount(context) ? authenticateClosing : authenticate;
    const { caller, renewed } = await check(deps, credentialsOf(context));
    const writes = !READING.includes(context.req.method);
    if (writes && caller.credential.kind === "session") {
      requireMadeHere(requestOrigin(context), deps.ownOrigins);
    }
    requireScope(caller, writes ? "write" : "read");
    context.set("caller", caller);
    if (renewed) {
      const { token: value, expires_at } = renewed;
      const cookie = deps.cookies.writeSession({ value, expires_at }, deps.clock.now());
      context.header("set-cookie", cookie, { append: true });
    }
    await next();
  };
}

/** What a request shows of who makes it. */
export function credentialsOf(context: Context): Credentials {
  return {
    authorization: context.req.header("authorization") ?? null,
    cookie: context.req.header("cookie") ?? null,
  };
}

/** What a request says of where it was made. */
export function requestOrigin(context: Context): RequestOrigin {
  return {
    fetchSite: context.req.header("sec-fetch-site") ?? null,
    origin: context.req.header("origin") ?? null,
    host: context.req.header("host") ?? null,
  };
}
