import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { ApiEnv } from "../platform/api/env.ts";
import type { Clock } from "../platform/clock.ts";
import { DomainError, type ErrorCode, type LimitReached, type ValidationIssue } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import { DatabaseError, type Pool } from "../platform/sql.ts";
import { type AuthRouteDeps, authRoutes } from "../accounts/auth_routes.ts";
import type { AuthDeps } from "../accounts/authenticate.ts";
import { admitAnybody } from "../accounts/admit_anybody.ts";
import { requireCaller } from "../accounts/caller.ts";
import { devTokenRoutes } from "../accounts/dev_routes.ts";
import { apiTokenRoutes, passwordRoutes, resendRoutes, sessionRoutes } from "../accounts/me_routes.ts";
import type { DiscogsLinkDeps } from "../discogs_import/connect_account.ts";
import { discogsRoutes } from "../discogs_import/routes.ts";
import { eventRoutes } from "../events/routes.ts";
import { listingRoutes, outboundRoutes } from "../listings/routes.ts";
import { type LinkDeps, messageRoutes, unsubscribeRoutes } from "../notifications/message_routes.ts";
import { notificationRoutes, streamRoutes } from "../notifications/routes.ts";
import type { DescribeProvider } from "../notifications/schema.ts";
import type { StreamHub } from "../notifications/stream.ts";
import { devPollingRoutes } from "../polling/dev_routes.ts";
import { providerRequestRoutes } from "../polls/routes.ts";
import type { PollDeps } from "../polling/run_poll.ts";
import { profileRoutes } from "../profile/routes.ts";
import { searchRoutes } from "../search/routes.ts";
import type { SearchDeps } from "../search/search_offers.ts";
import { watchReleaseRoutes } from "../watch_releases/routes.ts";
import type { RuleDeps } from "../watch_rules/create_rule.ts";
import { watchRuleRoutes } from "../watch_rules/routes.ts";
import { docsRoutes } from "./docs_routes.ts";
import { type HealthDeps, healthRoutes } from "./health.ts";

/** What the API needs of the service. */
export type HttpDeps =
  & PollDeps
  & RuleDeps
  & HealthDeps
  & AuthDeps
  & AuthRouteDeps
  & LinkDeps
  & SearchDeps
  & DiscogsLinkDeps
  & {
    sql: Pool;
    clock: Clock;
    log: Log;
    streams: StreamHub;
    describeProvider: DescribeProvider;
    /** Mounts the dev routes. */
    isDevLike: boolean;
  };

/** The API's table of contents. */
export function createHttpApp(deps: HttpDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.use(assignRequestId);
  app.use("/api/*", forbidStoring);
  app.route("/", healthRoutes(deps));
  app.route("/", docsRoutes(app));
  if (deps.isDevLike) app.route("/api/dev/token", limited(MAX_BODY_BYTES).route("/", devTokenRoutes(deps)));
  app.route("/api/auth", limited(MAX_BODY_BYTES).route("/", authRoutes(deps)));
  // Links of messages: their token is the key.
  app.route("/api/unsubscribe", limited(MAX_BODY_BYTES).route("/", unsubscribeRoutes(deps)));
  app.route("/api/messages", messageRoutes(deps));
  // Links to offers are followed by browsers, which send no token.
  app.use("/api/outbound/*", admitAnybody(deps));
  app.route("/api/outbound", outboundRoutes(deps));
  app.use("/api/*", requireCaller(deps));
  if (deps.isDevLike) app.route("/api/dev", limited(MAX_DEV_BODY_BYTES).route("/", devPollingRoutes(deps)));
  app.route("/api/auth/verify-email/resend", limited(MAX_BODY_BYTES).route("/", resendRoutes(deps)));
  app.route("/api/me/sessions", limited(MAX_BODY_BYTES).route("/", sessionRoutes(deps)));
  app.route("/api/me/tokens", limited(MAX_BODY_BYTES).route("/", apiTokenRoutes(deps)));
  app.route("/api/me/password", limited(MAX_BODY_BYTES).route("/", passwordRoutes(deps)));
  app.route("/api/me", limited(MAX_BODY_BYTES).route("/", profileRoutes(deps)));
  app.route("/api/watch-rules", limited(MAX_BODY_BYTES).route("/", watchRuleRoutes(deps)));
  app.route("/api/watch-releases", limited(MAX_BODY_BYTES).route("/", watchReleaseRoutes(deps)));
  app.route("/api/search", limited(MAX_BODY_BYTES).route("/", searchRoutes(deps)));
  app.route("/api/notifications", limited(MAX_BODY_BYTES).route("/", notificationRoutes(deps)));
  app.route("/api/stream", streamRoutes(deps));
  app.route("/api/listings", listingRoutes(deps));
  app.route("/api/events", eventRoutes(deps));
  app.route("/api/provider-requests", providerRequestRoutes(deps));
  app.route("/api/integrations/discogs", limited(MAX_BODY_BYTES).route("/", discogsRoutes(deps)));
  app.notFound((context) => answerError(context, unknownRoute(app, context)));
  app.onError((error, context) => answerError(context, error, deps.log));
  return app;
}

