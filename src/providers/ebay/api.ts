import type { Clock } from "../../platform/clock.ts";
import type { HttpClient, HttpResponse } from "../../platform/http_client.ts";
import { type CallOptions, ProviderError } from "../contract.ts";
import { failureOfRequest } from "../http_call.ts";
import { callEbay } from "./call.ts";
import { failureOf, saysTokenIsStale } from "./errors.ts";
import { EbayTokens } from "./token.ts";

/** Where and as whom eBay is asked. */
export interface EbayConfig {
  /** "https://api.ebay.com" or the sandbox. */
  apiUrl: string;
  /** Base address of the token endpoint, or its full address ending in `/token`. */
  authUrl: string;
  clientId: string;
  clientSecret: string;
  /** "EBAY_US", "EBAY_GB", …: searched where neither a rule nor its user chose. */
  marketplace: string;
  /** eBay Partner Network campaign; null: plain links. */
  campaignId: string | null;
  /** Calls of the whole installation in any 24 hours; eBay grants 5,000 to begin with. */
  callsPerDay: number;
}

/** What asking eBay needs. */
export interface EbayDeps {
  http: HttpClient;
  clock: Clock;
  config: EbayConfig;
}

/** What is asked, apart from where and as whom. */
export interface EbayAsk {
  operation: "search" | "item" | "public_key" | "quota";
  /** With its query, beginning with a slash. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  /** Completes "Cannot …" in messages. */
  doing: string;
}

/** One application at eBay: everything that is asked in its name shares its one access token. */
export class EbayApi {
  readonly #deps: EbayDeps;
  readonly #tokens: EbayTokens;

  constructor(deps: EbayDeps) {
    this.#deps = deps;
    this.#tokens = new EbayTokens(deps, deps.config);
  }

  /** Where and as whom. */
  get config(): EbayConfig {
    return this.#deps.config;
  }

  /** The time of the service. */
  get clock(): Clock {
    return this.#deps.clock;
  }

  /**
   * The answer to one GET, whatever its status. A stale token is renewed once; a second refusal is remembered, so that it
   * does not cost a new token per call. A call of the quota is taken before each attempt, none for tokens, which eBay
   * counts apart.
   * @throws {ProviderError} when no answer arrives; what `beforeCall` throws comes unchanged
   */
  async get(ask: EbayAsk, options: CallOptions): Promise<HttpResponse> {
    const { doing } = ask;
    if (options.signal.aborted) throw new ProviderError("unavailable", `Cannot ${doing}: cancelled`);
    const token = await this.#tokens.get(options);
    const response = await this.#send(ask, token, options);
    if (!saysTokenIsStale(response)) return response;
    this.#tokens.invalidate(token);
    const fresh = await this.#tokens.get(options);
    const second = await this.#send(ask, fresh, options);
    if (saysTokenIsStale(second)) {
      this.#tokens.invalidate(fresh);
      this.#tokens.remember(failureOf(second, doing, this.clock.now()));
    }
    return second;
  }

  async #send(ask: EbayAsk, token: string, options: CallOptions): Promise<HttpResponse> {
    await options.beforeCall?.();
    const request = {
      url: `${this.config.apiUrl.replace(/\/+$/, "")}${ask.path}`,
      headers: { authorization: `Bearer ${token}`, accept: "application/json", ...ask.headers },
      signal: options.signal,
    };
    try {
      return await callEbay(this.#deps, { operation: ask.operation, request, onCall: options.onCall });
    } catch (error) {
      throw failureOfRequest(error, ask.doing);
    }
  }
}

/** Headers that say which eBay is asked, and for whose affiliate links. */
export function browseHeaders(
  { campaignId }: EbayConfig,
  marketplace: string,
): Readonly<Record<string, string>> {
  return {
    "x-ebay-c-marketplace-id": marketplace,
    ...(campaignId && {
      "x-ebay-c-enduserctx": `affiliateCampaignId=${encodeURIComponent(campaignId)}`,
    }),
  };
}
