import { Hono } from "hono";
import { pageOf, pageQuerySchema } from "../platform/paging.ts";
import { parseInput } from "../platform/parse.ts";
import { jsonPage, readId, readJson, readQuery } from "../platform/request.ts";
import { type ApiEnv, callerId } from "../accounts/caller.ts";
import { createRelease, type ReleaseDeps } from "./create_release.ts";
import { releaseNotices } from "./plan_polls.ts";
import {
  createReleaseSchema,
  releaseFilterSchema,
  toWatchReleaseJson,
  updateReleaseSchema,
  type WatchReleaseRow,
} from "./schema.ts";
import { listReleases } from "./store.ts";
import { disableRelease, findReleaseOf, updateRelease } from "./update_release.ts";

/** `/api/watch-releases`. */
export function watchReleaseRoutes(deps: ReleaseDeps): Hono<ApiEnv> {
  const toJson = (watch: WatchReleaseRow) => toWatchReleaseJson(watch, releaseNotices(deps.providers, watch));
  return new Hono<ApiEnv>()
    .post("/", async (c) => {
      const input = parseInput(createReleaseSchema, await readJson(c), "body");
      return c.json(toJson(await createRelease(deps, { ...input, user_id: callerId(c) })), 201);
    })
    .get("/", async (c) => {
      const page = parseInput(pageQuerySchema, readQuery(c), "query");
      const { watch_rule_id = null } = parseInput(releaseFilterSchema, readQuery(c), "query");
      const found = await listReleases(deps.sql, { user_id: callerId(c), watch_rule_id, page });
      const { rows, nextCursor } = pageOf(found, page);
      return jsonPage(c, rows.map(toJson), nextCursor);
    })
    .get("/:id", async (c) => {
      const id = readId(c, "watch release");
      return c.json(toJson(await findReleaseOf(deps.sql, { user_id: callerId(c), id })));
    })
    .patch("/:id", async (c) => {
      const id = readId(c, "watch release");
      const changes = parseInput(updateReleaseSchema, await readJson(c), "body");
      return c.json(toJson(await updateRelease(deps, { user_id: callerId(c), id, changes })));
    })
    .delete("/:id", async (c) => {
      const id = readId(c, "watch release");
      return c.json(toJson(await disableRelease(deps, { user_id: callerId(c), id })));
    });
}
