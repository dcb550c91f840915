import { Hono } from "hono";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation } from "../platform/api/operation.ts";
import { findProfile } from "./find_profile.ts";
import { updateProfileSchema, userProfileSchema } from "./schema.ts";
import { updateProfile } from "./update_profile.ts";

/** `/api/me`. */
export function profileRoutes(deps: Parameters<typeof updateProfile>[0]): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get(
      "/",
      operation(
        { id: "getProfile", summary: "Read your profile", answer: userProfileSchema },
        (_c, { caller }) => findProfile(deps, caller.user_id),
      ),
    )
    .patch(
      "/",
      operation({
        id: "updateProfile",
        summary: "Change your profile and preferences",
        description: "Absent is unchanged, null clears. Messages that have not left yet are planned anew.",
        body: updateProfileSchema,
        answer: userProfileSchema,
      }, (_c, { body: changes, caller }) => updateProfile(deps, { user_id: caller.user_id, changes })),
    );
}
