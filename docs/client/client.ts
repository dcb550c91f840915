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

/**
 * The client: `api.GET(path, …)`, `api.POST(path, …)`; each gives `data` or, as the envelope, `error`. What answers
 * something else than JSON, a stream or a page, is asked for with `parseAs: "stream"`.
 */
export interface ApiClient extends Pick<Client<paths>, "use" | "eject"> {
  GET: Call<"get">;
  POST: Call<"post">;
  PATCH: Call<"patch">;
  DELETE: Call<"delete">;
}

// openapi-fetch's own methods infer the type of what they are given, and so overlook keys that the API does not know.
type Call<Method extends string> = <Path extends PathsWith<Method>>(
  path: Path,
  ...options: Options<OperationOf<Path, Method>>
) => Promise<
  FetchResponse<OperationOf<Path, Method>, Parsing<OperationOf<Path, Method>>, "application/json">
>;

type PathsWith<Method extends string> = {
  [Path in keyof paths]: paths[Path] extends { [name in Method]: Operation } ? Path : never;
}[keyof paths];

type OperationOf<Path extends keyof paths, Method extends string> = Extract<
  paths[Path][Method & keyof paths[Path]],
  Operation
>;

type Operation = operations[keyof operations];

type Options<O extends Operation> = Record<never, never> extends Given<O> ? [Given<O>?] : [Given<O>];

type Given<O extends Operation> = Omit<FetchOptions<O>, "parseAs"> & Parsing<O>;

type Parsing<O extends Operation> = [Success<O>] extends [Json | { content?: never }] ? unknown
  : { parseAs: "stream" };

type Success<O extends Operation> = O["responses"][keyof O["responses"] & (200 | 201 | 202 | 204 | 307)];

interface Json {
  content: { "application/json": unknown };
}

/** A client of the service at `baseUrl`. */
export function createApiClient({ baseUrl, token, fetch }: ApiClientOptions): ApiClient {
  return createFetchClient<paths>({
    baseUrl,
    ...(fetch ? { fetch } : {}),
    ...(token ? { headers: { authorization: `Bearer ${token}` } } : {}),
  }) as ApiClient; // safe: the same methods, which take all that ApiClient allows
}
