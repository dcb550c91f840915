import { Hono } from "hono";
import { z } from "zod";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation, pageAnswer } from "../platform/api/operation.ts";
import type { Clock } from "../platform/clock.ts";
import { pageOf, pageQuery } from "../platform/paging.ts";
import type { Sql } from "../platform/sql.ts";
import { listEvents } from "./read_store.ts";
import { type DescribeCredit, eventFilter, eventSchema, toEventJson } from "./schema.ts";

/** What reading the log needs. */
export interface EventLogDeps {
  sql: Sql;
  clock: Clock;
  describeProvider: DescribeCredit;
}

/** `/api/events`. */
export function eventRoutes(deps: EventLogDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get(
      "/",
      operation({
        id: "listEvents",
        summary: "Read everything that happened to you, newest first",
        query: pageQuery(eventFilter),
        paged: true,
        answer: z.array(eventSchema),
      }, async (c, { query: { page, type = null, rule_id = null }, caller }) => {
        const filter = { user_id: caller.user_id, type, rule_id };
        const found = await listEvents(deps.sql, { ...filter, page, now: deps.clock.now() });
        const { rows, nextCursor } = pageOf(found, page);
        return pageAnswer(c, rows.map((row) => toEventJson(row, deps.describeProvider)), nextCursor);
      }),
    );
}
