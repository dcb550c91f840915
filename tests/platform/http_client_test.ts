import assert from "node:assert/strict";
import {
  createHttpClient,
  HttpClientError,
  type HttpClientErrorKind,
  retryAfterSeconds,
} from "../../src/platform/http_client.ts";
import { redactUrl } from "../../src/platform/http_redact.ts";
import { endlessBody, hang, json, startScriptedServer } from "../support/scripted_server.ts";

const client = createHttpClient({ userAgent: "WaxWatch-test/1.0" });

async function failure(promise: Promise<unknown>, kind: HttpClientErrorKind): Promise<HttpClientError> {
  const error = await promise.then(() => null, (thrown: unknown) => thrown);
  assert.ok(error instanceof HttpClientError, `expected HttpClientError, got ${error}`);
  assert.equal(error.kind, kind, error.message);
  assert.doesNotMatch(`${error.message} ${error.stack}`, /hunter2/);
  return error;
}

Deno.test("createHttpClient() gives status, headers, text and duration of any status", async () => {
  await using server = startScriptedServer(() => json({ a: 1 }, { status: 418, headers: { "x-a": "b" } }));
  const response = await client.request({
    url: `${server.url}/x?y=1`,
    headers: { Accept: "application/json" },
  });
  assert.equal(response.status, 418);
  assert.equal(response.headers.get("x-a"), "b");
  assert.equal(response.text(), '{"a":1}');
  assert.ok(response.duration_ms >= 0);
  assert.equal(server.requests[0]?.headers.get("user-agent"), "WaxWatch-test/1.0");
  assert.equal(server.requests[0]?.headers.get("accept"), "application/json");
});

Deno.test("createHttpClient() sends method and body", async () => {
  await using server = startScriptedServer(() => new Response(null, { status: 204 }));
  const response = await client.request({ method: "POST", url: server.url, body: "a=ö" });
  assert.equal(response.bytes.byteLength, 0);
  assert.equal(server.requests[0]?.method, "POST");
  assert.equal(server.requests[0]?.body, "a=ö");
});

Deno.test("createHttpClient() decodes by the charset of the answer", async () => {
  const body = new Uint8Array([0x42, 0x6a, 0xf6, 0x72, 0x6b]);
  await using server = startScriptedServer(() =>
    new Response(body, { headers: { "content-type": "text/plain; charset=ISO-8859-1" } })
  );
  assert.equal((await client.request({ url: server.url })).text(), "Björk");
});

Deno.test("createHttpClient() times out when no answer comes", async () => {
  await using server = startScriptedServer(hang);
  const error = await failure(
    client.request({ url: `${server.url}/p?token=hunter2`, timeoutMs: 60 }),
    "timeout",
  );
  assert.match(error.message, /60 ms/);
});

Deno.test("createHttpClient() counts the body in the deadline", async () => {
  await using server = startScriptedServer((request) => endlessBody(request, "[", { pause: true }));
  await failure(client.request({ url: server.url, timeoutMs: 80 }), "timeout");
});

Deno.test("createHttpClient() stops reading beyond the cap", async () => {
  await using server = startScriptedServer((request) => endlessBody(request, "x".repeat(1000)));
  await failure(client.request({ url: server.url, maxBytes: 10_000 }), "too_large");
});

Deno.test("createHttpClient() accepts a body of exactly the cap and refuses one byte more", async () => {
  await using server = startScriptedServer((request) =>
    new Response("x".repeat(Number(request.query.get("n"))))
  );
  const ask = (n: number) => client.request({ url: `${server.url}/?n=${n}`, maxBytes: 100 });
  assert.equal((await ask(100)).bytes.byteLength, 100);
  await failure(ask(101), "too_large");
});

Deno.test("createHttpClient() caps the decompressed size", async () => {
  const plain = new Blob(["0".repeat(1_000_000)]).stream().pipeThrough(new CompressionStream("gzip"));
  const packed = new Uint8Array(await new Response(plain).arrayBuffer());
  assert.ok(packed.byteLength < 10_000);
  await using server = startScriptedServer(() =>
    new Response(packed, { headers: { "content-encoding": "gzip", "content-type": "text/plain" } })
  );
  await failure(client.request({ url: server.url, maxBytes: 100_000 }), "too_large");
});

Deno.test("createHttpClient() says aborted when the caller cancels before or during the request", async () => {
  await using server = startScriptedServer(hang);
  await failure(client.request({ url: server.url, signal: AbortSignal.abort() }), "aborted");
  assert.equal(server.requests.length, 0);
  const controller = new AbortController();
  const pending = client.request({ url: server.url, signal: controller.signal });
  queueMicrotask(() => controller.abort());
  await failure(pending, "aborted");
});

Deno.test("createHttpClient() says network without the URL's secrets when nobody listens", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const error = await failure(
    client.request({ url: `http://user:hunter2@127.0.0.1:${port}/hunter2?key=hunter2` }),
    "network",
  );
  assert.match(error.message, new RegExp(`127.0.0.1:${port}`));
});

Deno.test("createHttpClient() says network when the connection breaks inside the body", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    const connection = await listener.accept();
    await connection.read(new Uint8Array(4096));
    await connection.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"));
    connection.close();
  })();
  await failure(client.request({ url: `http://127.0.0.1:${listener.addr.port}/?k=hunter2` }), "network");
  await serving;
  listener.close();
});

Deno.test("createHttpClient() says network for what is no http URL", async () => {
  await failure(client.request({ url: "file:///etc/hosts" }), "network");
  await failure(client.request({ url: "not a url hunter2" }), "network");
});

Deno.test("createHttpClient() returns a redirect unless asked to follow", async () => {
  await using server = startScriptedServer((request) =>
    request.path === "/a"
      ? new Response(null, { status: 302, headers: { location: "/b" } })
      : json({ ok: true })
  );
  assert.equal((await client.request({ url: `${server.url}/a` })).status, 302);
  assert.equal((await client.request({ url: `${server.url}/a`, maxRedirects: 1 })).status, 200);
});

Deno.test("createHttpClient() keeps credentials from another origin when it follows", async () => {
  await using other = startScriptedServer(() => json({}));
  await using server = startScriptedServer(() =>
    new Response(null, { status: 307, headers: { location: `${other.url}/x` } })
  );
  await client.request({ url: server.url, headers: { Authorization: "Bearer hunter2" }, maxRedirects: 3 });
  assert.equal(other.requests[0]?.headers.get("authorization"), null);
});

const NOW = new Date("2026-11-23T12:00:00Z");
const RETRY_AFTER: [string | null, number | null][] = [
  [null, null],
  ["0", 0],
  ["120", 120],
  ["1.2", 2],
  ["86400", 86_400],
  ["99999999999", 86_400],
  ["Mon, 23 Nov 2026 12:00:30 GMT", 30],
  ["Mon, 23 Nov 2026 11:00:00 GMT", 0],
  ["soon", null],
  ["-5", null],
  ["", null],
];
for (const [value, expected] of RETRY_AFTER) {
  Deno.test(`retryAfterSeconds() reads ${JSON.stringify(value)} as ${expected}`, () => {
    const headers = new Headers(value === null ? {} : { "retry-after": value });
    assert.equal(retryAfterSeconds(headers, NOW), expected);
  });
}

Deno.test("redactUrl() removes credentials and secret parameters and keeps the rest", () => {
  assert.equal(
    redactUrl("https://u:p@api.example/s?q=miles&access_token=abc&api_key=x#frag"),
    "https://api.example/s?q=miles&access_token=redacted&api_key=redacted",
  );
  assert.equal(redactUrl("nonsense"), "(invalid URL)");
});
