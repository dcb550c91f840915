import { Hono } from "hono";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation } from "../platform/api/operation.ts";
import { type CookieDeps, setSessionCookie } from "../accounts/set_cookies.ts";
import { deactivateAccount } from "./deactivate_account.ts";
import { deleteAccount } from "./delete_account.ts";
import { AccountExporter, type ExportDeps } from "./export_account.ts";
import { exportedAccountSchema } from "./export_schema.ts";
import { findProfile } from "./find_profile.ts";
import { type ClosingDeps, logOut } from "./log_out.ts";
import {
  deactivatedSchema,
  deletedSchema,
  loggedOutSchema,
  updateProfileSchema,
  userProfileSchema,
} from "./schema.ts";
import { updateProfile } from "./update_profile.ts";

/** What the routes of the profile need. */
export type ProfileDeps = Parameters<typeof updateProfile>[0] & ClosingDeps & CookieDeps & ExportDeps;

/** `/api/me`. */
export function profileRoutes(deps: ProfileDeps): Hono<ApiEnv> {
  const exporter = new AccountExporter(deps);
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
    )
    .get(
      "/export",
      operation({
        id: "exportAccount",
        summary: "Take everything that is kept of you with you",
        description:
          "One JSON document as of one moment, to be saved as a file. It comes as fast as it is read; one that breaks off is not complete.",
        answer: exportedAccountSchema,
        errors: { 409: "Your export is under way", 503: "Too many others are under way" },
      }, (c, { caller }) => {
        const name = `waxwatch-${deps.clock.now().toISOString().slice(0, 10)}.json`;
        return c.body(exporter.start(caller.user_id), 200, {
          "content-type": "application/json",
          "content-disposition": `attachment; filename="${name}"`,
        });
      }),
    );
}

/** The ends of a session and of an account, under `/api/me`. */
export function closingRoutes(deps: ClosingDeps & CookieDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .post(
      "/logout",
      operation({
        id: "logOut",
        summary: "Log out",
        description:
          "Ends what you show to be let in: the session and its cookie, or the API token. All tokens of your issuer that were issued until now end too.",
        answer: loggedOutSchema,
      }, async (c, { caller }) => {
        const marker = await logOut(deps, caller);
        setSessionCookie(c, deps, null);
        return { success: true, marker } as const;
      }),
    )
    .delete(
      "/",
      operation({
        id: "deactivateAccount",
        summary: "Switch your account off",
        description:
          "Rules and watches stop, sessions end, nothing leaves any more; nothing is deleted. An operator can switch it on again.",
        answer: deactivatedSchema,
      }, async (c, { caller }) => {
        const done = await deactivateAccount(deps, caller.user_id);
        setSessionCookie(c, deps, null);
        return { success: true, ...done } as const;
      }),
    )
    .delete(
      "/hard-delete",
      operation({
        id: "deleteAccount",
        summary: "Delete your account for good",
        description: "Also a deactivated one. Everything of it is gone, and again answers 404.",
        answer: deletedSchema,
      }, async (c, { caller }) => {
        const done = await deleteAccount(deps, caller.user_id);
        setSessionCookie(c, deps, null);
        return { success: true, ...done } as const;
      }),
    );
}
