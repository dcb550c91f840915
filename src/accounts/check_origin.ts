/** Whether a browser sent a request from one of our own pages. Pure. */
import { DomainError } from "../platform/errors.ts";

/** What a request says of where it was made; null: nothing. */
export interface RequestOrigin {
  /** `Sec-Fetch-Site`, which pages cannot write; browsers send it to https and to this machine. */
  fetchSite: string | null;
  origin: string | null;
  host: string | null;
}

/** Whose pages count as ours. */
export interface OwnOrigins {
  /** Of PUBLIC_URL and CORS_ORIGINS, as browsers write origins. */
  origins: ReadonlySet<string>;
}

/** The origins of these URLs, as browsers write them. */
export function originsOf(urls: readonly string[]): ReadonlySet<string> {
  return new Set(urls.map((url) => new URL(url).origin));
}

/**
 * Whether a request was made by a page of ours; `unknown`: it says nothing of it, as no browser does. An origin that is
 * configured counts wherever it is. The request's own host counts where the browser says no more: with `Sec-Fetch-Site`
 * it knows better, as it also compares the scheme. `none` (typed, bookmarked) never writes.
 */
export function whereMade(
  { fetchSite, origin, host }: RequestOrigin,
  { origins }: OwnOrigins,
): "here" | "elsewhere" | "unknown" {
  if (origin !== null && origins.has(origin)) return "here";
  if (fetchSite !== null) return fetchSite === "same-origin" ? "here" : "elsewhere";
  if (origin === null) return "unknown";
  const own = URL.parse(origin)?.host ?? "";
  return own !== "" && own === host?.toLowerCase() ? "here" : "elsewhere";
}

/**
 * A write by a cookie has to come from a page of ours: a browser sends cookies along whoever makes the request.
 * @throws {DomainError} conflict; clients would end the session on 401 or 403
 */
export function requireMadeHere(request: RequestOrigin, own: OwnOrigins): void {
  if (whereMade(request, own) === "here") return;
  throw new DomainError(
    "conflict",
    "Cannot write with a cookie from here: the request has no Sec-Fetch-Site: same-origin and no Origin that is allowed",
  );
}

/**
 * Logging a browser in is refused to other sites' pages: they could log somebody in to an account of theirs.
 * @throws {DomainError} conflict
 */
export function refuseMadeElsewhere(request: RequestOrigin, own: OwnOrigins): void {
  if (request.fetchSite === "none" || whereMade(request, own) !== "elsewhere") return;
  throw new DomainError("conflict", "Cannot do this from another site: the request's Origin is not allowed");
}
