/** From eBay's answers to the kinds of failure the service acts on. */
import { type HttpResponse, retryAfterSeconds } from "../../platform/http_client.ts";
import { withoutUrls } from "../../platform/http_redact.ts";
import { ProviderError, type ProviderErrorKind } from "../contract.ts";
import { isWebPage } from "../http_call.ts";
import { EbayErrorBody, type EbayProblem } from "./schema.ts";

/**
 * Warnings of a 200 that say a filter, sort or category was dropped: the page then answers another question than
 * ours, so it is a failure (Browse API error list, read 2026-11).
 */
export const FATAL_WARNING_IDS: ReadonlySet<number> = new Set([
  12002, // invalid filter value
  12003, // invalid seller
  12008, // invalid sort
  12009, // invalid category_ids
  12012, // price without priceCurrency, or the reverse
  12017,
  12018,
  12022,
]);

/** Ids of a 401 that a fresh token heals: 1001 invalid, 1002 missing or expired access token. */
export const STALE_TOKEN_IDS: ReadonlySet<number> = new Set([1001, 1002]);

/** Id that eBay's gateway gives to a call over quota. */
const OVER_QUOTA_ID = 2001;

/** The errors of an answer; empty when the body is no eBay error document. */
export function problemsOf(body: string): EbayProblem[] {
  return errorBody(body)?.errors ?? [];
}

/** Whether this answer asks for a new access token. */
export function saysTokenIsStale(response: HttpResponse): boolean {
  return response.status === 401 &&
    problemsOf(response.text()).some((problem) => STALE_TOKEN_IDS.has(problem.errorId ?? 0));
}

/** The failure behind any answer that is not 2xx JSON. `doing` completes "Cannot …". */
export function failureOf(response: HttpResponse, doing: string, now: Date): ProviderError {
  const body = response.text();
  const kind = kindOf(response.status, body);
  const said = detailOf(body) ?? (isWebPage(body) ? "a web page in place of data" : null);
  return new ProviderError(kind, `Cannot ${doing}: status ${response.status}${said ? `, ${said}` : ""}`, {
    retryAfterSeconds: kind === "rate_limited" || kind === "unavailable"
      ? retryAfterSeconds(response.headers, now)
      : null,
  });
}

/** What eBay says about one problem, cut to 200 characters and without addresses. */
export function problemText(problem: EbayProblem): string {
  const said = withoutUrls(problem.longMessage || problem.message || "no reason given");
  return problem.errorId ? `${said} (eBay error ${problem.errorId})` : said;
}

function kindOf(status: number, body: string): ProviderErrorKind {
  const problems = problemsOf(body);
  if (status === 429 || problems.some((problem) => problem.errorId === OVER_QUOTA_ID)) return "rate_limited";
  if (status === 401) return "unauthorized";
  if (status === 403) return problems.length > 0 ? "unauthorized" : "blocked";
  if (status === 408 || status >= 500) return "unavailable";
  return "bad_response";
}

function detailOf(body: string): string | null {
  const parsed = errorBody(body);
  const problem = parsed?.errors?.[0];
  if (problem) return problemText(problem);
  if (!parsed?.error) return null;
  return withoutUrls([parsed.error, parsed.error_description].filter(Boolean).join(": "));
}

function errorBody(body: string): EbayErrorBody | null {
  try {
    return EbayErrorBody.safeParse(JSON.parse(body)).data ?? null;
  } catch {
    return null;
  }
}
