import { Hono } from "hono";
import { z } from "zod";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation, pageAnswer } from "../platform/api/operation.ts";
import { pageOf, pageQuery } from "../platform/paging.ts";
import { readId } from "../platform/request.ts";
import { createRule, type RuleDeps } from "./create_rule.ts";
import { deleteRule } from "./delete_rule.ts";
import { describeSources } from "./describe_sources.ts";
import { findRuleOf } from "./find_rule.ts";
import {
  createRuleSchema,
  toWatchRuleJson,
  updateRuleSchema,
  type WatchRuleRow,
  watchRuleSchema,
} from "./schema.ts";
import { listRules } from "./store.ts";
import { disableRule, updateRule } from "./update_rule.ts";

/** `/api/watch-rules`. */
export function watchRuleRoutes(deps: RuleDeps): Hono<ApiEnv> {
  const toJson = (rule: WatchRuleRow) => toWatchRuleJson(rule, describeSources(deps, rule));
  const answer = watchRuleSchema;
  const stop = (id: string, summary: string) =>
    operation(
      { id, summary, answer },
      async (c, { caller }) =>
        toJson(await disableRule(deps, { user_id: caller.user_id, id: readId(c, "watch rule") })),
    );
  return new Hono<ApiEnv>()
    .post(
      "/",
      operation(
        {
          id: "createWatchRule",
          summary: "Save a rule",
          description:
            "It is searched for at once and from then on. What is stored already is matched in the background: see backfill.",
          body: createRuleSchema,
          answer,
          status: 201,
          creates: true,
        },
        (_c, { body, caller, once }) =>
          once(deps, async (deps) => toJson(await createRule(deps, { ...body, user_id: caller.user_id }))),
      ),
    )
    .get(
      "/",
      operation({
        id: "listWatchRules",
        summary: "List your rules, newest first",
        query: pageQuery(),
        paged: true,
        answer: z.array(answer),
      }, async (c, { query: { page }, caller }) => {
        const found = await listRules(deps.sql, { user_id: caller.user_id, page });
        const { rows, nextCursor } = pageOf(found, page);
        return pageAnswer(c, rows.map(toJson), nextCursor);
      }),
    )
    .get(
      "/:id",
      operation(
        { id: "getWatchRule", summary: "Read a rule", answer },
        async (c, { caller }) =>
          toJson(await findRuleOf(deps.sql, { user_id: caller.user_id, id: readId(c, "watch rule") })),
      ),
    )
    .patch(
      "/:id",
      operation(
        {
          id: "updateWatchRule",
          summary: "Change a rule",
          description:
            "Absent is unchanged. A query is replaced whole; without sources it keeps those it had. A changed query begins anew.",
          body: updateRuleSchema,
          answer,
        },
        async (c, { body: changes, caller }) =>
          toJson(await updateRule(deps, { user_id: caller.user_id, id: readId(c, "watch rule"), changes })),
      ),
    )
    .delete("/:id", stop("stopWatchRule", "Stop a rule (as disable)"))
    .post("/:id/disable", stop("disableWatchRule", "Stop a rule"))
    .delete(
      "/:id/hard",
      operation({ id: "deleteWatchRule", summary: "Remove a rule", answer: null }, async (c, { caller }) => {
        await deleteRule(deps, { user_id: caller.user_id, id: readId(c, "watch rule") });
        return null;
      }),
    );
}
