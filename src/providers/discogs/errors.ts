/** From Discogs' answers to the kinds of failure the service acts on. */
import { type HttpResponse, retryAfterSeconds } from "../../platform/http_client.ts";
import { withoutUrls } from "../../platform/http_redact.ts";
import { ProviderError, type ProviderErrorKind } from "../contract.ts";
import { isWebPage } from "../http_call.ts";
import { DiscogsErrorBody } from "./schema.ts";

/** Discogs' window; its 429 documents no Retry-After. */
const RATE_LIMIT_SECONDS = 60;

/** 500s that say the query itself cannot be answered: asking again at once gives the same. */
const HOPELESS_QUERY = /query time exceeded|malformed query/i;

/** The failure behind any answer that is not 200. `doing` completes "Cannot …". */
export function failureOf(response: HttpResponse, doing: string, now: Date): ProviderError {
  const body = response.text();
  const message = messageOf(body);
  const kind = kindOf(response.status, { message, isPage: isWebPage(body) });
  const said = message === null
    ? isWebPage(body) ? "a web page in place of data" : null
    : withoutUrls(message).slice(0, 200);
  const asked = retryAfterSeconds(response.headers, now);
  return new ProviderError(kind, `Cannot ${doing}: status ${response.status}${said ? `, ${said}` : ""}`, {
    retryAfterSeconds: kind === "rate_limited"
      ? asked ?? RATE_LIMIT_SECONDS
      : kind === "unavailable"
      ? asked
      : null,
  });
}

function kindOf(status: number, body: { message: string | null; isPage: boolean }): ProviderErrorKind {
  if (status === 429) return "rate_limited";
  if (status === 401) return "unauthorized";
  // Cloudflare refuses with a page, or with nothing where the User-Agent displeases; Discogs with a message.
  if (status === 403) return body.message === null ? "blocked" : "unauthorized";
  if (status >= 500 && HOPELESS_QUERY.test(body.message ?? "")) return "bad_response";
  if (status === 408 || status >= 500) return "unavailable";
  return "bad_response";
}

function messageOf(body: string): string | null {
  try {
    return DiscogsErrorBody.safeParse(JSON.parse(body)).data?.message ?? null;
  } catch {
    return null;
  }
}
