import type { Clock } from "../../platform/clock.ts";
import { type HttpClient, type HttpResponse, retryAfterSeconds } from "../../platform/http_client.ts";
import { type CallOptions, ProviderError, type ProviderErrorKind, type ProviderId } from "../contract.ts";
import { callProvider, failureOfRequest, isWebPage, jsonOf } from "../http_call.ts";

/** What asking a shop needs; `http` is guarded, because strangers name the shops. */
export interface ShopDeps {
  http: HttpClient;
  clock: Clock;
}

/** One GET of a shop. `doing` completes "Cannot …". */
export interface ShopAsk {
  provider: ProviderId;
  operation: "search" | "inspect" | "listing";
  url: string;
  doing: string;
  /** A 404 is an answer: there is no such thing. */
  mayBeGone?: boolean;
}

/** The JSON of one GET; null: it may be gone, and is. @throws {ProviderError} for every failure; what `beforeCall` throws comes unchanged */
export async function askShop(deps: ShopDeps, ask: ShopAsk, options: CallOptions): Promise<unknown> {
  const { provider, operation, url, doing } = ask;
  if (options.signal.aborted) throw new ProviderError("unavailable", `Cannot ${doing}: cancelled`);
  await options.beforeCall?.();
  const request = { url, headers: { accept: "application/json" }, signal: options.signal };
  const response = await callProvider(deps, { provider, operation, request, onCall: options.onCall })
    .catch((error) => {
      throw failureOfRequest(error, doing);
    });
  if (response.status === 404 && ask.mayBeGone) return null;
  if (response.status !== 200) throw failureOf(response, doing, deps.clock.now());
  return jsonOf(response, doing);
}

function failureOf(response: HttpResponse, doing: string, now: Date): ProviderError {
  const kind = kindOf(response.status);
  const page = isWebPage(response.text()) ? ", a web page in place of data" : "";
  const waits = kind === "rate_limited" || kind === "unavailable";
  return new ProviderError(kind, `Cannot ${doing}: status ${response.status}${page}`, {
    retryAfterSeconds: waits ? retryAfterSeconds(response.headers, now) : null,
  });
}

/** 430 is Shopify's own "too many requests"; 402 and 423 are shops that are closed for now. */
function kindOf(status: number): ProviderErrorKind {
  if (status === 429 || status === 430) return "rate_limited";
  if (status === 401) return "unauthorized";
  if (status === 403) return "blocked";
  if (status === 402 || status === 408 || status === 423 || status >= 500) return "unavailable";
  return "bad_response";
}
