import type { Clock } from "../../platform/clock.ts";
import type { HttpClient, HttpRequest, HttpResponse } from "../../platform/http_client.ts";
import type { CallOptions } from "../contract.ts";
import { callProvider } from "../http_call.ts";

/** The provider's id in the database. */
export const EBAY_ID = "ebay";

/**
 * Sends one request to eBay and tells `onCall` about it, answered or not, before it settles.
 * @throws {HttpClientError} when no complete answer arrives
 */
export function callEbay(
  deps: { http: HttpClient; clock: Clock },
  call: { operation: string; request: HttpRequest; onCall: CallOptions["onCall"] },
): Promise<HttpResponse> {
  return callProvider(deps, { provider: EBAY_ID, ...call });
}
