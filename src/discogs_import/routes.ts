import { Hono } from "hono";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation } from "../platform/api/operation.ts";
import { connectAccount } from "./connect_account.ts";
import { disconnectAccount } from "./disconnect_account.ts";
import { findConnection } from "./find_connection.ts";
import { discogsOAuthRoutes } from "./oauth_routes.ts";
import {
  connectionSchema,
  connectionStatusSchema,
  connectSchema,
  disconnectionSchema,
  disconnectSchema,
  toConnectionJson,
} from "./schema.ts";
import type { LinkingDeps } from "./start_link.ts";

/** `/api/integrations/discogs`. */
export function discogsRoutes(deps: LinkingDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .route("/oauth", discogsOAuthRoutes(deps))
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
    .post(
      "/disconnect",
      operation({
        id: "disconnectDiscogs",
        summary: "Forget your account at Discogs and its token; again changes nothing",
        body: disconnectSchema,
        bodyOptional: true,
        answer: disconnectionSchema,
      }, (_c, { caller }) => disconnectAccount(deps, caller.user_id)),
    );
}
