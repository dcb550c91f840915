/** What a user sees and changes of his own ways in. */
import { Hono } from "hono";
import { z } from "zod";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation, pageAnswer } from "../platform/api/operation.ts";
import { DomainError } from "../platform/errors.ts";
import { pageOf, pageQuery } from "../platform/paging.ts";
import { readId } from "../platform/request.ts";
import type { AccountDeps } from "./account_deps.ts";
import { listApiTokens, revokeApiToken } from "./api_token_store.ts";
import {
  apiTokenSchema,
  changePasswordSchema,
  createdTokenSchema,
  createTokenSchema,
  sessionSchema,
  SUCCESS,
  successSchema,
} from "./auth_schema.ts";
import { changePassword } from "./change_password.ts";
import { createApiToken } from "./create_api_token.ts";
import { endAccess } from "./end_access.ts";
import { endSession, endSessionsOfUser, listSessions } from "./session_store.ts";
import { resendVerification } from "./verify_email.ts";

const ELSEWHERE = "a session's cookie was sent from another site";

/** `/api/me/sessions`. */
export function sessionRoutes(deps: AccountDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get(
      "/",
      operation({
        id: "listSessions",
        summary: "List the browsers that are logged in",
        query: pageQuery(),
        paged: true,
        answer: z.array(sessionSchema),
      }, async (c, { query: { page }, caller: { user_id, credential } }) => {
        const found = await listSessions(deps.sql, { user_id, page, now: deps.clock.now() });
        const { rows, nextCursor } = pageOf(found, page);
        const current = credential.kind === "session" ? credential.id : null;
        return pageAnswer(c, rows.map((row) => ({ ...row, is_current: row.id === current })), nextCursor);
      }),
    )
    .delete(
      "/",
      operation({
        id: "endOtherSessions",
        summary: "Log all other browsers out",
        description: "All of them, where the request is not made by one.",
        answer: null,
      }, async (_c, { caller: { user_id, credential } }) => {
        const exceptId = credential.kind === "session" ? credential.id : null;
        const now = deps.clock.now();
        await endAccess(deps, user_id, (tx) => endSessionsOfUser(tx, { user_id, now, exceptId }));
        return null;
      }),
    )
    .delete(
      "/:id",
      operation({ id: "endSession", summary: "Log one browser out", answer: null }, async (c, { caller }) => {
        const session = { id: readId(c, "session"), user_id: caller.user_id, now: deps.clock.now() };
        const ended = await endAccess(deps, caller.user_id, (tx) => endSession(tx, session));
        if (!ended) throw new DomainError("not_found", `Cannot find session ${session.id}`);
        return null;
      }),
    );
}

/** `/api/me/tokens`. */
export function apiTokenRoutes(deps: AccountDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get(
      "/",
      operation({
        id: "listApiTokens",
        summary: "List your API tokens",
        query: pageQuery(),
        paged: true,
        answer: z.array(apiTokenSchema),
      }, async (c, { query: { page }, caller: { user_id } }) => {
        const { rows, nextCursor } = pageOf(await listApiTokens(deps.sql, { user_id, page }), page);
        return pageAnswer(c, rows, nextCursor);
      }),
    )
    .post(
      "/",
      operation({
        id: "createApiToken",
        summary: "Make an API token",
        description:
          "Its text is shown once. A token makes no token with scopes it has not. Idempotency-Key is not " +
          "honoured: the text would have to be kept.",
        body: createTokenSchema,
        answer: createdTokenSchema,
        status: 201,
        errors: { 409: `There are 100 tokens, or ${ELSEWHERE}` },
      }, (_c, { body, caller }) => createApiToken(deps, { ...body, caller })),
    )
    .delete(
      "/:id",
      operation(
        { id: "revokeApiToken", summary: "Revoke an API token", answer: null },
        async (c, { caller }) => {
          const token = { id: readId(c, "token"), user_id: caller.user_id, now: deps.clock.now() };
          const revoked = await endAccess(deps, caller.user_id, (tx) => revokeApiToken(tx, token));
          if (!revoked) throw new DomainError("not_found", `Cannot find token ${token.id}`);
          return null;
        },
      ),
    );
}

/** `/api/me/password`. */
export function passwordRoutes(deps: AccountDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .post(
      "/",
      operation({
        id: "changePassword",
        summary: "Change your password",
        description: "Ends all other sessions.",
        body: changePasswordSchema,
        answer: successSchema,
        errors: { 409: `This account has no password, or ${ELSEWHERE}` },
      }, async (_c, { body, caller: { user_id, credential } }) => {
        await changePassword(deps, { ...body, user_id, credential });
        return SUCCESS;
      }),
    );
}

/** `/api/auth/verify-email/resend`. */
export function resendRoutes(deps: AccountDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .post(
      "/",
      operation({
        id: "resendVerification",
        summary: "Ask once more for the mail that confirms your address",
        answer: successSchema,
        status: 202,
        errors: { 409: `The address is confirmed, no mail can be sent, or ${ELSEWHERE}` },
      }, async (_c, { caller: { user_id } }) => {
        await resendVerification(deps, { user_id });
        return SUCCESS;
      }),
    );
}