/** Largest body of a request; the largest honest one, a rule with every list full, is about 40 kB. */
const MAX_BODY_BYTES = 1024 * 1024;
/** Developers send listings by the thousand. */
const MAX_DEV_BODY_BYTES = 16 * 1024 * 1024;

const STATUS = {
  bad_request: 400,
  unauthorized: 401,
  invalid_credentials: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  validation: 422,
  rate_limited: 429,
  provider_failed: 502,
  unavailable: 503,
} as const satisfies Record<ErrorCode, number>;

async function assignRequestId(context: Context<ApiEnv>, next: () => Promise<void>): Promise<void> {
  const given = context.req.header("x-request-id") ?? "";
  const id = /^[\w.:-]{1,128}$/.test(given) ? given : crypto.randomUUID();
  context.set("requestId", id);
  context.header("x-request-id", id);
  await next();
}

async function forbidStoring(context: Context<ApiEnv>, next: () => Promise<void>): Promise<void> {
  context.header("cache-control", "no-store");
  await next();
}

function limited(maxSize: number): Hono<ApiEnv> {
  const onError = () => {
    throw new DomainError("payload_too_large", `Cannot read the body: it is larger than ${maxSize} bytes`);
  };
  const app = new Hono<ApiEnv>();
  app.use(bodyLimit({ maxSize, onError }));
  return app;
}

/** 405 where the path exists with another method, else 404. */
function unknownRoute(app: Hono<ApiEnv>, context: Context<ApiEnv>): DomainError {
  const { method, path } = context.req;
  const allowed = ["GET", "POST", "PATCH", "PUT", "DELETE"].filter((one) =>
    app.router.match(one, path)[0].some(([[, route]]) => route.method === one)
  );
  if (allowed.length === 0) return new DomainError("not_found", `Cannot find ${path}`);
  context.header("allow", allowed.join(", "));
  return new DomainError("method_not_allowed", `Cannot ${method} ${path}: it answers ${allowed.join(", ")}`);
}

/** Codes of the envelope that say more than the status. */
const CODES: Partial<Record<ErrorCode, string>> = {
  validation: "validation_error",
  rate_limited: "rate_limited",
  invalid_credentials: "invalid_credentials",
};

function answerError(context: Context<ApiEnv>, error: Error, log?: Log): Response {
  const known = knownError(error);
  const status = known ? STATUS[known.code] : 500;
  const requestId = context.get("requestId");
  if (status >= 500) log?.error("request failed", { request_id: requestId, path: context.req.path, error });
  if (known?.code === "unauthorized") context.header("www-authenticate", "Bearer");
  if (known?.limit) context.header("retry-after", String(known.limit.retry_after_seconds));
  const message = known?.message ?? `Cannot answer: an internal error occurred (request ${requestId})`;
  const code = known && CODES[known.code] || "http_error";
  return context.json({ error: { message, code, status, ...details(known) } }, status);
}

function details(error: DomainError | null): { details?: ValidationIssue[] | LimitReached } {
  if (error?.limit) return { details: error.limit };
  return error && error.issues.length > 0 ? { details: error.issues } : {};
}

/** Errors whose message may be shown; null for anything unexpected. */
function knownError(error: Error): DomainError | null {
  if (error instanceof DomainError) return error;
  if (error instanceof DatabaseError) {
    return new DomainError("unavailable", "Cannot answer now: the database does not");
  }
  return null;
}
