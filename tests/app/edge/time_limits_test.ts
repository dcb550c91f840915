/** Over real sockets: what hangs or is too large must be cut off, and leave nothing behind. */
import assert from "node:assert/strict";
import { Hono } from "hono";
import { answerErrors } from "../../../src/app/answer_error.ts";
import { answerInTime, receiveBody } from "../../../src/app/edge/time_limits.ts";
import { createHttpApp } from "../../../src/app/http.ts";
import type { ApiEnv } from "../../../src/platform/api/env.ts";
import { createLog, silentLog } from "../../../src/platform/log.ts";
import { withService } from "../../support/service.ts";

/** A server of `app` on loopback. */
function serve(app: Hono<ApiEnv>): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => app.fetch(request));
}

/** Sends `lines` over a socket of its own and hangs up after the answer. */
async function talk(server: Deno.HttpServer<Deno.NetAddr>, lines: string[]): Promise<string> {
  using socket = await Deno.connect({ hostname: "127.0.0.1", port: server.addr.port });
  const encoder = new TextEncoder();
  for (const line of lines) await writeAll(socket, encoder.encode(line));
  let answer = "";
  const decoder = new TextDecoder();
  const chunk = new Uint8Array(4_096);
  while (!isComplete(answer)) {
    const count = await socket.read(chunk);
    if (count === null) break;
    answer += decoder.decode(chunk.subarray(0, count));
  }
  return answer;
}

async function writeAll(socket: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await socket.write(bytes.subarray(sent));
}

function isComplete(answer: string): boolean {
  const [head = "", body] = answer.split("\r\n\r\n");
  return body !== undefined && body.length >= Number(/^content-length: (\d+)/im.exec(head)?.[1]);
}

function errorOf(answer: string): { status: number; code: string; message: string } {
  return JSON.parse(answer.slice(answer.indexOf("{"), answer.lastIndexOf("}") + 1)).error;
}

const HEAD = "POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
const CHUNKED = `${HEAD}transfer-encoding: chunked\r\n\r\n`;

function echo(options: { maxBytes: number; seconds?: number }): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.use(receiveBody(options)).post("/", async (c) => c.json(await c.req.json()));
  app.onError(answerErrors({ log: silentLog }));
  return app;
}

Deno.test("receiveBody() twice on the way to a handler, or before none, reads a body once", async () => {
  await withService(async ({ client }) => {
    const { fetch } = await client("ada");
    const init = { body: '{"a":1}', headers: { "content-type": "application/json" } };
    const nowhere: [string, string][] = [
      ["PUT", "/api/dev/token"],
      ["POST", "/api/me/sessions"],
      ["DELETE", "/api/me/tokens/"],
    ];
    for (const [method, path] of nowhere) {
      const answer = await fetch(path, { method, ...init });
      assert.ok([404, 405].includes(answer.status), `${method} ${path} answered ${answer.status}`);
      await answer.body?.cancel();
    }
    const resent = await fetch("/api/auth/verify-email/resend", { method: "POST", ...init });
    assert.equal(resent.status, 409, await resent.text());
  });
});

Deno.test("receiveBody() hands on a body that is sent whole, or in pieces", async () => {
  await using server = serve(echo({ maxBytes: 100 }));
  const whole = await talk(server, [`${HEAD}connection: close\r\ncontent-length: 7\r\n\r\n{"a":1}`]);
  assert.match(whole, /^HTTP\/1\.1 200 /);
  const pieces = [
    `${HEAD}connection: close\r\ntransfer-encoding: chunked\r\n\r\n`,
    '4\r\n{"a"\r\n',
    "3\r\n:1}\r\n",
    "0\r\n\r\n",
  ];
  assert.match(await talk(server, pieces), /^HTTP\/1\.1 200 [^]*\{"a":1\}/);
});

Deno.test("receiveBody() answers 413 to a body over the limit, declared or found so, and keeps no connection for it", async () => {
  await using server = serve(echo({ maxBytes: 100 }));
  const declared = await talk(server, [`${HEAD}content-length: 101\r\n\r\n`]);
  assert.match(declared, /^HTTP\/1\.1 413 [^]*^connection: close/m);
  const found = await talk(server, [CHUNKED, `65\r\n${" ".repeat(101)}\r\n`]);
  assert.match(found, /^HTTP\/1\.1 413 /);
  assert.deepEqual(errorOf(found), {
    message: "Cannot read the body: it is larger than 100 bytes",
    code: "http_error",
    status: 413,
  });
  assert.match(
    await talk(server, [CHUNKED.replace("host", "connection: close\r\nhost"), `3\r\n"x"\r\n0\r\n\r\n`]),
    /^HTTP\/1\.1 200 /,
  );
});

