/** Outbound HTTP. The only module that calls fetch: deadline, size cap and clean errors hold for every caller. */
import { monotonicMs } from "./clock.ts";
import { HttpClientError, type HttpClientErrorKind } from "./http_error.ts";
import { hostOf, withoutSent, withoutUrls } from "./http_redact.ts";

export { HttpClientError, type HttpClientErrorKind };

/** What may be asked; everything but the URL has a default. */
export interface HttpRequest {
  /** Default GET. */
  method?: string;
  /** Absolute, http or https. */
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array<ArrayBuffer>;
  /** Ends the request early with an `aborted` error. */
  signal?: AbortSignal;
  /** Deadline of the whole exchange, body and redirects included; default: the client's. */
  timeoutMs?: number;
  /** Most bytes of the decompressed body; default: the client's. */
  maxBytes?: number;
  /** Redirects to follow; default 0: the 3xx itself is the answer. Credentials never go to another origin. */
  maxRedirects?: number;
}

/** A complete answer; any status, also 3xx, 4xx and 5xx, is an answer and not an error. */
export interface HttpResponse {
  /** The address that answered: the one asked for, or where it redirected to. */
  url: string;
  status: number;
  headers: Headers;
  /** The decompressed body, never longer than the cap. */
  bytes: Uint8Array<ArrayBuffer>;
  /**
   * The body decoded by the charset of Content-Type, else as UTF-8; bad bytes become U+FFFD. Of a failure (4xx, 5xx)
   * without the credentials of the request, should the server quote them.
   */
  text(): string;
  /** From the call to the last byte, in milliseconds. */
  duration_ms: number;
}

/** Sends requests. @throws {HttpClientError} for every request that has no complete answer; nothing else escapes. */
export interface HttpClient {
  request(request: HttpRequest): Promise<HttpResponse>;
}

/** How a client names itself, and its limits. */
export interface HttpClientOptions {
  /** Sent with every request that names none. */
  userAgent: string;
  /** Default 15,000: the slowest provider answer worth waiting for. */
  timeoutMs?: number;
  /** Default 5 MiB: about five times the largest page a provider sends. */
  maxBytes?: number;
  /** Sends what is to be sent; default: the runtime's fetch, to any address. */
  transport?: Transport;
}

/** One request as it goes out. */
export interface Hop {
  url: URL;
  /** The address that redirected here; null: the first one. */
  from: URL | null;
  method: string;
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array<ArrayBuffer> | undefined;
  signal: AbortSignal;
}

/** What a transport gives of an answer. */
export type HopAnswer = Pick<Response, "status" | "headers" | "body">;

/**
 * Sends one hop and gives its answer, redirects unfollowed. What it throws is told as a network error, unless it is an
 * HttpClientError.
 */
export type Transport = (hop: Hop) => Promise<HopAnswer>;

const DEFAULT_TIMEOUT_MS = 15_000;
const DEFAULT_MAX_BYTES = 5 * 1024 * 1024;

