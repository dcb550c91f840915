import { Hono } from "hono";
import { parseInput } from "../platform/parse.ts";
import { readJson } from "../platform/request.ts";
import { type ApiEnv, callerId } from "../accounts/caller.ts";
import { findProfile } from "./find_profile.ts";
import { updateProfileSchema } from "./schema.ts";
import { updateProfile } from "./update_profile.ts";

/** `/api/me`. */
export function profileRoutes(deps: Parameters<typeof updateProfile>[0]): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get("/", async (c) => c.json(await findProfile(deps, callerId(c))))
    .patch("/", async (c) => {
      const changes = parseInput(updateProfileSchema, await readJson(c), "body");
      return c.json(await updateProfile(deps, { user_id: callerId(c), changes }));
    });
}
