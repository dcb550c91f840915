import type { MiddlewareHandler } from "hono";

const METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
/** Headers that a page of another origin may send. */
const ALLOWED_HEADERS = "authorization, content-type, idempotency-key, last-event-id, x-request-id";
/** Headers of an answer that it may read. */
const EXPOSED_HEADERS =
  "link, retry-after, x-next-cursor, x-request-id, ratelimit-limit, ratelimit-policy, ratelimit-remaining, ratelimit-reset";
/** Browsers ask again after this; Chromium caps it at two hours. */
const PREFLIGHT_SECONDS = 7_200;

/** Reads origins as browsers send them, separated by commas. @throws {TypeError} naming the first entry that is none */
export function parseOrigins(text: string): string[] {
  const entries = text.split(",").map((one) => one.trim());
  for (const entry of entries) {
    if (entry === "*") {
      throw new TypeError(`"*" would let every site act for whoever is logged in: name the origins`);
    }
    const parsed = URL.parse(entry);
    if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.origin !== entry) {
      throw new TypeError(`"${entry}" is not an origin such as https://app.example.com`);
    }
  }
  return entries;
}

/**
 * Opens the API to pages of `origins`, with cookies. A preflight is answered here: it carries no credential and costs
 * nothing. Pages of other origins get the answers of a server that knows no CORS, which browsers keep from them.
 */
export function openToOrigins(origins: readonly string[]): MiddlewareHandler {
  const listed = new Set(origins);
  return async (context, next) => {
    if (listed.size > 0) context.header("vary", "Origin", { append: true });
    const origin = context.req.header("origin");
    if (origin === undefined || !listed.has(origin)) return await next();
    context.header("access-control-allow-origin", origin);
    context.header("access-control-allow-credentials", "true");
    if (context.req.method === "OPTIONS" && context.req.header("access-control-request-method")) {
      context.header("access-control-allow-methods", METHODS);
      context.header("access-control-allow-headers", ALLOWED_HEADERS);
      context.header("access-control-max-age", String(PREFLIGHT_SECONDS));
      return context.body(null, 204);
    }
    context.header("access-control-expose-headers", EXPOSED_HEADERS);
    return await next();
  };
}
