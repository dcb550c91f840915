import { Hono } from "hono";
import { z } from "zod";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation, pageAnswer } from "../platform/api/operation.ts";
import { pageOf, pageQuery } from "../platform/paging.ts";
import { readId } from "../platform/request.ts";
import { createRelease, type ReleaseDeps } from "./create_release.ts";
import { describeRelease } from "./describe_release.ts";
import {
  createReleaseSchema,
  toWatchReleaseJson,
  updateReleaseSchema,
  watchedByRuleParam,
  type WatchReleaseRow,
  watchReleaseSchema,
} from "./schema.ts";
import { listReleases } from "./store.ts";
import { disableRelease, findReleaseOf, updateRelease } from "./update_release.ts";

/** `/api/watch-releases`. */
export function watchReleaseRoutes(deps: ReleaseDeps): Hono<ApiEnv> {
  const toJson = (watch: WatchReleaseRow) => toWatchReleaseJson(watch, describeRelease(deps, watch));
  const idOf = (c: Parameters<typeof readId>[0]) => readId(c, "watch release");
  const answer = watchReleaseSchema;
  const errors = { 409: "You watch this release, or this master, already" };
  return new Hono<ApiEnv>()
    .post(
      "/",
      operation(
        {
          id: "createWatchRelease",
          summary: "Watch a release of Discogs, or any version of a master",
          body: createReleaseSchema,
          answer,
          status: 201,
          creates: true,
          errors,
        },
        (_c, { body, caller, once }) =>
          once(deps, async (deps) => toJson(await createRelease(deps, { ...body, user_id: caller.user_id }))),
      ),
    )
    .get(
      "/",
      operation({
        id: "listWatchReleases",
        summary: "List your watched releases, newest first",
        query: pageQuery({ watch_rule_id: watchedByRuleParam }),
        paged: true,
        answer: z.array(answer),
      }, async (c, { query: { page, watch_rule_id = null }, caller }) => {
        const found = await listReleases(deps.sql, { user_id: caller.user_id, watch_rule_id, page });
        const { rows, nextCursor } = pageOf(found, page);
        return pageAnswer(c, rows.map(toJson), nextCursor);
      }),
    )
    .get(
      "/:id",
      operation(
        { id: "getWatchRelease", summary: "Read a watched release", answer },
        async (c, { caller }) =>
          toJson(await findReleaseOf(deps.sql, { user_id: caller.user_id, id: idOf(c) })),
      ),
    )
    .patch(
      "/:id",
      operation(
        {
          id: "updateWatchRelease",
          summary: "Change a watched release",
          description: "Absent is unchanged, null clears.",
          body: updateReleaseSchema,
          answer,
          errors,
        },
        async (c, { body: changes, caller }) =>
          toJson(await updateRelease(deps, { user_id: caller.user_id, id: idOf(c), changes })),
      ),
    )
    .delete(
      "/:id",
      operation(
        { id: "stopWatchRelease", summary: "Stop watching a release", answer },
        async (c, { caller }) => toJson(await disableRelease(deps, { user_id: caller.user_id, id: idOf(c) })),
      ),
    );
}
