import type { Clock } from "../../platform/clock.ts";
import type { HttpClient, HttpRequest, HttpResponse } from "../../platform/http_client.ts";
import type { CallOptions, ProviderId, QuotaReading } from "../contract.ts";
import { ProviderError } from "../contract.ts";
import { callProvider, failureOfRequest, isWebPage, jsonOf } from "../http_call.ts";
import { failureOf } from "./errors.ts";

/** The provider's id in the database. */
export const DISCOGS_ID = "discogs";

/** How the service names itself; both come from the developer settings of a Discogs account. */
export type DiscogsCredentials = { kind: "token"; token: string } | {
  kind: "key";
  key: string;
  secret: string;
};

/**
 * Where and as whom Discogs is asked. Its rate headers are hints that lag by a call and are counted per edge server
 * (measured 2026-08): only our own count is relied on, theirs is shown.
 */
export interface DiscogsConfig {
  /** "https://api.discogs.com". */
  apiUrl: string;
  /** Mandatory: without one Discogs answers 403, or nothing. */
  userAgent: string;
  /** Null: anonymous, which statistics allow at 25 calls a minute. */
  credentials: DiscogsCredentials | null;
  /** Calls of the whole installation in any 60 s; Discogs allows 60 with credentials. */
  callsPerMinute: number;
}

/** What is asked, apart from where and as whom. */
export interface DiscogsAsk {
  /** Who asks, where it is a seller's provider; default: Discogs itself. */
  provider?: ProviderId;
  operation: "search" | "stats" | "release" | "master" | "versions" | "listing";
  path: string;
  params?: Record<string, string>;
  /** Completes "Cannot …" in messages. */
  doing: string;
  /** A 404 is no failure: what is asked for is not there any more, and the answer null. */
  mayBeGone?: true;
}

/**
 * The JSON of one GET. Takes a call of the quota first.
 * @throws {ProviderError} for every failure; what `beforeCall` throws comes unchanged
 */
export async function askDiscogs(
  deps: { http: HttpClient; clock: Clock; config: DiscogsConfig },
  ask: DiscogsAsk,
  options: CallOptions,
): Promise<unknown> {
  const { operation, doing } = ask;
  if (options.signal.aborted) throw new ProviderError("unavailable", `Cannot ${doing}: cancelled`);
  await options.beforeCall?.();
  const request = requestOf(deps.config, ask, options.signal);
  const response = await callProvider(deps, {
    provider: ask.provider ?? DISCOGS_ID,
    operation,
    request,
    onCall: options.onCall,
    // Sellers share the count of Discogs, which shows it.
    ...(ask.provider === undefined && { quotaOf }),
  })
    .catch((error) => {
      throw failureOfRequest(error, doing);
    });
  if (response.status === 404 && ask.mayBeGone && !isWebPage(response.text())) return null;
  if (response.status !== 200) throw failureOf(response, doing, deps.clock.now());
  return jsonOf(response, doing);
}

/**
 * `X-Discogs-Ratelimit` and `-Remaining`: a moving minute, so that there is no time at which it begins anew. Null: not
 * there, or no numbers.
 */
function quotaOf({ headers }: HttpResponse): QuotaReading | null {
  const [limit, remaining] = ["x-discogs-ratelimit", "x-discogs-ratelimit-remaining"].map((name) => {
    const text = headers.get(name)?.trim() ?? "";
    return /^\d{1,6}$/.test(text) ? Number(text) : null;
  });
  if (limit == null || remaining == null) return null;
  return { limit, remaining: Math.min(remaining, limit), windowSeconds: 60, resetAt: null };
}

/** Credentials go into the header only: in an address they would reach logs and Discogs' own `pagination.urls`. */
function requestOf(config: DiscogsConfig, { path, params }: DiscogsAsk, signal: AbortSignal): HttpRequest {
  const query = params ? `?${new URLSearchParams(params)}` : "";
  return {
    url: `${config.apiUrl.replace(/\/+$/, "")}${path}${query}`,
    headers: {
      "user-agent": config.userAgent,
      accept: "application/vnd.discogs.v2.discogs+json",
      ...(config.credentials && { authorization: authorizationOf(config.credentials) }),
    },
    signal,
  };
}

function authorizationOf(credentials: DiscogsCredentials): string {
  switch (credentials.kind) {
    case "token":
      return `Discogs token=${credentials.token}`;
    case "key":
      return `Discogs key=${credentials.key}, secret=${credentials.secret}`;
    default:
      return credentials satisfies never;
  }
}
