import type { Clock } from "../../platform/clock.ts";
import { monotonicMs } from "../../platform/clock.ts";
import { errorText } from "../../platform/errors.ts";
import type { HttpClient, HttpRequest, HttpResponse } from "../../platform/http_client.ts";
import { redactUrl } from "../../platform/http_redact.ts";
import type { CallOptions } from "../contract.ts";

/** The provider's id in the database. */
export const EBAY_ID = "ebay";

/**
 * Sends one request to eBay and tells `onCall` about it, answered or not, before it settles.
 * @throws {HttpClientError} when no complete answer arrives
 */
export async function callEbay(
  deps: { http: HttpClient; clock: Clock },
  call: { operation: string; request: HttpRequest; onCall: CallOptions["onCall"] },
): Promise<HttpResponse> {
  const { operation, request, onCall } = call;
  const started_at = deps.clock.now();
  const startedMs = monotonicMs();
  const report = (status_code: number | null, error: string | null) =>
    onCall({
      provider: EBAY_ID,
      operation,
      method: request.method ?? "GET",
      url: redactUrl(request.url),
      started_at,
      duration_ms: Math.round(monotonicMs() - startedMs),
      status_code,
      error,
    });
  try {
    const response = await deps.http.request(request);
    report(response.status, response.status < 400 ? null : `status ${response.status}`);
    return response;
  } catch (error) {
    report(null, errorText(error));
    throw error;
  }
}
