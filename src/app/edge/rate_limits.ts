/** Which budgets a request is charged to. */
import type { Context, MiddlewareHandler } from "hono";
import type { ApiEnv } from "../../platform/api/env.ts";
import { addressGroup, clientAddress } from "../../platform/client_address.ts";
import { DomainError } from "../../platform/errors.ts";
import type { Budget, BudgetState, RateLimiter } from "../../platform/rate_limit.ts";
import { WINDOW_SECONDS } from "../../platform/rate_limit_store.ts";
import type { Metrics } from "../metrics.ts";

/** Requests per minute that are always served, and how many more may come at once. */
const BUDGETS = {
  /** All requests of a user. */
  authenticated: { perMinute: 120, burst: 30 },
  /** All requests of an address that say nothing valid of who makes them. */
  anonymous: { perMinute: 60, burst: 10 },
  auth: { perMinute: 20, burst: 5 },
  search: { perMinute: 30, burst: 10 },
  watch_rules: { perMinute: 60, burst: 20 },
  discogs: { perMinute: 30, burst: 10 },
  /** Adding one asks servers of strangers. */
  sources: { perMinute: 20, burst: 5 },
  stream: { perMinute: 60, burst: 10 },
  /** Marketplaces that tell us something, from few addresses and in bursts; in place of `anonymous`. */
  webhooks: { perMinute: 600, burst: 200 },
} as const;

/** The name of a budget, told to clients. */
export type BudgetName = keyof typeof BUDGETS;

/** What lies below these paths has a budget of its own beside the global one. */
const OWN_BUDGETS: readonly [path: string, name: BudgetName][] = [
  ["/api/auth", "auth"],
  ["/api/search", "search"],
  ["/api/watch-rules", "watch_rules"],
  ["/api/integrations/discogs", "discogs"],
  ["/api/sources", "sources"],
  ["/api/stream", "stream"],
];

/** What charging needs. */
export interface LimitDeps {
  /** Null: nothing is limited. */
  limiter: Pick<RateLimiter, "take"> | null;
  /** What every budget is multiplied with, the same in all processes. */
  rateLimitScale: number;
  metrics: Pick<Metrics, "countLimited">;
}

/**
 * Charges requests to their address, for routes where nobody has to say who he is, to `global` where that is given.
 * @throws {DomainError} rate_limited
 */
export function chargeAddress(deps: LimitDeps, global?: BudgetName): MiddlewareHandler<ApiEnv> {
  return async (context, next) => {
    await charge(context, deps, { ...whoToCharge(context), ...(global && { global }) });
    await next();
  };
}

/**
 * Lets `identify` find out who makes a request and charges it to him; only where that fails it is charged to the address,
 * so that nobody is slowed by others behind his.
 * @throws {DomainError} rate_limited, in place of what `identify` throws where the address has used up its budget
 */
export function chargeCaller(
  deps: LimitDeps,
  identify: MiddlewareHandler<ApiEnv>,
): MiddlewareHandler<ApiEnv> {
  return async (context, next) => {
    let isKnown = false;
    try {
      return await identify(context, async () => {
        isKnown = true;
        await charge(context, deps, whoToCharge(context));
        await next();
      });
    } catch (error) {
      if (!isKnown) await charge(context, deps, whoToCharge(context));
      throw error;
    }
  };
}

function whoToCharge(context: Context<ApiEnv>): { global: BudgetName; key: string } {
  const caller = context.get("caller");
  if (caller) return { global: "authenticated", key: caller.user_id };
  return { global: "anonymous", key: addressGroup(clientAddress(context)) };
}

async function charge(
  context: Context,
  { limiter, rateLimitScale, metrics }: LimitDeps,
  { global, key }: { global: BudgetName; key: string },
): Promise<void> {
  if (!limiter) return;
  const budget = (scope: BudgetName): Budget => {
    const { perMinute, burst } = BUDGETS[scope];
    return { scope, key, limit: Math.max(1, Math.round((perMinute + burst) * rateLimitScale)) };
  };
  const own = OWN_BUDGETS.find(([path]) => isBelow(context.req.path, path))?.[1];
  const { allowed, tightest } = await limiter.take(own ? [budget(own), budget(global)] : [budget(global)]);
  setHeaders(context, tightest);
  if (allowed) return;
  const { scope, limit, resetSeconds } = tightest;
  metrics.countLimited(scope);
  throw new DomainError(
    "rate_limited",
    `Cannot answer now: there were ${limit} requests within ${WINDOW_SECONDS} s (${scope}); try again in ${resetSeconds} s`,
    { limit: { scope, retry_after_seconds: resetSeconds } },
  );
}

function isBelow(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}/`);
}

/** As the IETF's draft "RateLimit header fields for HTTP" had them up to version 7. */
function setHeaders(context: Context, { scope, limit, remaining, resetSeconds }: BudgetState): void {
  context.header("ratelimit-limit", String(limit));
  context.header("ratelimit-remaining", String(remaining));
  context.header("ratelimit-reset", String(resetSeconds));
  context.header("ratelimit-policy", `${limit};w=${WINDOW_SECONDS};comment="${scope}"`);
}
