/** What the links in account mails open: GET asks, POST does it, from a page's form as from a client. */
import { Hono } from "hono";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation } from "../platform/api/operation.ts";
import { answerPage, answerRefusalsAsPages, wantsPage } from "../platform/api/page_answer.ts";
import { paragraph, webPage } from "../platform/web_page.ts";
import type { AccountDeps } from "./account_deps.ts";
import {
  linkQuerySchema,
  resetPasswordSchema,
  SUCCESS,
  successSchema,
  verifyEmailSchema,
} from "./auth_schema.ts";
import type { CookieJar } from "./cookies.ts";
import { resetPage, verifyPage } from "./link_pages.ts";
import { resetPassword } from "./reset_password.ts";
import { setDeviceCookie } from "./set_cookies.ts";
import { verifyEmail } from "./verify_email.ts";

const BAD_LINK = { 400: "The link was used, has expired, or is not complete" };
const SHOWN = {
  access: "public",
  query: linkQuerySchema,
  answer: null,
  status: 200,
  mediaType: "text/html",
  pages: true,
} as const;

/** `/api/auth/verify-email`. */
export function verifyEmailRoutes(deps: AccountDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .use("/", answerRefusalsAsPages)
    .get(
      "/",
      operation({
        id: "showVerifyEmail",
        summary: "Ask whether to confirm an address (the link in a mail)",
        description: "Changes nothing and does not look at the token: mail scanners open every link.",
        ...SHOWN,
      }, (c, { query }) => answerPage(c, verifyPage(query.token))),
    )
    .post(
      "/",
      operation({
        id: "verifyEmail",
        summary: "Confirm an address with the token of a link",
        access: "public",
        body: verifyEmailSchema,
        form: true,
        pages: true,
        answer: successSchema,
        errors: BAD_LINK,
      }, async (c, { body }) => {
        await verifyEmail(deps, body);
        return wantsPage(c) ? answerPage(c, VERIFIED) : SUCCESS;
      }),
    );
}

/** `/api/auth/reset-password`. */
export function resetPasswordRoutes(deps: AccountDeps & { cookies: CookieJar }): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .use("/", answerRefusalsAsPages)
    .get(
      "/",
      operation({
        id: "showResetPassword",
        summary: "Ask for a new password (the link in a mail)",
        description: "Changes nothing and does not look at the token.",
        ...SHOWN,
      }, (c, { query }) => answerPage(c, resetPage(query.token))),
    )
    .post(
      "/",
      operation({
        id: "resetPassword",
        summary: "Choose a new password with the token of a link",
        description: "Ends all sessions. Does not log in.",
        access: "public",
        body: resetPasswordSchema,
        form: true,
        pages: true,
        answer: successSchema,
        errors: BAD_LINK,
      }, async (c, { body }) => {
        const device_token = deps.cookies.readDevice(c.req.header("cookie") ?? null);
        setDeviceCookie(c, deps, (await resetPassword(deps, { ...body, device_token })).device_token);
        return wantsPage(c) ? answerPage(c, RESET) : SUCCESS;
      }),
    );
}

const VERIFIED = webPage("Your address is confirmed", paragraph("You can close this page and sign in."));
const RESET = webPage("Your password is saved", paragraph("You can close this page and sign in with it."));
