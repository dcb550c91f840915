import { Hono } from "hono";
import { z } from "zod";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation, pageAnswer } from "../platform/api/operation.ts";
import type { Clock } from "../platform/clock.ts";
import { DomainError, invalidField } from "../platform/errors.ts";
import { pageOf, pageQuery, wholeNumberParam } from "../platform/paging.ts";
import { flagParam, readId } from "../platform/request.ts";
import type { Sql } from "../platform/sql.ts";
import type { AuthDeps } from "../accounts/authenticate.ts";
import { stillStands } from "../accounts/authenticate_closing.ts";
import { credentialsOf } from "../accounts/caller.ts";
import { listItemStates } from "./delivery_store.ts";
import { deliveryStateSchema, toDeliveryJson } from "./delivery_states.ts";
import { countUnread, findNotification, listNotifications } from "./inbox_store.ts";
import { readNotification } from "./read_notification.ts";
import {
  type DescribeProvider,
  notificationSchema,
  streamMessageSchema,
  toNotificationJson,
} from "./schema.ts";
import type { StreamHub } from "./stream.ts";

/** What the inbox and stream routes need. */
export interface InboxDeps {
  sql: Sql;
  clock: Clock;
  streams: StreamHub;
  describeProvider: DescribeProvider;
}

/** `/api/notifications`. */
export function notificationRoutes(deps: InboxDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get(
      "/",
      operation({
        id: "listNotifications",
        summary: "List your inbox, newest first",
        query: pageQuery({ unread: flagParam("unread").describe("Only what you have not read") }),
        paged: true,
        answer: z.array(notificationSchema),
      }, async (c, { query: { page, unread }, caller }) => {
        const query = { user_id: caller.user_id, unread, page, now: deps.clock.now() };
        const found = await listNotifications(deps.sql, query);
        const { rows, nextCursor } = pageOf(found, page);
        return pageAnswer(c, rows.map((row) => toNotificationJson(row, deps.describeProvider)), nextCursor);
      }),
    )
    .get(
      "/unread-count",
      operation({
        id: "countUnreadNotifications",
        summary: "Count what you have not read",
        answer: z.object({ unread_count: z.int() }),
      }, async (_c, { caller }) => ({ unread_count: await countUnread(deps.sql, caller.user_id) })),
    )
    .get(
      "/:id/deliveries",
      operation({
        id: "listDeliveriesOfNotification",
        summary: "See what became of an alert on each channel",
        answer: z.array(deliveryStateSchema),
      }, async (c, { caller: { user_id } }) => {
        const id = readId(c, "notification");
        const found = await findNotification(deps.sql, { user_id, id, now: deps.clock.now() });
        if (!found) throw new DomainError("not_found", `Cannot find notification ${id}`);
        const states = await listItemStates(deps.sql, { user_id, event_id: found.event_id });
        return states.map(toDeliveryJson);
      }),
    )
    .post(
      "/:id/read",
      operation({
        id: "readNotification",
        summary: "Mark as read; again changes nothing",
        answer: notificationSchema,
      }, async (c, { caller }) => {
        const row = await readNotification(deps, { user_id: caller.user_id, id: readId(c, "notification") });
        return toNotificationJson(row, deps.describeProvider);
      }),
    );
}

const lastSeq = wholeNumberParam("the last event id", { min: 0, max: Number.MAX_SAFE_INTEGER });

/** `/api/stream`: inbox rows as they come; `Last-Event-ID` or `?after=` replays what was missed. */
export function streamRoutes(deps: InboxDeps & AuthDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get(
      "/events",
      operation({
        id: "streamEvents",
        summary: "Follow your inbox as it grows (server-sent events)",
        description:
          "`event: notification`, `id:` the sequence number, `data:` a StreamMessage as JSON. The header Last-Event-ID, or `after`, replays what came since. It ends with the session or token that opened it.",
        query: z.object({ after: z.union([z.literal(""), lastSeq]).optional() }),
        answer: null,
        status: 200,
        mediaType: "text/event-stream",
        messages: streamMessageSchema,
      }, async (c, { query, caller }) => {
        const credentials = credentialsOf(c);
        const after = lastEventId(c.req.header("last-event-id")) ?? (query.after === "" ? null : query.after);
        return c.body(
          await deps.streams.open({
            userId: caller.user_id,
            afterSeq: after ?? null,
            stillAllowed: () => stillStands(deps, credentials),
          }),
          200,
          {
            "content-type": "text/event-stream; charset=utf-8",
            "x-accel-buffering": "no",
          },
        );
      }),
    );
}

/** Browsers send the id of the last message by themselves; an empty one says nothing. */
function lastEventId(header: string | undefined): number | null {
  if (!header) return null;
  const read = lastSeq.safeParse(header);
  if (read.success) return read.data;
  throw invalidField(["header", "last-event-id"], read.error.issues[0]!.message);
}
