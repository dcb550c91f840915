import { Hono } from "hono";
import { pageOf, pageQuerySchema } from "../platform/paging.ts";
import { parseInput } from "../platform/parse.ts";
import { jsonPage, readId, readJson, readQuery } from "../platform/request.ts";
import { type ApiEnv, callerId } from "../accounts/caller.ts";
import { createRule, type RuleDeps } from "./create_rule.ts";
import { deleteRule } from "./delete_rule.ts";
import { findRuleOf } from "./find_rule.ts";
import { sourceNotices } from "./resolve_sources.ts";
import { createRuleSchema, toWatchRuleJson, updateRuleSchema, type WatchRuleRow } from "./schema.ts";
import { listRules } from "./store.ts";
import { disableRule, updateRule } from "./update_rule.ts";

/** `/api/watch-rules`. */
export function watchRuleRoutes(deps: RuleDeps): Hono<ApiEnv> {
  const toJson = (rule: WatchRuleRow) => toWatchRuleJson(rule, sourceNotices(deps, rule.query.sources));
  return new Hono<ApiEnv>()
    .post("/", async (c) => {
      const input = parseInput(createRuleSchema, await readJson(c), "body");
      return c.json(toJson(await createRule(deps, { ...input, user_id: callerId(c) })), 201);
    })
    .get("/", async (c) => {
      const page = parseInput(pageQuerySchema, readQuery(c), "query");
      const { rows, nextCursor } = pageOf(await listRules(deps.sql, { user_id: callerId(c), page }), page);
      return jsonPage(c, rows.map(toJson), nextCursor);
    })
    .get(
      "/:id",
      async (c) =>
        c.json(toJson(await findRuleOf(deps.sql, { user_id: callerId(c), id: readId(c, "watch rule") }))),
    )
    .patch("/:id", async (c) => {
      const id = readId(c, "watch rule");
      const changes = parseInput(updateRuleSchema, await readJson(c), "body");
      return c.json(toJson(await updateRule(deps, { user_id: callerId(c), id, changes })));
    })
    .delete(
      "/:id",
      async (c) =>
        c.json(toJson(await disableRule(deps, { user_id: callerId(c), id: readId(c, "watch rule") }))),
    )
    .post(
      "/:id/disable",
      async (c) =>
        c.json(toJson(await disableRule(deps, { user_id: callerId(c), id: readId(c, "watch rule") }))),
    )
    .delete("/:id/hard", async (c) => {
      await deleteRule(deps, { user_id: callerId(c), id: readId(c, "watch rule") });
      return c.body(null, 204);
    });
}
