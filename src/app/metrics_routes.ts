import { timingSafeEqual } from "node:crypto";
import { type Context, Hono } from "hono";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation } from "../platform/api/operation.ts";
import { isLoopback, parseAddress } from "../platform/client_address.ts";
import { sha256 } from "../platform/crypto.ts";
import { DomainError } from "../platform/errors.ts";
import type { Metrics } from "./metrics.ts";

/** What `/metrics` needs. */
export interface MetricsDeps {
  metrics: Pick<Metrics, "text">;
  /** Null: outside development only this machine may read. */
  metricsToken: string | null;
  isDevLike: boolean;
}

/** `/metrics`, for whoever has the token, or without one for this machine. */
export function metricsRoutes(deps: MetricsDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get(
    "/metrics",
    operation({
      id: "getMetrics",
      summary: "Counters and measures of this process for Prometheus",
      description:
        "Needs METRICS_TOKEN as Bearer where it is configured; elsewhere this machine alone is answered.",
      access: "public",
      answer: null,
      mediaType: "text/plain",
      errors: {
        401: "The token is missing or wrong",
        404: "No token is configured, and the caller is another machine",
      },
    }, async (c) => {
      await requireReader(c, deps);
      const { type, body } = await deps.metrics.text();
      return c.body(body, 200, { "content-type": type, "cache-control": "no-store" });
    }),
  );
}

async function requireReader(c: Context<ApiEnv>, { metricsToken, isDevLike }: MetricsDeps): Promise<void> {
  if (metricsToken !== null) {
    const given = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1] ?? "";
    // Digests have one length, and comparing them says nothing of the token.
    if (timingSafeEqual(await sha256(given), await sha256(metricsToken))) return;
    throw new DomainError(
      "unauthorized",
      "Cannot show metrics: send the header Authorization: Bearer <METRICS_TOKEN>",
    );
  }
  if (!isDevLike && !isLocal(c)) throw new DomainError("not_found", `Cannot find ${c.req.path}`);
}

/** A proxy on this machine is at a local address too: what it forwards is not local. */
function isLocal(c: Context<ApiEnv>): boolean {
  const isForwarded = ["x-forwarded-for", "forwarded", "via"].some((name) =>
    c.req.header(name) !== undefined
  );
  return !isForwarded && isLoopback(parseAddress(c.env?.peer ?? "") ?? "");
}
