/** A host of the client's pages on this machine; on request with a service behind the same origin, as a proxy puts it. */

const PAGES: Readonly<Record<string, { file: string; type: string }>> = {
  "/": { file: "index.html", type: "text/html; charset=utf-8" },
  "/sleeve.svg": { file: "sleeve.svg", type: "image/svg+xml" },
  "/client.js": { file: "client.js", type: "text/javascript; charset=utf-8" },
};
/** What a proxy says on behalf of a service that it does not reach. */
const UNREACHABLE = 502;

/** The running host. Disposal ends every connection. */
export interface WebServer extends AsyncDisposable {
  readonly port: number;
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Breaks all open streams off and refuses new ones until disposed. */
  cutStreams(): Disposable;
}

/** Starts it on a free port; what is none of its pages goes to `upstream`. */
export function startWebServer({ upstream }: { upstream?: () => string } = {}): WebServer {
  const streams = new Set<AbortController>();
  const stop = new AbortController();
  let areCut = false;
  const serve = async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    const page = PAGES[pathname];
    if (page) return await readPage(page);
    if (!upstream) return new Response("There is no such page", { status: 404 });
    const isStream = pathname === "/api/stream/events";
    if (isStream && areCut) return new Response(null, { status: UNREACHABLE });
    const cut = new AbortController();
    if (isStream) streams.add(cut);
    const signal = AbortSignal.any([request.signal, cut.signal, stop.signal]);
    return await forward(request, `${upstream()}${pathname}${search}`, signal);
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, serve);
  const { port } = server.addr;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    cutStreams() {
      areCut = true;
      for (const stream of streams) stream.abort();
      streams.clear();
      return { [Symbol.dispose]: () => void (areCut = false) };
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await server.shutdown();
    },
  };
}

async function readPage({ file, type }: { file: string; type: string }): Promise<Response> {
  const bytes = await Deno.readFile(new URL(`page/${file}`, import.meta.url));
  return new Response(bytes, { headers: { "content-type": type, "cache-control": "no-store" } });
}

async function forward(request: Request, url: string, signal: AbortSignal): Promise<Response> {
  const headers = new Headers(request.headers);
  headers.delete("host");
  try {
    const answer = await fetch(url, {
      method: request.method,
      headers,
      body: request.body,
      redirect: "manual",
      signal,
    });
    const passed = new Headers(answer.headers);
    // They describe the body as it came over the wire, and fetch has unpacked it.
    for (const name of ["content-encoding", "content-length"]) passed.delete(name);
    const body = answer.body && endedBy(signal, answer.body);
    return new Response(body, { status: answer.status, headers: passed });
  } catch {
    return new Response(null, { status: UNREACHABLE });
  }
}

/** The same bytes until `signal`, or the end of whoever sends them: a body handed on as it is does not hear of signals. */
function endedBy(signal: AbortSignal, body: ReadableStream<Uint8Array<ArrayBuffer>>) {
  const reader = body.getReader();
  signal.addEventListener("abort", () => void reader.cancel().catch(() => {}));
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { value } = await reader.read().catch(() => ({ value: undefined }));
      if (value) controller.enqueue(value);
      else controller.close();
    },
    cancel: () => reader.cancel(),
  });
}
