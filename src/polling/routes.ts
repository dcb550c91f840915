import { Hono } from "hono";
import { z } from "zod";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation } from "../platform/api/operation.ts";
import { readId } from "../platform/request.ts";
import { runReportSchema } from "./dev_schema.ts";
import type { PollDeps } from "./run_poll.ts";
import { runRuleByHand } from "./run_rule_now.ts";

/** What a run by hand came to. */
const runByHandSchema = runReportSchema.extend({
  not_run: z.array(z.string()).describe("Searches that could not run, and why"),
}).meta({ id: "RuleRun", description: "What a run by hand came to" });

/** `/api/watch-rules/{id}/run`. */
export function runRoutes(deps: PollDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>().post(
    "/:id/run",
    operation(
      {
        id: "runWatchRule",
        summary: "Search for a rule now",
        description: "Once a minute for each rule; its planned searches go on as they are.",
        answer: runByHandSchema,
        errors: {
          409:
            "It is stopped, a worker is searching for it now, or its provider is disabled or left alone after failures",
          502: "The provider failed",
        },
      },
      (c, { caller }) => runRuleByHand(deps, { user_id: caller.user_id, rule_id: readId(c, "watch rule") }),
    ),
  );
}
