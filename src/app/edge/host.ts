import type { MiddlewareHandler } from "hono";
import { DomainError } from "../../platform/errors.ts";

/** Name, IPv4 or IPv6 address in brackets, and a port; nothing that would begin a path, a query or a user name. */
const HOST = /^(?:[\w.~!$&'()*+,;=%-]+|\[[\da-f:.]+\])(?::\d*)?$/i;

/**
 * Refuses a request whose Host is none. The server puts it in front of the path without looking at it, so that
 * `Host: x/metrics?` would ask for another path than the one that a proxy saw, and `Host: x:99999` for no URL at all.
 * @throws {DomainError} bad_request, as RFC 9112, 3.2 demands
 */
export function requireHost(): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header("host") ?? "";
    if (host !== "" && !(HOST.test(host) && URL.canParse(`http://${host}/`))) {
      throw new DomainError("bad_request", "Cannot read the request: its header Host names no host");
    }
    await next();
  };
}
