import { Hono } from "hono";
import { z } from "zod";
import type { Clock } from "../platform/clock.ts";
import { DomainError } from "../platform/errors.ts";
import { pageOf, pageQuerySchema } from "../platform/paging.ts";
import { parseInput } from "../platform/parse.ts";
import { flagParam, jsonPage, readId, readQuery } from "../platform/request.ts";
import type { Sql } from "../platform/sql.ts";
import { type ApiEnv, callerId } from "../accounts/caller.ts";
import { listItemStates } from "./delivery_store.ts";
import { toDeliveryJson } from "./delivery_states.ts";
import { countUnread, findNotification, listNotifications } from "./inbox_store.ts";
import { readNotification } from "./read_notification.ts";
import { type DescribeProvider, toNotificationJson } from "./schema.ts";
import type { StreamHub } from "./stream.ts";

/** What the inbox and stream routes need. */
export interface InboxDeps {
  sql: Sql;
  clock: Clock;
  streams: StreamHub;
  describeProvider: DescribeProvider;
}

const unreadSchema = z.object({ unread: flagParam("unread") });

/** `/api/notifications`. */
export function notificationRoutes(deps: InboxDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get("/", async (c) => {
      const page = parseInput(pageQuerySchema, readQuery(c), "query");
      const { unread } = parseInput(unreadSchema, readQuery(c), "query");
      const { rows, nextCursor } = pageOf(
        await listNotifications(deps.sql, { user_id: callerId(c), unread, page }),
        page,
      );
      return jsonPage(c, rows.map((row) => toNotificationJson(row, deps.describeProvider)), nextCursor);
    })
    .get("/unread-count", async (c) => c.json({ unread_count: await countUnread(deps.sql, callerId(c)) }))
    .get("/:id/deliveries", async (c) => {
      const query = { user_id: callerId(c), id: readId(c, "notification") };
      const found = await findNotification(deps.sql, query);
      if (!found) throw new DomainError("not_found", `Cannot find notification ${query.id}`);
      const states = await listItemStates(deps.sql, { user_id: query.user_id, event_id: found.event_id });
      return c.json(states.map(toDeliveryJson));
    })
    .post("/:id/read", async (c) => {
      const row = await readNotification(deps, { user_id: callerId(c), id: readId(c, "notification") });
      return c.json(toNotificationJson(row, deps.describeProvider));
    });
}

const lastSeq = z.string().regex(/^\d{1,15}$/, {
  error: (issue) => `the last event id is a number, not "${issue.input}"`,
})
  .transform(Number);
const streamSchema = z.object({ after: lastSeq.optional() });

/** `/api/stream`: inbox rows as they come; `Last-Event-ID` or `?after=` replays what was missed. */
export function streamRoutes(deps: InboxDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get("/events", async (c) => {
      const after = c.req.header("last-event-id") ?? readQuery(c)["after"];
      const input = parseInput(streamSchema, after ? { after } : {}, "query");
      return c.body(await deps.streams.open(callerId(c), input.after ?? null), 200, {
        "content-type": "text/event-stream; charset=utf-8",
        "x-accel-buffering": "no",
      });
    });
}
