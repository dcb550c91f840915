import type { MiddlewareHandler } from "hono";

/** A year: browsers then come by https alone. */
const HSTS = "max-age=31536000";

/** For answers that are data: nothing in them may load, run or be framed. Pages replace the policy by their own. */
const HEADERS = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  // Keeps answers out of foreign <img> and <script>; requests by CORS are not concerned.
  "cross-origin-resource-policy": "same-origin",
};

/** Sets what browsers shall not do with an answer. `https`: this installation is reached by https alone. */
export function setSecurityHeaders({ https }: { https: boolean }): MiddlewareHandler {
  const headers = Object.entries(https ? { ...HEADERS, "strict-transport-security": HSTS } : HEADERS);
  return async (context, next) => {
    for (const [name, value] of headers) context.header(name, value);
    await next();
  };
}

/** Keeps answers out of every cache: they are one user's. */
export function forbidStoring(): MiddlewareHandler {
  return async (context, next) => {
    context.header("cache-control", "no-store");
    await next();
  };
}
