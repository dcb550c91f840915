import type { Clock } from "../../platform/clock.ts";
import { randomSecret } from "../../platform/crypto.ts";
import type { HttpClient, HttpResponse } from "../../platform/http_client.ts";
import { z } from "zod";
import { type CallOptions, ProviderError } from "../contract.ts";
import { callProvider, failureOfRequest, jsonOf } from "../http_call.ts";
import type { AccountLinking, OAuthToken } from "../user_accounts.ts";
import { DISCOGS_ID } from "./call.ts";
import { failureOf } from "./errors.ts";
import { authorizationHeader, type DiscogsConsumer, tokenOf } from "./oauth.ts";

/** What speaking to Discogs for its users needs. */
export interface DiscogsUserDeps {
  http: HttpClient;
  clock: Clock;
  config: {
    apiUrl: string;
    authorizeUrl: string;
    userAgent: string;
    /** Null: no application is configured. */
    consumer: DiscogsConsumer | null;
  };
}

/** One request on behalf of a user, or of the application where there is no token. */
export interface UserAsk {
  operation: "request_token" | "access_token" | "identity" | "wantlist" | "collection" | "list";
  method?: "GET" | "POST";
  /** With its query. */
  path: string;
  /** The Authorization header; null: none. */
  authorization: string | null;
  /** Completes "Cannot …" in messages. */
  doing: string;
  /** Statuses that are answers and no failures; absent: 200 alone. */
  takes?: readonly number[];
}

const NOT_CONFIGURED = "DISCOGS_CONSUMER_KEY and DISCOGS_CONSUMER_SECRET are not set";

const IdentityBody = z.looseObject({ username: z.string().trim().min(1).max(120) });

/** Linking of accounts at Discogs: no step waits for another process, and nothing is kept here. */
export function createDiscogsLinking(deps: DiscogsUserDeps): AccountLinking {
  const { consumer, authorizeUrl } = deps.config;
  return {
    disabledReason: consumer === null ? NOT_CONFIGURED : null,
    authorizeUrl: (token) => {
      const url = new URL(authorizeUrl);
      url.searchParams.set("oauth_token", token);
      return url.href;
    },
    requestToken: async (callbackUrl, options) => {
      const doing = "ask Discogs for a request token";
      const authorization = sign(deps, null, { oauth_callback: callbackUrl });
      const ask = {
        operation: "request_token",
        path: "/oauth/request_token",
        authorization,
        doing,
      } as const;
      return requireToken(await askAsUser(deps, ask, options), doing);
    },
    accessToken: async ({ request, verifier }, options) => {
      const doing = "exchange the request token at Discogs";
      const authorization = sign(deps, request, { oauth_verifier: verifier });
      const ask = {
        operation: "access_token",
        method: "POST",
        path: "/oauth/access_token",
        authorization,
        doing,
      } as const;
      return requireToken(await askAsUser(deps, ask, options), doing);
    },
    identity: async (token, options) => {
      const doing = "ask Discogs whose token it is";
      const authorization = sign(deps, token);
      const ask = { operation: "identity", path: "/oauth/identity", authorization, doing } as const;
      const body = IdentityBody.safeParse(jsonOf(await askAsUser(deps, ask, options), doing));
      if (!body.success) throw new ProviderError("bad_response", `Cannot ${doing}: it names no user`);
      return { username: body.data.username };
    },
  };
}

/** The signed header of one request. @throws {ProviderError} when no application is configured */
export function sign(
  { config: { consumer }, clock }: DiscogsUserDeps,
  token: OAuthToken | null,
  extra?: Record<string, string>,
): string {
  if (consumer === null) throw new ProviderError("unauthorized", `Cannot sign: ${NOT_CONFIGURED}`);
  return authorizationHeader({
    consumer,
    token,
    nonce: randomSecret(16),
    now: clock.now(),
    ...(extra && { extra }),
  });
}

/** One answered request; takes a call of the quota first. @throws {ProviderError} for every answer that is not taken */
export async function askAsUser(
  deps: DiscogsUserDeps,
  { operation, method = "GET", path, authorization, doing, takes = [200] }: UserAsk,
  options: CallOptions,
): Promise<HttpResponse> {
  if (options.signal.aborted) throw new ProviderError("unavailable", `Cannot ${doing}: cancelled`);
  await options.beforeCall?.();
  const request = {
    method,
    url: `${deps.config.apiUrl.replace(/\/+$/, "")}${path}`,
    headers: {
      "user-agent": deps.config.userAgent,
      accept: "application/vnd.discogs.v2.discogs+json",
      ...(operation.endsWith("_token") && { "content-type": "application/x-www-form-urlencoded" }),
      ...(authorization !== null && { authorization }),
    },
    signal: options.signal,
  };
  const call = { provider: DISCOGS_ID, operation, request, onCall: options.onCall };
  const response = await callProvider(deps, call).catch((error) => {
    throw failureOfRequest(error, doing);
  });
  if (!takes.includes(response.status)) throw failureOf(response, doing, deps.clock.now());
  return response;
}

function requireToken(response: HttpResponse, doing: string): OAuthToken {
  const token = tokenOf(response.text());
  if (token === null) throw new ProviderError("bad_response", `Cannot ${doing}: the answer names no token`);
  return token;
}
