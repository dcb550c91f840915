/** What every provider over HTTP does alike: reported calls, and answers read as JSON or told as failures. */
import type { Clock } from "../platform/clock.ts";
import { monotonicMs } from "../platform/clock.ts";
import { errorText } from "../platform/errors.ts";
import { type HttpClient, HttpClientError } from "../platform/http_client.ts";
import type { HttpRequest, HttpResponse } from "../platform/http_client.ts";
import { redactUrl } from "../platform/http_redact.ts";
import {
  type CallOptions,
  ProviderError,
  type ProviderErrorKind,
  type ProviderId,
  type QuotaReading,
} from "./contract.ts";

/**
 * Sends one request and tells `onCall` about it, answered or not, before it settles.
 * @throws {HttpClientError} when no complete answer arrives
 */
export async function callProvider(
  deps: { http: HttpClient; clock: Clock },
  call: {
    provider: ProviderId;
    operation: string;
    request: HttpRequest;
    onCall: CallOptions["onCall"];
    /** What is told of the address; default: all but secrets that look like such. */
    shownUrl?: string;
    /** What the answer says of the calls that are left to the service's own credentials; absent: that is not read. */
    quotaOf?: (response: HttpResponse) => QuotaReading | null;
  },
): Promise<HttpResponse> {
  const { provider, operation, request, onCall, shownUrl = redactUrl(request.url), quotaOf } = call;
  const started_at = deps.clock.now();
  const startedMs = monotonicMs();
  const report = (status_code: number | null, error: string | null, quota: QuotaReading | null = null) =>
    onCall({
      provider,
      operation,
      method: request.method ?? "GET",
      url: shownUrl,
      started_at,
      duration_ms: Math.round(monotonicMs() - startedMs),
      status_code,
      error,
      ...(quota && { quota }),
    });
  try {
    const response = await deps.http.request(request);
    const error = response.status < 400 ? null : `status ${response.status}`;
    report(response.status, error, quotaOf?.(response));
    return response;
  } catch (error) {
    report(null, errorText(error));
    throw error;
  }
}

/** The failure behind a request without an answer; anything unknown counts as unavailable. */
export function failureOfRequest(error: unknown, doing: string): ProviderError {
  if (error instanceof ProviderError) return error;
  if (!(error instanceof HttpClientError)) {
    return new ProviderError("unavailable", `Cannot ${doing}: unexpected failure`, { cause: error });
  }
  const kind: ProviderErrorKind = error.kind === "too_large" ? "bad_response" : "unavailable";
  return new ProviderError(kind, `Cannot ${doing}: ${error.message}`, { cause: error });
}

/** The JSON of a 2xx answer. @throws {ProviderError} `blocked` for a web page, `bad_response` for anything unreadable */
export function jsonOf(response: HttpResponse, doing: string): unknown {
  const body = response.text();
  if (body.trim() === "") throw new ProviderError("bad_response", `Cannot ${doing}: the answer is empty`);
  if (isWebPage(body)) throw new ProviderError("blocked", `Cannot ${doing}: a web page in place of data`);
  try {
    return JSON.parse(body);
  } catch {
    throw new ProviderError("bad_response", `Cannot ${doing}: the answer is not complete JSON`);
  }
}

/** Whether a body is markup: gateways and bot walls answer so whatever was asked. */
export function isWebPage(body: string): boolean {
  return body.trimStart().startsWith("<");
}
