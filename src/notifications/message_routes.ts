/** What the links in a message open. No login: the token in the link is the key, and good for nothing else. */
import { Hono } from "hono";
import { z } from "zod";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation } from "../platform/api/operation.ts";
import { answerPage, answerRefusalsAsPages, wantsPage } from "../platform/api/page_answer.ts";
import { DomainError } from "../platform/errors.ts";
import { isUuid } from "../platform/ids.ts";
import type { Pool } from "../platform/sql.ts";
import { paragraph, postForm, webPage } from "../platform/web_page.ts";
import { findChannel } from "./channel_store.ts";
import { findDelivery } from "./delivery_store.ts";
import { loadMessage, type MessageDeps } from "./message/load_message.ts";
import { renderHtml } from "./message/render_html.ts";
import { requireChannel, unsubscribe } from "./unsubscribe.ts";

/** Most alerts the web form of one message shows. */
const MAX_ON_PAGE = 1_000;

/** What the links of messages need. */
export type LinkDeps = MessageDeps & { sql: Pool };

/** `/api/unsubscribe/{token}`: GET asks (mail scanners open every link), POST does it, also as RFC 8058's one click. */
export function unsubscribeRoutes(deps: LinkDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .use("/:token", answerRefusalsAsPages)
    .get(
      "/:token",
      operation({
        id: "showUnsubscribe",
        summary: "Ask whether to unsubscribe (the link in every mail)",
        description: "Changes nothing. A page for browsers, JSON for others.",
        access: "public",
        answer: unsubscribedSchema,
        pages: true,
      }, async (c) => {
        await requireChannel(deps.sql, c.req.param("token") ?? "");
        return wantsPage(c) ? answerPage(c, QUESTION) : { unsubscribed: false };
      }),
    )
    .post(
      "/:token",
      operation({
        id: "unsubscribe",
        summary: "Switch off the channel of a mail (RFC 8058 one-click)",
        access: "public",
        answer: unsubscribedSchema,
        pages: true,
      }, async (c) => {
        await unsubscribe(deps, c.req.param("token") ?? "");
        return wantsPage(c) ? answerPage(c, DONE) : { unsubscribed: true };
      }),
    );
}

/** `/api/messages/{token}/{delivery}`: a message on the web, with what its mail had no room for. */
export function messageRoutes(deps: LinkDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .use("/:token/:delivery", answerRefusalsAsPages)
    .get(
      "/:token/:delivery",
      operation({
        id: "showMessage",
        summary: "Read a mail on the web",
        access: "public",
        answer: null,
        status: 200,
        mediaType: "text/html",
        pages: true,
      }, async (c) => {
        const { id } = await requireChannel(deps.sql, c.req.param("token") ?? "");
        const wanted = c.req.param("delivery") ?? "";
        const delivery = isUuid(wanted) ? await findDelivery(deps.sql, { id: wanted, channel_id: id }) : null;
        const channel = await findChannel(deps.sql, id);
        if (!delivery || !channel) throw new DomainError("not_found", "Cannot find this message");
        const message = await loadMessage(deps, { delivery, channel, limit: MAX_ON_PAGE });
        return answerPage(c, renderHtml(message, { isOnWeb: true }), { images: true });
      }),
    );
}

const unsubscribedSchema = z.object({ unsubscribed: z.boolean() });

const QUESTION = webPage(
  "No more e-mail from WaxWatch?",
  paragraph("Alerts stay in your inbox here. You can switch e-mail on again in your profile.") +
    postForm({ button: "Unsubscribe" }),
);
const DONE = webPage(
  "You are unsubscribed",
  paragraph("No more e-mail will come. You can switch it on again in your profile."),
);