/** A client; it holds nothing open between requests apart from the runtime's shared connections. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  const transport = options.transport ?? sendAnywhere;
  return {
    request: (request) =>
      exchange({
        ...request,
        headers: { "user-agent": options.userAgent, ...lowerCased(request.headers ?? {}) },
        timeoutMs: request.timeoutMs ?? timeoutMs,
        maxBytes: request.maxBytes ?? maxBytes,
        transport,
      }),
  };
}

type CompleteRequest =
  & HttpRequest
  & Required<Pick<HttpRequest, "headers" | "timeoutMs" | "maxBytes">>
  & { transport: Transport };

const sendAnywhere: Transport = ({ url, from: _from, ...hop }) => fetch(url, { ...hop, redirect: "manual" });

async function exchange(request: CompleteRequest): Promise<HttpResponse> {
  const { url, signal } = request;
  if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : "")) {
    throw new HttpClientError("network", `Cannot request ${hostOf(url)}: not an http or https URL`);
  }
  if (signal?.aborted) throw new HttpClientError("aborted", `Cannot request ${hostOf(url)}: cancelled`);
  const started = monotonicMs();
  const controller = new AbortController();
  let cutBy: "timeout" | "aborted" | null = null;
  const cut = (kind: "timeout" | "aborted") => {
    cutBy ??= kind;
    controller.abort();
  };
  const onAbort = () => cut("aborted");
  const timer = setTimeout(() => cut("timeout"), request.timeoutMs);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const { response, url: answered } = await send(request, controller.signal);
    const bytes = await readCapped(response, request, controller.signal);
    const { status, headers } = response;
    const text = () =>
      status < 400 ? decode(bytes, headers) : withoutSent(decode(bytes, headers), request.headers);
    return { url: answered, status, headers, bytes, text, duration_ms: since(started) };
  } catch (error) {
    throw asClientError(error, request, cutBy);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    controller.abort();
  }
}

/** The first answer that is not a followed redirect, body unread, and who gave it. */
async function send(
  request: CompleteRequest,
  signal: AbortSignal,
): Promise<{ response: HopAnswer; url: string }> {
  let { method = "GET", url, body, headers } = request;
  let from: URL | null = null;
  for (let left = request.maxRedirects ?? 0;; left--) {
    const response = await request.transport({ url: new URL(url), from, method, headers, body, signal });
    const location = response.headers.get("location");
    if (left <= 0 || !REDIRECTS.has(response.status) || !location) return { response, url };
    await response.body?.cancel();
    from = new URL(url);
    const target = URL.parse(location, url);
    if (!target) {
      throw new HttpClientError("network", `Cannot request ${hostOf(url)}: redirected to no address`);
    }
    if (!/^https?:$/.test(target.protocol)) {
      throw new HttpClientError("network", `Cannot request ${hostOf(url)}: redirected to ${target.protocol}`);
    }
    if (target.origin !== from.origin) headers = withoutCredentials(headers);
    if (response.status === 303 || (response.status < 303 && method === "POST")) {
      method = "GET";
      body = undefined;
    }
    url = target.href;
  }
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** What `send` may take with the body. @throws what `signal` was aborted with */
async function readCapped(
  response: HopAnswer,
  request: CompleteRequest,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const { body } = response;
  if (!body) return new Uint8Array(0);
  const reader = body.getReader();
  // Not every transport ends a silent body when it is cut.
  const cut = Promise.withResolvers<never>();
  cut.promise.catch(() => {});
  const onCut = () => {
    cut.reject(signal.reason);
    reader.cancel().catch(() => {});
  };
  signal.addEventListener("abort", onCut, { once: true });
  try {
    return await readChunks(() => Promise.race([reader.read(), cut.promise]), { reader, request });
  } finally {
    signal.removeEventListener("abort", onCut);
  }
}

/** @throws {HttpClientError} too_large, with the rest of the body never read */
async function readChunks(
  read: () => Promise<ReadableStreamReadResult<Uint8Array>>,
  { reader, request }: { reader: ReadableStreamDefaultReader<Uint8Array>; request: CompleteRequest },
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await read();
    if (done) break;
    size += value.byteLength;
    if (size > request.maxBytes) {
      await reader.cancel().catch(() => {});
      throw new HttpClientError(
        "too_large",
        `Cannot read the answer of ${hostOf(request.url)}: more than ${request.maxBytes} bytes`,
      );
    }
    chunks.push(value);
  }
  return joined(chunks, size);
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

/** The runtime's error is not kept as cause: its text quotes the URL with its query. */
function asClientError(error: unknown, request: CompleteRequest, cutBy: "timeout" | "aborted" | null) {
  if (error instanceof HttpClientError) return error;
  const host = hostOf(request.url);
  if (cutBy === "aborted") return new HttpClientError("aborted", `Cannot request ${host}: cancelled`);
  if (cutBy === "timeout") {
    const text = `Cannot request ${host}: no complete answer within ${request.timeoutMs} ms`;
    return new HttpClientError("timeout", text);
  }
  const reason = withoutUrls(error instanceof Error ? error.message : String(error));
  return new HttpClientError("network", `Cannot request ${host}: ${reason || "network error"}`);
}

function decode(bytes: Uint8Array<ArrayBuffer>, headers: Headers): string {
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(headers.get("content-type") ?? "")?.[1] ?? "utf-8";
  return decoderOf(charset).decode(bytes);
}

function decoderOf(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function withoutCredentials(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) =>
    !/^(authorization|cookie|proxy-authorization)$/.test(name)
  );
  return Object.fromEntries(kept);
}

function since(started: number): number {
  return Math.round(monotonicMs() - started);
}

/** Longest wait a Retry-After is believed: one day. */
export const MAX_RETRY_AFTER_SECONDS = 86_400;

/**
 * Whole seconds the server asks us to wait (RFC 9110 §10.2.3: a count of seconds or an HTTP date), at most one day;
 * a date in the past is 0. Null: no header, or one that cannot be read.
 */
export function retryAfterSeconds(headers: Headers, now: Date): number | null {
  const value = headers.get("retry-after")?.trim() ?? "";
  const isCount = /^\d+(\.\d+)?$/.test(value);
  if (!isCount && !/[a-z]/i.test(value)) return null;
  const seconds = isCount ? Number(value) : (Date.parse(value) - now.getTime()) / 1000;
  if (Number.isNaN(seconds)) return null;
  return Math.min(Math.max(Math.ceil(seconds), 0), MAX_RETRY_AFTER_SECONDS);
}
