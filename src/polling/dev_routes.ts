import { Hono } from "hono";
import { z } from "zod";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation } from "../platform/api/operation.ts";
import { readId } from "../platform/request.ts";
import { devIngestBodySchema, devIngestResultSchema, devRunSchema, runReportSchema } from "./dev_schema.ts";
import { ingestDevListings } from "./ingest_dev_listings.ts";
import type { PollDeps } from "./run_poll.ts";
import { runRuleNow } from "./run_rule_now.ts";

/** `/api/dev/listings` and `/api/dev/rules`; mounted in dev, test and local only. */
export function devPollingRoutes(deps: PollDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .post(
      "/listings/ingest",
      operation({
        id: "ingestDevListings",
        summary: "Send listings as if a marketplace had named them (development)",
        description: "One listing answers one result, a list answers a list.",
        body: devIngestBodySchema,
        answer: z.union([devIngestResultSchema, z.array(devIngestResultSchema)]),
      }, async (_c, { body }) => {
        const results = await ingestDevListings(deps, Array.isArray(body) ? body : [body]);
        return Array.isArray(body) ? results : results[0]!;
      }),
    )
    .post(
      "/rules/:id/run",
      operation(
        {
          id: "runDevRule",
          summary: "Run a rule's searches now (development)",
          query: devRunSchema,
          answer: runReportSchema,
          errors: {
            409: "A worker runs one of its searches now, or its provider is left alone",
            502: "The provider failed",
          },
        },
        (c, { query: { limit }, caller }) =>
          runRuleNow(deps, { user_id: caller.user_id, rule_id: readId(c, "watch rule"), limit }),
      ),
    );
}
