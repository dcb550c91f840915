import { Hono } from "hono";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation } from "../platform/api/operation.ts";
import { describeSources } from "../watch_rules/describe_sources.ts";
import { toWatchRuleJson, watchRuleSchema } from "../watch_rules/schema.ts";
import { saveAlert } from "./save_alert.ts";
import { saveAlertSchema, searchAnswerSchema, searchSchema } from "./schema.ts";
import { type SearchDeps, searchOffers } from "./search_offers.ts";

/** `/api/search`. */
export function searchRoutes(deps: SearchDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .post(
      "/",
      operation({
        id: "searchOffers",
        summary: "Search all marketplaces now",
        description:
          "All are asked at the same time. One that fails is named in provider_errors, and the hits of the others are shown. " +
          "What is found is stored, and alerts everybody who watches for it.",
        body: searchSchema,
        answer: searchAnswerSchema,
      }, (_c, { body: search, caller }) => searchOffers(deps, { user_id: caller.user_id, search })),
    )
    .post(
      "/save-alert",
      operation(
        {
          id: "saveSearchAlert",
          summary: "Watch a search",
          description: "Makes a rule of it: providers become its sources. The page is left behind.",
          body: saveAlertSchema,
          answer: watchRuleSchema,
          creates: true,
        },
        (_c, { body, caller, once }) =>
          once(deps, async (deps) => {
            const rule = await saveAlert(deps, { ...body, user_id: caller.user_id });
            return toWatchRuleJson(rule, describeSources(deps, rule));
          }),
      ),
    );
}
