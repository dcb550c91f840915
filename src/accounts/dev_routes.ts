import { Hono } from "hono";
import { parseInput } from "../platform/parse.ts";
import { readJson } from "../platform/request.ts";
import type { ApiEnv } from "./caller.ts";
import { issueDevToken } from "./issue_dev_token.ts";
import { devTokenSchema } from "./schema.ts";

/** `POST /api/dev/token`; mounted in dev, test and local only. */
export function devTokenRoutes(deps: Parameters<typeof issueDevToken>[0]): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .post("/", async (c) => {
      const input = parseInput(devTokenSchema, await readJson(c, { optional: true }) ?? {}, "body");
      return c.json(await issueDevToken(deps, input));
    });
}
