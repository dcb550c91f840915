import { Hono } from "hono";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation } from "../platform/api/operation.ts";
import { answerPage, wantsPage } from "../platform/api/page_answer.ts";
import { paragraph, webPage } from "../platform/web_page.ts";
import { finishLink } from "./finish_link.ts";
import { finishLinkSchema, returnQuerySchema, startedLinkSchema, startLinkSchema } from "./oauth_schema.ts";
import { connectionSchema, toConnectionJson } from "./schema.ts";
import { type LinkingDeps, startLink } from "./start_link.ts";

const FAILURES = {
  400: "The link is unknown, was used, has expired, or its user did not allow it",
  502: "Discogs failed; where the message says so, the same link may be tried again",
};

/** `/api/integrations/discogs/oauth`. */
export function discogsOAuthRoutes(deps: LinkingDeps): Hono<ApiEnv> {
  const operations = new Hono<ApiEnv>();
  return operations
    .post(
      "/start",
      operation(
        {
          id: "startDiscogsLink",
          summary: "Begin to link your account at Discogs",
          description: "Open authorize_url in the user's browser. Good for 15 minutes.",
          body: startLinkSchema,
          bodyOptional: true,
          answer: startedLinkSchema,
          errors: { 409: "The operator has not configured it", 502: "Discogs failed" },
        },
        (_c, { body, caller }) => startLink(deps, { ...body, user_id: caller.user_id }),
      ),
    )
    .post(
      "/callback",
      operation(
        {
          id: "finishDiscogsLink",
          summary: "Link the account with what Discogs led the browser back with",
          description: "In the place of the one that was linked.",
          body: finishLinkSchema,
          answer: connectionSchema,
          errors: FAILURES,
        },
        async (_c, { body: proof, caller }) =>
          toConnectionJson(await finishLink(deps, { user_id: caller.user_id, proof })),
      ),
    )
    .get(
      "/return",
      operation(
        {
          id: "returnFromDiscogs",
          summary: "Where Discogs leads a browser back to: links the account of whoever is logged in",
          description: "As the callback. A browser that is not logged in may open it again once it is.",
          query: returnQuerySchema,
          answer: connectionSchema,
          pages: true,
          errors: FAILURES,
        },
        async (c, { query: proof, caller }) => {
          const account = await finishLink(deps, { user_id: caller.user_id, proof });
          return wantsPage(c)
            ? answerPage(c, linkedPage(account.external_user_id))
            : toConnectionJson(account);
        },
      ),
    );
}

function linkedPage(name: string): string {
  return webPage(
    "Your Discogs account is linked",
    paragraph(`WaxWatch reads the lists of ${name} now. You can close this page.`),
  );
}
