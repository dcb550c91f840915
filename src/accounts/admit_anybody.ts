import type { MiddlewareHandler } from "hono";
import type { ApiEnv } from "../platform/api/env.ts";
import { DomainError, type ErrorCode } from "../platform/errors.ts";
import { requireCaller } from "./caller.ts";

/** What is wrong with a credential, not with us. */
const REFUSED: readonly ErrorCode[] = ["unauthorized", "forbidden"];

/**
 * Lets every request through, and tells who makes it where that can be told. A token that a client chose to send has to
 * be good; what a browser sends by itself, a cookie that ended long ago, counts as none.
 */
export function admitAnybody(deps: Parameters<typeof requireCaller>[0]): MiddlewareHandler<ApiEnv> {
  const ask = requireCaller(deps);
  return async (context, next) => {
    if (context.req.header("authorization") !== undefined) return await ask(context, next);
    try {
      await ask(context, () => Promise.resolve());
    } catch (error) {
      if (!(error instanceof DomainError) || !REFUSED.includes(error.code)) throw error;
    }
    await next();
  };
}
