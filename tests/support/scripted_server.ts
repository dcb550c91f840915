/** A real HTTP server on this machine that answers as a test tells it to, and remembers what it was asked. */

/** One request as it arrived, body read. */
export interface RecordedRequest {
  method: string;
  /** Path without query. */
  path: string;
  query: URLSearchParams;
  headers: Headers;
  body: string;
  /** Aborted when the server closes. */
  closing: AbortSignal;
}

/** Answers one request; `seen` counts the requests before this one. */
export type Script = (request: RecordedRequest, seen: number) => Response | Promise<Response>;

/** The running server. Disposal cuts hanging answers and waits until the port is free. */
export interface ScriptedServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`, no slash at the end. */
  readonly url: string;
  /** Every request so far, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** Requests whose path is `path`. */
  requestsTo(path: string): RecordedRequest[];
  /** Answers by `script` from now on. */
  answer(script: Script): void;
}

/** Starts a server on a free port of 127.0.0.1. A script that throws is answered with 599 and its text. */
export function startScriptedServer(script: Script): ScriptedServer {
  const closing = new AbortController();
  const requests: RecordedRequest[] = [];
  let current = script;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const url = new URL(request.url);
    const recorded: RecordedRequest = {
      method: request.method,
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: await request.text(),
      closing: closing.signal,
    };
    requests.push(recorded);
    try {
      return await current(recorded, requests.length - 1);
    } catch (error) {
      return new Response(String(error), { status: 599 });
    }
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    requests,
    requestsTo: (path) => requests.filter((request) => request.path === path),
    answer: (next) => {
      current = next;
    },
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await server.shutdown();
    },
  };
}

/** A JSON answer. */
export function json(body: unknown, init: ResponseInit = {}): Response {
  return new Response(JSON.stringify(body), {
    ...init,
    headers: { "content-type": "application/json", ...init.headers },
  });
}

/** A web page, as gateways and bot walls send it. */
export function html(status: number, text = "<html><body><h1>Access Denied</h1></body></html>"): Response {
  return new Response(text, { status, headers: { "content-type": "text/html" } });
}

/** A body that begins and then breaks off, as when a connection is cut. */
export function brokenBody(text: string): ReadableStream<Uint8Array> {
  let pulls = 0;
  return new ReadableStream({
    pull(controller) {
      if (pulls++ === 0) controller.enqueue(new TextEncoder().encode(text));
      else controller.error(new Error("cut"));
    },
  });
}

/** No answer until the server closes. */
export function hang(request: RecordedRequest): Promise<Response> {
  return new Promise((resolve) => {
    const finish = () => resolve(new Response(null, { status: 503 }));
    if (request.closing.aborted) finish();
    else request.closing.addEventListener("abort", finish, { once: true });
  });
}

/** Headers at once, then `chunk` again and again until the client goes away; with `pause`, one chunk and silence. */
export function endlessBody(
  request: RecordedRequest,
  chunk: string,
  options: { pause?: boolean } = {},
): Response {
  const bytes = new TextEncoder().encode(chunk);
  let sent = 0;
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (options.pause && sent++ > 0) await hang(request);
      if (isCancelled) return;
      if (request.closing.aborted) controller.close();
      else controller.enqueue(bytes);
    },
    cancel() {
      isCancelled = true;
    },
  });
  return new Response(body, { headers: { "content-type": "application/json" } });
}
