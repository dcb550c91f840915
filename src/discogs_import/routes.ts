import { Hono } from "hono";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation } from "../platform/api/operation.ts";
import { connectAccount } from "./connect_account.ts";
import { disconnectAccount } from "./disconnect_account.ts";
import { findConnection } from "./find_connection.ts";
import { discogsImportRoutes } from "./import_routes.ts";
import { discogsOAuthRoutes } from "./oauth_routes.ts";
import { updateSync } from "./sync_accounts.ts";
import {
  connectionSchema,
  connectionStatusSchema,
  connectSchema,
  disconnectionSchema,
  disconnectSchema,
  toConnectionJson,
  updateConnectionSchema,
} from "./schema.ts";
import type { LinkingDeps } from "./start_link.ts";

/** `/api/integrations/discogs`. */
export function discogsRoutes(deps: LinkingDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .route("/oauth", discogsOAuthRoutes(deps))
    .route("/", discogsImportRoutes(deps))
    .post(
      "/connect",
      operation(
        {
          id: "connectDiscogs",
          summary: "Link your account at Discogs",
          description: "In the place of the one that was linked.",
          body: connectSchema,
          answer: connectionSchema,
          errors: { 409: "The operator has not set the keys that a token is encrypted with" },
        },
        async (_c, { body, caller }) =>
          toConnectionJson(await connectAccount(deps, { ...body, user_id: caller.user_id })),
      ),
    )
    .get(
      "/status",
      operation({
        id: "getDiscogsConnection",
        summary: "See whether your account at Discogs is linked",
        answer: connectionStatusSchema,
      }, (_c, { caller }) => findConnection(deps, caller.user_id)),
    )
    .patch(
      "/",
      operation(
        {
          id: "updateDiscogsConnection",
          summary: "Have your lists read again by themselves, or no more",
          description:
            "Absent is unchanged. Their ends are told only where something failed, and that ends it.",
          body: updateConnectionSchema,
          answer: connectionStatusSchema,
          errors: { 400: "No account at Discogs is linked" },
        },
        async (_c, { body: { sync }, caller: { user_id } }) => {
          if (sync !== undefined) await updateSync(deps, { user_id, sync });
          return await findConnection(deps, user_id);
        },
      ),
    )
    .post(
      "/disconnect",
      operation({
        id: "disconnectDiscogs",
        summary: "Forget your account at Discogs, its token and its lists; again changes nothing",
        body: disconnectSchema,
        bodyOptional: true,
        answer: disconnectionSchema,
      }, (_c, { caller }) => disconnectAccount(deps, caller.user_id)),
    );
}
