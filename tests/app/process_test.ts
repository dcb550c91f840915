import assert from "node:assert/strict";
import { stopServing } from "../../src/app/process.ts";
import { createLog, silentLog } from "../../src/platform/log.ts";

function serve(handler: () => Response | Promise<Response>): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, handler);
}

Deno.test("stopServing() waits for requests under way", async () => {
  const { promise: answer, resolve } = Promise.withResolvers<Response>();
  const { promise: asked, resolve: tellAsked } = Promise.withResolvers<void>();
  const server = serve(() => (tellAsked(), answer));
  const response = fetch(`http://127.0.0.1:${server.addr.port}/`);
  await asked;
  const stopped = stopServing(server, { log: silentLog, seconds: 60 });
  resolve(new Response("done"));
  assert.equal(await (await response).text(), "done");
  await stopped;
});

Deno.test("stopServing() does not wait for a client that never finishes its body", async () => {
  const lines: string[] = [];
  const log = createLog({
    format: "json",
    level: "warn",
    now: () => new Date(0),
    write: (line) => lines.push(line),
  });
  const server = serve(() => new Response("no", { status: 408 }));
  {
    using socket = await Deno.connect({ hostname: "127.0.0.1", port: server.addr.port });
    await socket.write(new TextEncoder().encode("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\n{"));
    await socket.read(new Uint8Array(4_096));
    await stopServing(server, { log, seconds: 0.05 });
    assert.match(lines.join(), /"stopped with connections open"/);
  }
  await server.finished;
});
