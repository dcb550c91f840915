import { Hono } from "hono";
import { z } from "zod";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation } from "../platform/api/operation.ts";
import { listProviders, type ProviderListDeps } from "./list_providers.ts";
import { providerSchema } from "./schema.ts";

/** `/api/providers`. */
export function providerRoutes(deps: ProviderListDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get(
      "/",
      operation({
        id: "listProviders",
        summary: "List marketplaces, shops and feeds: what they can do, their terms and their health",
        description: "Those you may know of, disabled ones too. The counts of searches are of yours alone.",
        answer: z.array(providerSchema),
      }, (_c, { caller }) => listProviders(deps, caller.user_id)),
    );
}
