import { Hono } from "hono";
import { parseInput } from "../platform/parse.ts";
import { readId, readJson, readQuery } from "../platform/request.ts";
import { type ApiEnv, callerId } from "../accounts/caller.ts";
import { devListingSchema, devListingsSchema, devRunSchema } from "./dev_schema.ts";
import { ingestDevListings } from "./ingest_dev_listings.ts";
import type { PollDeps } from "./run_poll.ts";
import { runRuleNow } from "./run_rule_now.ts";

/** `/api/dev/listings` and `/api/dev/rules`; mounted in dev, test and local only. */
export function devPollingRoutes(deps: PollDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .post("/listings/ingest", async (c) => {
      const body = await readJson(c);
      if (Array.isArray(body)) {
        return c.json(await ingestDevListings(deps, parseInput(devListingsSchema, body, "body")));
      }
      const [result] = await ingestDevListings(deps, [parseInput(devListingSchema, body, "body")]);
      return c.json(result);
    })
    .post("/rules/:id/run", async (c) => {
      const { limit } = parseInput(devRunSchema, readQuery(c), "query");
      return c.json(
        await runRuleNow(deps, { user_id: callerId(c), rule_id: readId(c, "watch rule"), limit }),
      );
    });
}
