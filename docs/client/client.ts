/**
 * A typed client of the API: paths, bodies and answers are checked by the compiler against docs/openapi.json.
 *
 * ```ts
 * const api = createApiClient({ baseUrl: "http://127.0.0.1:8000", token });
 * const { data, error } = await api.POST("/api/watch-rules", { body: { name: "Blue", query: { keywords: ["blue"] } } });
 * ```
 */
import createFetchClient, { type Client } from "openapi-fetch";
import type { paths } from "./api.ts";

/** Where the service is and who asks. */
export interface ApiClientOptions {
  baseUrl: string;
  /** A token of the service or a JWT; absent in browsers, which send their session's cookie. */
  token?: string;
  /** Another way to send a request. */
  fetch?: (request: Request) => Promise<Response>;
}

/** The client: `api.GET(path, …)`, `api.POST(path, …)`; each gives `data` or, as the envelope, `error`. */
export type ApiClient = Client<paths>;

/** A client of the service at `baseUrl`. */
export function createApiClient({ baseUrl, token, fetch }: ApiClientOptions): ApiClient {
  return createFetchClient<paths>({
    baseUrl,
    ...(fetch ? { fetch } : {}),
    ...(token ? { headers: { authorization: `Bearer ${token}` } } : {}),
  });
}