Deno.test("receiveBody() cuts off who trickles, declared length or not, and holds nothing of him", async () => {
  const server = serve(echo({ maxBytes: 100, seconds: 0.05 }));
  const answers = await Promise.all([
    talk(server, [`${HEAD}content-length: 50\r\n\r\n{`]),
    talk(server, [CHUNKED, "1\r\n{\r\n"]),
    talk(server, [CHUNKED]),
  ]);
  for (const answer of answers) {
    assert.match(answer, /^HTTP\/1\.1 408 /);
    assert.deepEqual(errorOf(answer), {
      message: "Cannot read the body: it was not complete within 0.05 s",
      code: "http_error",
      status: 408,
    });
  }
  // Waits for every connection: it would not come back while one is held.
  await server.shutdown();
});

Deno.test("a client that goes away in the middle of its body disturbs nobody", async () => {
  await using server = serve(echo({ maxBytes: 100 }));
  for (let one = 0; one < 20; one++) {
    using socket = await Deno.connect({ hostname: "127.0.0.1", port: server.addr.port });
    await socket.write(new TextEncoder().encode(`${HEAD}content-length: 50\r\n\r\n{`));
  }
  const answer = await talk(server, [`${HEAD}connection: close\r\ncontent-length: 2\r\n\r\n{}`]);
  assert.match(answer, /^HTTP\/1\.1 200 /);
});

Deno.test("answerInTime() answers 503 in place of a handler that hangs, and hears no more of it", async () => {
  const { promise: hanging, reject } = Promise.withResolvers<Response>();
  const app = new Hono<ApiEnv>();
  app.use(answerInTime({ seconds: 0.02 })).get("/", () => hanging).get("/quick", (c) => c.text("hello"));
  app.onError(answerErrors({ log: silentLog }));
  const late = await app.request("/");
  assert.equal(late.status, 503);
  assert.deepEqual(await late.json(), {
    error: {
      message: "Cannot answer now: no answer was ready within 0.02 s",
      code: "http_error",
      status: 503,
    },
  });
  assert.equal((await app.request("/quick")).status, 200);
  reject(new Error("too late"));
});

Deno.test("the service answers 413 to a chunked body over the limit, and works on", async () => {
  await withService(async ({ client, deps }) => {
    const ada = await client("ada");
    await using server = serve(createHttpApp(deps));
    const head = (line: string) => `${line}\r\nhost: x\r\nauthorization: Bearer ${ada.token}\r\n`;
    const sent = `${head("POST /api/watch-rules HTTP/1.1")}content-type: application/json\r\n`;
    const chunk = `10000\r\n${" ".repeat(0x10000)}\r\n`;
    const refused = await talk(server, [
      `${sent}transfer-encoding: chunked\r\n\r\n`,
      ...Array(17).fill(chunk),
    ]);
    assert.match(refused, /^HTTP\/1\.1 413 /);
    assert.equal(errorOf(refused).message, "Cannot read the body: it is larger than 1048576 bytes");
    assert.match(
      await talk(server, [`${head("GET /api/watch-rules HTTP/1.1")}\r\n`]),
      /^HTTP\/1\.1 200 /,
    );
  });
});

Deno.test("while the database is away requests answer 503 with one warning a second, and no error", async () => {
  const lines: string[] = [];
  const log = createLog({
    format: "json",
    level: "info",
    now: () => new Date(0),
    write: (line) => lines.push(line),
  });
  await withService(async ({ client, deps }) => {
    const ada = await client("ada");
    await deps.sql[Symbol.asyncDispose]();
    const app = createHttpApp({ ...deps, log });
    const headers = { authorization: `Bearer ${ada.token}` };
    for (let one = 0; one < 50; one++) {
      const answer = await app.request("/api/me", { headers });
      assert.equal(answer.status, 503);
      await answer.body?.cancel();
    }
    const failed = lines.filter((line) => line.includes("request failed"));
    assert.ok(failed.length >= 1 && failed.length <= 3, `${failed.length} lines`);
    assert.ok(failed.every((line) => line.includes('"level":"warn"')));
  });
});
