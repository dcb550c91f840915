/**
 * A typed client of the API: paths, bodies and answers are checked by the compiler against docs/openapi.json.
 *
 * ```ts
 * const api = createApiClient({ baseUrl: "http://127.0.0.1:8000", token });
 * const { data, error } = await api.POST("/api/watch-rules", { body: { name: "Blue", query: { keywords: ["blue"] } } });
 * ```
 */
import createFetchClient, { type Client, type FetchOptions, type FetchResponse } from "openapi-fetch";
import type { operations, paths } from "./api.ts";

/** Where the service is and who asks. */
export interface ApiClientOptions {
  baseUrl: string;
  /** A token of the service or a JWT; absent in browsers, which send their session's cookie. */
  token?: string;
  /** Another way to send a request. */
  fetch?: (request: Request) => Promise<Response>;
}

/** The client: `api.GET(path, …)`, `api.POST(path, …)`; each gives `data` or, as the envelope, `error`. */
export interface ApiClient extends Pick<Client<paths>, "use" | "eject"> {
  GET: Call<"get">;
  POST: Call<"post">;
  PATCH: Call<"patch">;
  DELETE: Call<"delete">;
}

// openapi-fetch's own methods infer the type of what they are given, and so overlook keys that the API does not know.
type Call<Method extends string> = <Path extends PathsWith<Method>>(
  path: Path,
  ...options: OptionsOf<OperationOf<Path, Method>>
) => Promise<FetchResponse<OperationOf<Path, Method>, unknown, `${string}/${string}`>>;

type PathsWith<Method extends string> = {
  [Path in keyof paths]: paths[Path] extends { [name in Method]: Operation } ? Path : never;
}[keyof paths];

type OperationOf<Path extends keyof paths, Method extends string> = Extract<
  paths[Path][Method & keyof paths[Path]],
  Operation
>;

type Operation = operations[keyof operations];

type OptionsOf<O> = Record<never, never> extends Given<O> ? [Given<O>?] : [Given<O>];

// The type of the answer is that of its JSON.
type Given<O> = Omit<FetchOptions<O>, "parseAs">;

/** A client of the service at `baseUrl`. */
export function createApiClient({ baseUrl, token, fetch }: ApiClientOptions): ApiClient {
  return createFetchClient<paths>({
    baseUrl,
    ...(fetch ? { fetch } : {}),
    ...(token ? { headers: { authorization: `Bearer ${token}` } } : {}),
  }) as ApiClient; // safe: the same methods, which take all that ApiClient allows
}
