import { Hono } from "hono";
import { z } from "zod";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation, pageAnswer } from "../platform/api/operation.ts";
import { pageOf, pageQuery } from "../platform/paging.ts";
import type { Sql } from "../platform/sql.ts";
import {
  adminRequestSchema,
  providerRequestSchema,
  requestFilter,
  requestFilterOf,
  requestSummarySchema,
  toRequestJson,
} from "./request_schema.ts";
import { listRequests, listVisibleRequests, sumRequests, sumVisibleRequests } from "./request_store.ts";

/** `/api/provider-requests`: what was asked of providers, and how it went. */
export function providerRequestRoutes(deps: { sql: Sql }): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get(
      "/",
      operation({
        id: "listProviderRequests",
        summary: "List the calls to providers that were made for you, newest first",
        description:
          "Calls of the searches that you shared at that time, and your own. Kept for 30 days, or as the operator chose.",
        query: pageQuery(),
        paged: true,
        answer: z.array(providerRequestSchema),
      }, async (c, { query: { page }, caller }) => {
        const found = await listVisibleRequests(deps.sql, { user_id: caller.user_id, page });
        const { rows, nextCursor } = pageOf(found, page);
        return pageAnswer(c, rows.map(toRequestJson), nextCursor);
      }),
    )
    .get(
      "/summary",
      operation({
        id: "sumProviderRequests",
        summary: "Count the calls to providers that were made for you",
        answer: z.array(requestSummarySchema),
      }, (_c, { caller }) => sumVisibleRequests(deps.sql, caller.user_id)),
    )
    .get(
      "/admin",
      operation({
        id: "listAllProviderRequests",
        summary: "List all calls to providers, newest first",
        access: "admin",
        query: pageQuery(requestFilter),
        paged: true,
        answer: z.array(adminRequestSchema),
      }, async (c, { query: { page, ...filter } }) => {
        const found = await listRequests(deps.sql, { ...requestFilterOf(filter), page });
        const { rows, nextCursor } = pageOf(found, page);
        return pageAnswer(c, rows, nextCursor);
      }),
    )
    .get(
      "/admin/summary",
      operation({
        id: "sumAllProviderRequests",
        summary: "Count all calls to providers",
        access: "admin",
        query: z.object(requestFilter),
        answer: z.array(requestSummarySchema),
      }, (_c, { query }) => sumRequests(deps.sql, requestFilterOf(query))),
    );
}
