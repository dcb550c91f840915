/** The application's access token: fetched once, shared, renewed before it expires. */
import { addSeconds, type Clock } from "../../platform/clock.ts";
import type { HttpClient, HttpRequest } from "../../platform/http_client.ts";
import { type CallOptions, ProviderError } from "../contract.ts";
import { callEbay } from "./call.ts";
import { failureOfRequest, jsonOf } from "../http_call.ts";
import { failureOf } from "./errors.ts";
import { EbayTokenBody } from "./schema.ts";

const DOING = "get an eBay access token";

/** A token is not used in its last five minutes, so that none expires under way (it lives two hours). */
const EXPIRY_MARGIN_SECONDS = 300;

/** A failed token call is not repeated for a minute: eBay mints 1,000 tokens a day, and bad credentials stay bad. */
export const FAILURE_MEMORY_SECONDS = 60;

/** Where and as whom a token is asked for. */
export interface EbayTokenConfig {
  /** Base address ("https://api.ebay.com") or the complete one ending in `/token`. */
  authUrl: string;
  clientId: string;
  clientSecret: string;
}

interface Flight {
  result: Promise<string>;
  controller: AbortController;
  waiters: Set<CallOptions>;
}

/**
 * Client-credentials tokens. Any number of concurrent callers cause one request; it is cancelled only when all of
 * them went away. A failure is remembered for a minute (longer when eBay asked so) and thrown again without a call.
 */
export class EbayTokens {
  readonly #deps: { http: HttpClient; clock: Clock };
  readonly #config: EbayTokenConfig;
  #token: { value: string; usableUntil: Date } | null = null;
  #failure: { error: ProviderError; until: Date } | null = null;
  #flight: Flight | null = null;

  constructor(deps: { http: HttpClient; clock: Clock }, config: EbayTokenConfig) {
    this.#deps = deps;
    this.#config = config;
  }

  /** A usable token. @throws {ProviderError} unauthorized, unavailable, …; the caller's own abort as unavailable */
  async get(options: CallOptions): Promise<string> {
    const now = this.#deps.clock.now();
    if (this.#token && now < this.#token.usableUntil) return this.#token.value;
    if (this.#failure && now < this.#failure.until) throw this.#failure.error;
    const flight = this.#flight ??= this.#start(options);
    flight.waiters.add(options);
    try {
      return await unlessAborted(flight.result, options.signal);
    } finally {
      flight.waiters.delete(options);
      if (flight.waiters.size === 0 && this.#flight === flight) await this.#cancel(flight);
    }
  }

  /** Forgets `refused`, unless a newer token has replaced it already. */
  invalidate(refused: string): void {
    if (this.#token?.value === refused) this.#token = null;
  }

  /** Remembers that tokens are of no use now, so that a refused fresh token does not cost a new one per search. */
  remember(error: ProviderError): void {
    const seconds = Math.max(FAILURE_MEMORY_SECONDS, error.retryAfterSeconds ?? 0);
    this.#failure = { error, until: addSeconds(this.#deps.clock.now(), seconds) };
  }

  #start(leader: CallOptions): Flight {
    const controller = new AbortController();
    const waiters = new Set<CallOptions>();
    // The call is reported to one search that still waits for it, so that no log names it twice or never.
    const onCall: CallOptions["onCall"] = (call) => ([...waiters][0] ?? leader).onCall(call);
    const result = this.#renew({ signal: controller.signal, onCall });
    const flight: Flight = { result, controller, waiters };
    const land = () => {
      if (this.#flight === flight) this.#flight = null;
    };
    result.then(land, land);
    return flight;
  }

  async #cancel(flight: Flight): Promise<void> {
    this.#flight = null;
    flight.controller.abort();
    await flight.result.catch(() => {});
  }

  async #renew(options: CallOptions): Promise<string> {
    try {
      const token = await this.#mint(options);
      const seconds = Math.max(token.expires_in - EXPIRY_MARGIN_SECONDS, token.expires_in / 2);
      this.#token = { value: token.access_token, usableUntil: addSeconds(this.#deps.clock.now(), seconds) };
      this.#failure = null;
      return token.access_token;
    } catch (error) {
      const failure = failureOfRequest(error, DOING);
      if (!options.signal.aborted) this.remember(failure);
      throw failure;
    }
  }

  async #mint(options: CallOptions): Promise<EbayTokenBody> {
    const request = tokenRequest(this.#config, options.signal);
    const response = await callEbay(this.#deps, { operation: "token", request, onCall: options.onCall });
    if (response.status === 400) throw refusedCredentials(failureOf(response, DOING, this.#deps.clock.now()));
    if (response.status !== 200) throw failureOf(response, DOING, this.#deps.clock.now());
    const parsed = EbayTokenBody.safeParse(jsonOf(response, DOING));
    if (!parsed.success) throw new ProviderError("bad_response", `Cannot ${DOING}: the answer has no token`);
    return parsed.data;
  }
}

/** The token endpoint says 400, not 401, to unknown clients and scopes (RFC 6749 §5.2). */
function refusedCredentials(failure: ProviderError): ProviderError {
  return new ProviderError("unauthorized", failure.message);
}

function tokenRequest(config: EbayTokenConfig, signal: AbortSignal): HttpRequest {
  const base = config.authUrl.replace(/\/+$/, "");
  const credentials = new TextEncoder().encode(`${config.clientId}:${config.clientSecret}`);
  return {
    method: "POST",
    url: base.endsWith("/token") ? base : `${base}/identity/v1/oauth2/token`,
    headers: {
      authorization: `Basic ${credentials.toBase64()}`,
      "content-type": "application/x-www-form-urlencoded",
      accept: "application/json",
    },
    body: "grant_type=client_credentials&scope=https%3A%2F%2Fapi.ebay.com%2Foauth%2Fapi_scope",
    signal,
  };
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const cancelled = Promise.withResolvers<never>();
  const onAbort = () => cancelled.reject(new ProviderError("unavailable", `Cannot ${DOING}: cancelled`));
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, cancelled.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
