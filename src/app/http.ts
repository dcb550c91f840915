import { type Context, Hono } from "hono";
import type { ApiEnv } from "../platform/api/env.ts";
import { answerRefusalsAsPages } from "../platform/api/page_answer.ts";
import { assignClientAddress, type TrustedProxies } from "../platform/client_address.ts";
import type { Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";
import type { Pool } from "../platform/sql.ts";
import { type AccountDeletionDeps, accountDeletionRoutes } from "../account_deletion/routes.ts";
import { type AuthRouteDeps, authRoutes } from "../accounts/auth_routes.ts";
import type { AuthDeps } from "../accounts/authenticate.ts";
import { admitAnybody } from "../accounts/admit_anybody.ts";
import { requireCaller } from "../accounts/caller.ts";
import { devTokenRoutes } from "../accounts/dev_routes.ts";
import { apiTokenRoutes, passwordRoutes, resendRoutes, sessionRoutes } from "../accounts/me_routes.ts";
import { discogsFileRoutes } from "../discogs_import/file_routes.ts";
import type { FileDeps } from "../discogs_import/import_file.ts";
import { discogsRoutes } from "../discogs_import/routes.ts";
import { type LinkingDeps, RETURN_PATH } from "../discogs_import/start_link.ts";
import { eventRoutes } from "../events/routes.ts";
import type { OutboundDeps } from "../listings/follow_link.ts";
import type { ListingPolicy } from "../listings/find_listing.ts";
import { listingRoutes, outboundRoutes } from "../listings/routes.ts";
import { type LinkDeps, messageRoutes, unsubscribeRoutes } from "../notifications/message_routes.ts";
import { notificationRoutes, streamRoutes } from "../notifications/routes.ts";
import type { DescribeProvider } from "../notifications/schema.ts";
import type { StreamHub } from "../notifications/stream.ts";
import { devPollingRoutes } from "../polling/dev_routes.ts";
import { runRoutes } from "../polling/routes.ts";
import { providerRequestRoutes } from "../polls/routes.ts";
import type { ProviderListDeps } from "../provider_health/list_providers.ts";
import { providerRoutes } from "../provider_health/routes.ts";
import type { PollDeps } from "../polling/run_poll.ts";
import { closingRoutes, profileRoutes } from "../profile/routes.ts";
import { searchRoutes } from "../search/routes.ts";
import type { SearchDeps } from "../search/search_offers.ts";
import { type SourceDeps, sourceRoutes } from "../sources/routes.ts";
import { watchReleaseRoutes } from "../watch_releases/routes.ts";
import type { RuleDeps } from "../watch_rules/create_rule.ts";
import { watchRuleRoutes } from "../watch_rules/routes.ts";
import { answerErrors, refuseUnknown, unknownRoute } from "./answer_error.ts";
import { docsRoutes } from "./docs_routes.ts";
import { openToOrigins } from "./edge/cors.ts";
import { dropBodyOfHead } from "./edge/head.ts";
import { requireHost } from "./edge/host.ts";
import { assignRequestId, observeRequests } from "./edge/observe.ts";
import { chargeAddress, chargeCaller, type LimitDeps } from "./edge/rate_limits.ts";
import { forbidStoring, setSecurityHeaders } from "./edge/security_headers.ts";
import { answerInTime, receiveBody } from "./edge/time_limits.ts";
import { type HealthDeps, healthRoutes } from "./health.ts";
import type { Metrics } from "./metrics.ts";
import { type MetricsDeps, metricsRoutes } from "./metrics_routes.ts";

/** What a process needs to tell how it is. */
export type ProcessDeps = HealthDeps & MetricsDeps & {
  log: Log;
  metrics: Metrics;
  trustedProxies: TrustedProxies;
};

/** What the API needs of the service. */
export type HttpDeps = ProcessDeps & LimitDeps & AuthDeps & AuthRouteDeps & SliceDeps & {
  sql: Pool;
  clock: Clock;
  streams: StreamHub;
  describeProvider: DescribeProvider;
  corsOrigins: readonly string[];
  /** Mounts the dev routes. */
  isDevLike: boolean;
};

type SliceDeps =
  & SourceDeps
  & PollDeps
  & ProviderListDeps
  & ListingPolicy
  & OutboundDeps
  & AccountDeletionDeps
  & RuleDeps
  & LinkDeps
  & SearchDeps
  & FileDeps
  & LinkingDeps;

/** The API's table of contents. */
export function createHttpApp(deps: HttpDeps): Hono<ApiEnv> {
  const app = createWorkerApp(deps);
  app.route("/", docsRoutes(app));
  app.use("/api/*", forbidStoring(), openToOrigins(deps.corsOrigins), answerInTime());
  if (deps.isDevLike) app.route("/api/dev/token", open(deps).route("/", devTokenRoutes(deps)));
  app.route("/api/auth", open(deps).route("/", authRoutes(deps)));
  // Links of messages: their token is the key.
  app.route("/api/unsubscribe", open(deps).route("/", unsubscribeRoutes(deps)));
  app.route("/api/messages", open(deps).route("/", messageRoutes(deps)));
  // Their signature is the key.
  app.route("/api/webhooks/ebay/account-deletion", webhook(deps).route("/", accountDeletionRoutes(deps)));
  app.use("/api/*", refuseUnknown(app, chargeAddress(deps)));
  // Links to offers are followed by browsers, which send no token.
  app.use("/api/outbound/*", chargeCaller(deps, admitAnybody(deps)));
  app.route("/api/outbound", outboundRoutes(deps));
  // Browsers come back here from Discogs, some of them logged out.
  app.use(RETURN_PATH, answerRefusalsAsPages);
  app.use("/api/*", chargeCaller(deps, requireCaller(deps, deletesAccount)));
  if (deps.isDevLike) app.route("/api/dev", limited(MAX_DEV_BODY_BYTES).route("/", devPollingRoutes(deps)));
  app.route("/api/auth/verify-email/resend", limited(MAX_BODY_BYTES).route("/", resendRoutes(deps)));
  app.route("/api/me/sessions", limited(MAX_BODY_BYTES).route("/", sessionRoutes(deps)));
  app.route("/api/me/tokens", limited(MAX_BODY_BYTES).route("/", apiTokenRoutes(deps)));
  app.route("/api/me/password", limited(MAX_BODY_BYTES).route("/", passwordRoutes(deps)));
  app.route("/api/me", limited(MAX_BODY_BYTES).route("/", profileRoutes(deps)));
  app.route("/api/me", limited(MAX_BODY_BYTES).route("/", closingRoutes(deps)));
  app.route("/api/watch-rules", limited(MAX_BODY_BYTES).route("/", watchRuleRoutes(deps)));
  app.route("/api/watch-rules", limited(MAX_BODY_BYTES).route("/", runRoutes(deps)));
  app.route("/api/watch-releases", limited(MAX_BODY_BYTES).route("/", watchReleaseRoutes(deps)));
  app.route("/api/search", limited(MAX_BODY_BYTES).route("/", searchRoutes(deps)));
  app.route("/api/sources", limited(MAX_BODY_BYTES).route("/", sourceRoutes(deps)));
  app.route("/api/notifications", limited(MAX_BODY_BYTES).route("/", notificationRoutes(deps)));
  app.route("/api/stream", streamRoutes(deps));
  app.route("/api/listings", listingRoutes(deps));
  app.route("/api/events", eventRoutes(deps));
  app.route("/api/providers", providerRoutes(deps));
  app.route("/api/provider-requests", providerRequestRoutes(deps));
  // Before the rest of it: the first limit on the way holds.
  app.route(
    "/api/integrations/discogs/import/csv",
    limited(MAX_FILE_BYTES).route("/", discogsFileRoutes(deps)),
  );
  app.route("/api/integrations/discogs", limited(MAX_BODY_BYTES).route("/", discogsRoutes(deps)));
  return app;
}

/** What every process answers: its health and its metrics. */
export function createWorkerApp(deps: ProcessDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.use(assignRequestId(), setSecurityHeaders({ https: !deps.isDevLike }), observeRequests(deps));
  app.use(requireHost(), dropBodyOfHead(), assignClientAddress(deps.trustedProxies));
  app.route("/", healthRoutes(deps));
  app.route("/", metricsRoutes(deps));
  const answerError = answerErrors(deps);
  app.notFound((context) => answerError(unknownRoute(app, context), context));
  app.onError(answerError);
  return app;
}

/** Largest body of a request; the largest honest one, a rule with every list full, is about 40 kB. */
const MAX_BODY_BYTES = 1024 * 1024;
/** An exported collection of 10,000 has about 2 MB. */
const MAX_FILE_BYTES = 5 * 1024 * 1024;
/** A notice of a marketplace has about 500 bytes. */
const MAX_NOTICE_BYTES = 16 * 1024;
/** Developers send listings by the thousand. */
const MAX_DEV_BODY_BYTES = 16 * 1024 * 1024;

/** What anybody may call without saying who he is. */
function open(deps: LimitDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>().use(chargeAddress(deps), receiveBody({ maxBytes: MAX_BODY_BYTES }));
}

/** What a marketplace calls to tell us something. */
function webhook(deps: LimitDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>().use(chargeAddress(deps, "webhooks"), receiveBody({ maxBytes: MAX_NOTICE_BYTES }));
}

/** The one request that a deactivated account may still make. */
function deletesAccount({ req }: Context): boolean {
  return req.method === "DELETE" && req.path === "/api/me/hard-delete";
}

function limited(maxBytes: number): Hono<ApiEnv> {
  return new Hono<ApiEnv>().use(receiveBody({ maxBytes }));
}
