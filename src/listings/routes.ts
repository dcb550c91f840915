import { Hono } from "hono";
import { z } from "zod";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation } from "../platform/api/operation.ts";
import { readId } from "../platform/request.ts";
import { followLink, type OutboundDeps } from "./follow_link.ts";

const refererQuery = z.object({
  referer: z.string().optional().describe("Where the link stood; absent: the header of this name says it"),
});

/** `/api/outbound`: links to offers, with a note of who followed them. */
export function outboundRoutes(deps: OutboundDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get(
      "/ebay/:listing_id",
      operation({
        id: "followEbayLink",
        summary: "Go to an offer on eBay",
        description:
          "A link in a page or a mail carries no credential; one that comes is noted with the click.",
        access: "optional",
        query: refererQuery,
        answer: null,
        status: 307,
        errors: { 404: "There is no such listing, it is not eBay's, or it has no link" },
      }, async (c, { query, callerOrNull }) => {
        const listing_id = readId(c, "listing", "listing_id");
        const referer = query.referer || (c.req.header("referer") ?? null);
        const user_id = callerOrNull?.user_id ?? null;
        return c.redirect(await followLink(deps, { listing_id, user_id, referer }), 307);
      }),
    );
}
