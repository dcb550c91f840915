import { Hono } from "hono";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation } from "../platform/api/operation.ts";
import { issueDevToken } from "./issue_dev_token.ts";
import { devTokenSchema, issuedTokenSchema } from "./schema.ts";

/** `POST /api/dev/token`; mounted in dev, test and local only. */
export function devTokenRoutes(deps: Parameters<typeof issueDevToken>[0]): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .post(
      "/",
      operation({
        id: "issueDevToken",
        summary: "Get a token for any address (development)",
        description: "Makes the account when the address has none.",
        access: "public",
        body: devTokenSchema,
        bodyOptional: true,
        answer: issuedTokenSchema,
      }, (_c, { body }) => issueDevToken(deps, body)),
    );
}
