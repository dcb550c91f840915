import { z } from "zod";
import { type CallOptions, ProviderError, type QuotaReading } from "../contract.ts";
import { jsonOf } from "../http_call.ts";
import type { EbayApi } from "./api.ts";
import { failureOf } from "./errors.ts";

const DOING = "read what is left of eBay's quota";

/** Every call of the Browse API but those for many items at once, which have a quota of their own. */
const RESOURCE = "buy.browse";

const Rate = z.looseObject({
  limit: z.number().int().min(0),
  /** Absent while nothing was used. */
  remaining: z.number().int().min(0).nullish().catch(null),
  reset: z.string().nullish().catch(null),
  timeWindow: z.number().int().positive(),
});
type Rate = z.infer<typeof Rate>;

/** `getRateLimits` of the Developer Analytics API v1_beta (read 2026-11). */
const RateLimits = z.looseObject({
  rateLimits: z.array(z.looseObject({
    resources: z.array(z.looseObject({
      name: z.string(),
      rates: z.array(z.unknown()).nullish().catch(null),
    })).nullish().catch(null),
  })).nullish(),
});

/**
 * What eBay says of this application's calls to the Browse API: its longest window, which is the day. Asking is no call of
 * that quota.
 * @throws {ProviderError} for every failure, an answer without such a window too
 */
export async function readEbayQuota(api: EbayApi, options: CallOptions): Promise<QuotaReading> {
  const ask = {
    operation: "quota",
    path: "/developer/analytics/v1_beta/rate_limit/?api_name=browse&api_context=buy",
    doing: DOING,
  } as const;
  const { beforeCall: _browseQuota, ...free } = options;
  const response = await api.get(ask, free);
  if (response.status !== 200) throw failureOf(response, DOING, api.clock.now());
  const body = RateLimits.safeParse(jsonOf(response, DOING)).data;
  const rates = (body?.rateLimits ?? []).flatMap((one) => one.resources ?? [])
    .filter(({ name }) => name.toLowerCase() === RESOURCE)
    .flatMap((one) => one.rates ?? []);
  const [day] = rates.map((rate) => Rate.safeParse(rate).data).filter((rate) => rate !== undefined)
    .toSorted((a, b) => b.timeWindow - a.timeWindow);
  if (day) return readingOf(day);
  throw new ProviderError("bad_response", `Cannot ${DOING}: the answer names no rate of ${RESOURCE}`);
}

function readingOf({ limit, remaining, reset, timeWindow }: Rate): QuotaReading {
  const resetMs = Date.parse(reset ?? "");
  return {
    limit,
    remaining: Math.min(remaining ?? limit, limit),
    windowSeconds: timeWindow,
    resetAt: Number.isNaN(resetMs) ? null : new Date(resetMs),
  };
}
