/**
 * A typed client of the API: paths, bodies and answers are checked by the compiler against docs/openapi.json.
 *
 * ```ts
 * const api = createApiClient({ baseUrl: "http://127.0.0.1:8000", token });
 * const { data, error } = await api.POST("/api/watch-rules", { body: { name: "Blue", query: { keywords: ["blue"] } } });
 * ```
 */
import createFetchClient, {
  type Client,
  type FetchOptions,
  type FetchResponse,
  type HeadersOptions,
  mergeHeaders,
} from "openapi-fetch";
import type { operations, paths } from "./api.ts";
import { type FollowOptions, followStream, type StreamMessage } from "./events.ts";

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
 * something else than JSON, a stream or a page, is asked for with `parseAs: "stream"`. Where a file is sent the body is
 * the file itself.
 */
export interface ApiClient extends Pick<Client<paths>, "use" | "eject"> {
  GET: Call<"get">;
  POST: Call<"post">;
  PATCH: Call<"patch">;
  DELETE: Call<"delete">;
  /**
   * The inbox as it grows, each row once and in order, for as long as somebody reads: where the connection breaks it is
   * opened again behind the last row. Ends with `signal`, or when its reader stops.
   * @throws {StreamRefusedError} when the service refuses it, such as 401 once the session or the token ended
   */
  follow(options?: FollowOptions): AsyncGenerator<StreamMessage, void>;
}

/** A file that is sent as it is: text, a file of an `<input>`, or bytes. */
export type FileBody = string | Blob | BufferSource;

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

type Given<O extends Operation> = Omit<FetchOptions<O>, "parseAs" | "body"> & Body<O> & Parsing<O>;

type Body<O extends Operation> = O extends
  { requestBody: { content: { [Type in typeof FILE_TYPE]: string } } } ? { body: FileBody }
  : Pick<FetchOptions<O>, "body">;

type Parsing<O extends Operation> = [Success<O>] extends [Json | { content?: never }] ? unknown
  : { parseAs: "stream" };

type Success<O extends Operation> = O["responses"][keyof O["responses"] & (200 | 201 | 202 | 204 | 307)];

interface Json {
  content: { "application/json": unknown };
}

/** What the service takes files as, whatever they are called where they come from. */
const FILE_TYPE = "text/csv";

/** A client of the service at `baseUrl`. */
export function createApiClient({ baseUrl, token, fetch }: ApiClientOptions): ApiClient {
  const client = createFetchClient<paths>({
    baseUrl,
    ...(fetch ? { fetch } : {}),
    ...(token ? { headers: { authorization: `Bearer ${token}` } } : {}),
  });
  const { GET, POST, PATCH, DELETE, use, eject } = client as unknown as Methods; // safe: the same, for any path
  return {
    GET,
    POST: (path, options) => POST(path, isFile(options?.body) ? asFile(options) : options),
    PATCH,
    DELETE,
    use,
    eject,
    follow: (options) =>
      followStream(({ after, signal }) => {
        const query = after === null ? {} : { after };
        return GET("/api/stream/events", { params: { query }, parseAs: "stream", signal });
      }, options),
  } as ApiClient; // safe: methods that take all that ApiClient allows
}

/** The methods without what the compiler knows of paths. */
interface Methods extends Pick<Client<paths>, "use" | "eject"> {
  GET: AnyCall;
  POST: AnyCall;
  PATCH: AnyCall;
  DELETE: AnyCall;
}

type AnyCall = (path: string, options?: AnyOptions) => Promise<{ response: Response; error?: never }>;

interface AnyOptions {
  body?: unknown;
  headers?: HeadersOptions;
  [name: string]: unknown;
}

function isFile(body: unknown): body is FileBody {
  return typeof body === "string" || body instanceof Blob || body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body);
}

/** Not as JSON, which is what bodies are without being told. */
function asFile(options: AnyOptions = {}): AnyOptions {
  const headers = mergeHeaders({ "content-type": FILE_TYPE }, options.headers);
  return { ...options, headers, bodySerializer: (file: unknown) => file };
}
