import { Hono } from "hono";
import { z } from "zod";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation, pageAnswer } from "../platform/api/operation.ts";
import type { Clock } from "../platform/clock.ts";
import { pageOf, pageQuery } from "../platform/paging.ts";
import { readId } from "../platform/request.ts";
import type { Sql } from "../platform/sql.ts";
import { findUserMarketplace } from "../accounts/store.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import { findListingOf, type ListingPolicy } from "./find_listing.ts";
import { findPrices, observationSchema, toObservationJson } from "./find_prices.ts";
import { followLink, type OutboundDeps } from "./follow_link.ts";
import { type DescribeCredit, shownListingSchema, toShownListingJson } from "./shown_listing.ts";

const refererQuery = z.object({
  referer: z.string().optional().describe("Where the link stood; absent: the header of this name says it"),
});

/** What reading listings needs. */
export interface ListingDeps extends ListingPolicy {
  sql: Sql;
  clock: Clock;
  providers: Pick<ProviderRegistry, "get">;
  describeProvider: DescribeCredit;
}

/** `/api/listings`. */
export function listingRoutes(deps: ListingDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get(
      "/:id",
      operation({
        id: "getListing",
        summary: "Read what was seen of an offer, a release or a floor price",
        answer: shownListingSchema,
      }, async (c, { caller: { user_id } }) => {
        const listing = await findListingOf(deps, { id: readId(c, "listing"), user_id });
        const own = await findUserMarketplace(deps.sql, user_id);
        return toShownListingJson(listing, {
          now: deps.clock.now(),
          marketplaces: own === null ? [] : [own],
          describe: deps.describeProvider,
        });
      }),
    )
    .get(
      "/:id/price-history",
      operation({
        id: "listPricesOfListing",
        summary: "List what a listing cost, newest first",
        description:
          "A row for every change. As far back as the provider's terms allow: six hours for eBay and Discogs.",
        query: pageQuery(),
        paged: true,
        answer: z.array(observationSchema),
      }, async (c, { query: { page }, caller: { user_id } }) => {
        const found = await findPrices(deps, { id: readId(c, "listing"), user_id, page });
        const { rows, nextCursor } = pageOf(found, page);
        return pageAnswer(c, rows.map(toObservationJson), nextCursor);
      }),
    );
}

/** `/api/outbound`: links to offers, with a note of who followed them. */
export function outboundRoutes(deps: OutboundDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get(
      "/ebay/:listing_id",
      operation({
        id: "followEbayLink",
        summary: "Go to an offer on eBay",
        description:
          "A link in a page or a mail carries no credential; one that comes is noted with the click. Where the operator " +
          "has an affiliate campaign the link is one of it: clients have to say so beside it.",
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
