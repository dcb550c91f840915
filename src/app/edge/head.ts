import type { MiddlewareHandler } from "hono";

/**
 * Lets go of the body that was made for GET where only HEAD was asked. Nobody would read it, so a stream of events would
 * stay open for ever, and an export under way.
 */
export function dropBodyOfHead(): MiddlewareHandler {
  return async (context, next) => {
    await next();
    if (context.req.method === "HEAD") await context.res.body?.cancel();
  };
}
