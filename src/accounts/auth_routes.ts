/** How people get in. Nobody has to say who he is here, and nobody learns who has an account. */
import { type Context, Hono } from "hono";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation } from "../platform/api/operation.ts";
import { addressGroup, clientAddress } from "../platform/client_address.ts";
import type { AccountDeps } from "./account_deps.ts";
import {
  forgotPasswordSchema,
  loggedInSchema,
  loginSchema,
  registeredSchema,
  registerSchema,
  SUCCESS,
  successSchema,
} from "./auth_schema.ts";
import { requestOrigin } from "./caller.ts";
import { type OwnOrigins, refuseMadeElsewhere } from "./check_origin.ts";
import type { CookieJar } from "./cookies.ts";
import { resetPasswordRoutes, verifyEmailRoutes } from "./link_routes.ts";
import { login } from "./login.ts";
import { register } from "./register.ts";
import { forgotPassword } from "./reset_password.ts";
import { setDeviceCookie, setSessionCookie } from "./set_cookies.ts";

/** What the routes of accounts need. */
export type AuthRouteDeps = AccountDeps & { cookies: CookieJar; ownOrigins: OwnOrigins };

/** `/api/auth`, but for what asks who calls. */
export function authRoutes(deps: AuthRouteDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .post(
      "/register",
      operation({
        id: "register",
        summary: "Make an account",
        description:
          "Answers the same, in the same time, for an address that has an account: its owner gets a mail.",
        access: "public",
        body: registerSchema,
        answer: registeredSchema,
        status: 201,
        errors: { 409: "Registration is closed, or a page of another site made the request" },
      }, (c, { body }) => {
        refuseMadeElsewhere(requestOrigin(c), deps.ownOrigins);
        return register(deps, body);
      }),
    )
    .post(
      "/login",
      operation({
        id: "login",
        summary: "Log a browser in",
        description:
          "Sets the cookie of the session. Guessing is slowed, without keeping the owner's browsers out.",
        access: "public",
        body: loginSchema,
        answer: loggedInSchema,
        errors: {
          401: "E-mail or password is wrong (code `invalid_credentials`)",
          409: "A page of another site made the request",
        },
      }, (c, { body }) => {
        refuseMadeElsewhere(requestOrigin(c), deps.ownOrigins);
        return logIn(c, deps, body);
      }),
    )
    .post(
      "/forgot-password",
      operation({
        id: "forgotPassword",
        summary: "Ask for the mail by which a new password can be chosen",
        description: "Answers the same for every address.",
        access: "public",
        body: forgotPasswordSchema,
        answer: successSchema,
        status: 202,
      }, async (_c, { body }) => {
        await forgotPassword(deps, body);
        return SUCCESS;
      }),
    )
    .route("/verify-email", verifyEmailRoutes(deps))
    .route("/reset-password", resetPasswordRoutes(deps));
}

async function logIn(c: Context<ApiEnv>, deps: AuthRouteDeps, body: { email: string; password: string }) {
  const { user, session, session_token, device_token } = await login(deps, {
    email: body.email,
    password: body.password,
    client: addressGroup(clientAddress(c)),
    device_token: deps.cookies.readDevice(c.req.header("cookie") ?? null),
    user_agent: c.req.header("user-agent") ?? null,
  });
  setSessionCookie(c, deps, { token: session_token, expires_at: session.expires_at });
  setDeviceCookie(c, deps, device_token);
  return { user, session };
}
