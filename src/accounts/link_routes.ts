/** What the links in account mails open: GET asks, POST does it, from a page's form as from a client. */
import { type Context, Hono, type MiddlewareHandler } from "hono";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation } from "../platform/api/operation.ts";
import { DomainError } from "../platform/errors.ts";
import type { AccountDeps } from "./account_deps.ts";
import {
  linkQuerySchema,
  resetPasswordSchema,
  SUCCESS,
  successSchema,
  verifyEmailSchema,
} from "./auth_schema.ts";
import type { CookieJar } from "./cookies.ts";
import { resetPage, resultPage, verifyPage } from "./link_pages.ts";
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
    .use("/", answerPages)
    .get(
      "/",
      operation({
        id: "showVerifyEmail",
        summary: "Ask whether to confirm an address (the link in a mail)",
        description: "Changes nothing and does not look at the token: mail scanners open every link.",
        ...SHOWN,
      }, (c, { query }) => html(c, verifyPage(query.token))),
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
        return wantsPage(c) ? html(c, VERIFIED) : SUCCESS;
      }),
    );
}

/** `/api/auth/reset-password`. */
export function resetPasswordRoutes(deps: AccountDeps & { cookies: CookieJar }): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .use("/", answerPages)
    .get(
      "/",
      operation({
        id: "showResetPassword",
        summary: "Ask for a new password (the link in a mail)",
        description: "Changes nothing and does not look at the token.",
        ...SHOWN,
      }, (c, { query }) => html(c, resetPage(query.token))),
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
        return wantsPage(c) ? html(c, RESET) : SUCCESS;
      }),
    );
}

const VERIFIED = resultPage("Your address is confirmed", "You can close this page and sign in.");
const RESET = resultPage("Your password is saved", "You can close this page and sign in with it.");

/** To somebody who looks at a page a refusal is one too. */
const answerPages: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  if (!(c.error instanceof DomainError) || !wantsPage(c)) return;
  // A browser that looks at a page sends no other method.
  if (c.error.code === "method_not_allowed") return;
  const text = resultPage("That did not work", `${c.error.message}.`);
  // Headers of the answer it takes the place of stay.
  c.res = new Response(text, { status: c.res.status, headers: PAGE_HEADERS });
};

const PAGE_HEADERS = {
  "content-type": "text/html; charset=UTF-8",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  // The address holds the token.
  "referrer-policy": "no-referrer",
};

function wantsPage(c: Context<ApiEnv>): boolean {
  return c.req.header("accept")?.includes("text/html") ?? false;
}

function html(c: Context<ApiEnv>, text: string): Response {
  return c.body(text, 200, PAGE_HEADERS);
}
