/** Malformed HTTP over real sockets: no 5xx, no hang, and the next client is served. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { serve } from "../../../src/app/process.ts";
import { silentLog } from "../../../src/platform/log.ts";
import { testConfig } from "../../support/service.ts";
import type { Person, World } from "../support/world.ts";
import { withWorld } from "../support/world.ts";
import { judge } from "./judge.ts";
import { bytesOf, talk } from "./raw_http.ts";
import { REQUESTS, SEED } from "./run.ts";

/** A twentieth of the others: each takes a socket. */
const RAW_REQUESTS = REQUESTS / 20;
/** Conversations at once: most of their time is waiting for a server that waits for more. */
const LANES = 25;

/** What a server has to live with, by what is wrong. `AUTH` is a valid credential, a line. */
const MALFORMED: Readonly<Record<string, string>> = {
  "nothing": "",
  "empty lines": "\r\n\r\n\r\n",
  "no HTTP": "hello\r\n\r\n",
  "HTTP 0.9": "GET /healthz\r\n",
  "HTTP 2 in clear": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "a TLS greeting": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  "an unknown version": "GET /healthz HTTP/9.9\r\nhost: x\r\n\r\n",
  "no host": "GET /api/me HTTP/1.1\r\nAUTH\r\n\r\n",
  "two hosts": "GET /api/me HTTP/1.1\r\nhost: a\r\nhost: b\r\nAUTH\r\n\r\n",
  "a host that is none": "GET /api/me HTTP/1.1\r\nhost: a b/c?d#e\r\nAUTH\r\n\r\n",
  "an empty host": "GET /api/me HTTP/1.1\r\nhost:\r\nAUTH\r\n\r\n",
  "a host with a bad port": "GET /api/me HTTP/1.1\r\nhost: x:99999\r\nAUTH\r\n\r\n",
  "a host that would lead elsewhere": "GET /api/me HTTP/1.1\r\nhost: x/api/dev/token?\r\nAUTH\r\n\r\n",
  "a host with a bad port and a query":
    "GET /api/watch-rules?limit=1 HTTP/1.1\r\nhost: x:99999\r\nAUTH\r\n\r\n",
  "a host in UTF-8": "GET /api/me HTTP/1.1\r\nhost: \xc3\xa9\r\nAUTH\r\n\r\n",
  "an absolute target": "GET http://evil.example/api/me HTTP/1.1\r\nhost: x\r\nAUTH\r\n\r\n",
  "a target of another scheme": "GET ftp://evil.example/api/me HTTP/1.1\r\nhost: x\r\nAUTH\r\n\r\n",
  "a target without a slash": "GET api/me HTTP/1.1\r\nhost: x\r\nAUTH\r\n\r\n",
  "a target with two slashes": "GET //api/me HTTP/1.1\r\nhost: x\r\nAUTH\r\n\r\n",
  "a target with a fragment": "GET /api/me#x HTTP/1.1\r\nhost: x\r\nAUTH\r\n\r\n",
  "a star": "GET * HTTP/1.1\r\nhost: x\r\nAUTH\r\n\r\n",
  "a star of OPTIONS": "OPTIONS * HTTP/1.1\r\nhost: x\r\nAUTH\r\n\r\n",
  "CONNECT": "CONNECT evil.example:443 HTTP/1.1\r\nhost: x\r\nAUTH\r\n\r\n",
  "TRACE": "TRACE /api/me HTTP/1.1\r\nhost: x\r\nAUTH\r\n\r\n",
  "a method in small letters": "get /api/me HTTP/1.1\r\nhost: x\r\nAUTH\r\n\r\n",
  "a method of 10,000 letters": `${"A".repeat(10_000)} /api/me HTTP/1.1\r\nhost: x\r\nAUTH\r\n\r\n`,
  "bytes in the path": "GET /api/watch-rules/\xff\xfe HTTP/1.1\r\nhost: x\r\nAUTH\r\n\r\n",
  "half a character in the path": "GET /api/watch-rules/%e2%82 HTTP/1.1\r\nhost: x\r\nAUTH\r\n\r\n",
  "NUL in the path": "GET /api/watch-rules/\0 HTTP/1.1\r\nhost: x\r\nAUTH\r\n\r\n",
  "a space in the path": "GET /api/watch rules HTTP/1.1\r\nhost: x\r\nAUTH\r\n\r\n",
  "dots in the path": "GET /api/../../../../etc/passwd HTTP/1.1\r\nhost: x\r\nAUTH\r\n\r\n",
  "encoded dots": "GET /docs/%2e%2e%2f%2e%2e%2fdeno.json HTTP/1.1\r\nhost: x\r\n\r\n",
  "backslashes": "GET /docs\\..\\..\\deno.json HTTP/1.1\r\nhost: x\r\n\r\n",
  "a path of 100,000 letters": `GET /${"a".repeat(100_000)} HTTP/1.1\r\nhost: x\r\nAUTH\r\n\r\n`,
  "bytes in the query": "GET /api/watch-rules?limit=\xff&\xc0\x80=%zz HTTP/1.1\r\nhost: x\r\nAUTH\r\n\r\n",
  "NUL in the query": "GET /api/provider-requests?cursor=%00 HTTP/1.1\r\nhost: x\r\nAUTH\r\n\r\n",
  "a header without a colon": "GET /api/me HTTP/1.1\r\nhost: x\r\nAUTH\r\nnonsense\r\n\r\n",
  "a space before the colon": "GET /api/me HTTP/1.1\r\nhost : x\r\nAUTH\r\n\r\n",
  "a folded header": "GET /api/me HTTP/1.1\r\nhost: x\r\nAUTH\r\nx-a: b\r\n c\r\n\r\n",
  "NUL in a header": "GET /api/me HTTP/1.1\r\nhost: x\r\nAUTH\r\nx-request-id: a\0b\r\n\r\n",
  "bytes in headers":
    "GET /api/me HTTP/1.1\r\nhost: x\r\ncookie: waxwatch_session=\xff\r\nuser-agent: \xff\xfe\r\n\r\n",
  "a credential of bytes": "GET /api/me HTTP/1.1\r\nhost: x\r\nauthorization: Bearer \xff\xfe\r\n\r\n",
  "a header of 100,000 letters": `GET /api/me HTTP/1.1\r\nhost: x\r\nAUTH\r\nx-a: ${
    "a".repeat(100_000)
  }\r\n\r\n`,
  "1,000 headers": `GET /api/me HTTP/1.1\r\nhost: x\r\nAUTH\r\n${"x-a: b\r\n".repeat(1_000)}\r\n`,
  "two credentials": "GET /api/me HTTP/1.1\r\nhost: x\r\nAUTH\r\nauthorization: Bearer x\r\n\r\n",
  "line feeds alone": "GET /api/me HTTP/1.1\nhost: x\nAUTH\n\n",
  "carriage returns alone": "GET /api/me HTTP/1.1\rhost: x\rAUTH\r\r",
  "half a head": "GET /api/me HTTP/1.1\r\nhost:",
  "a length that is none":
    "POST /api/watch-rules HTTP/1.1\r\nhost: x\r\nAUTH\r\nJSON\r\ncontent-length: x\r\n\r\n{}",
  "a negative length":
    "POST /api/watch-rules HTTP/1.1\r\nhost: x\r\nAUTH\r\nJSON\r\ncontent-length: -1\r\n\r\n{}",
  "two lengths":
    "POST /api/watch-rules HTTP/1.1\r\nhost: x\r\nAUTH\r\nJSON\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{} ",
  "a length beyond all":
    "POST /api/watch-rules HTTP/1.1\r\nhost: x\r\nAUTH\r\nJSON\r\ncontent-length: 99999999999999999999\r\n\r\n{}",
  "a length over the limit":
    "POST /api/watch-rules HTTP/1.1\r\nhost: x\r\nAUTH\r\nJSON\r\ncontent-length: 9999999\r\n\r\n{}",
  "a body that ends early":
    "POST /api/watch-rules HTTP/1.1\r\nhost: x\r\nAUTH\r\nJSON\r\ncontent-length: 100\r\n\r\n{}",
  "a length and chunks":
    "POST /api/watch-rules HTTP/1.1\r\nhost: x\r\nAUTH\r\nJSON\r\ncontent-length: 2\r\nCHUNKED\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
  "a chunk that is none":
    "POST /api/watch-rules HTTP/1.1\r\nhost: x\r\nAUTH\r\nJSON\r\nCHUNKED\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n",
  "a chunk beyond all":
    "POST /api/watch-rules HTTP/1.1\r\nhost: x\r\nAUTH\r\nJSON\r\nCHUNKED\r\n\r\nffffffffffffffff1\r\n{}",
  "chunks that end early":
    "POST /api/watch-rules HTTP/1.1\r\nhost: x\r\nAUTH\r\nJSON\r\nCHUNKED\r\n\r\n5\r\n{",
  "chunks with trailers":
    "POST /api/watch-rules HTTP/1.1\r\nhost: x\r\nAUTH\r\nJSON\r\nCHUNKED\r\n\r\n2\r\n{}\r\n0\r\nx-a: b\r\n\r\n",
  "an unknown encoding":
    "POST /api/watch-rules HTTP/1.1\r\nhost: x\r\nAUTH\r\nJSON\r\ntransfer-encoding: gzip\r\n\r\n{}",
  "a request in a body":
    "POST /api/watch-rules HTTP/1.1\r\nhost: x\r\nAUTH\r\nJSON\r\ncontent-length: 30\r\n\r\nDELETE /api/me HTTP/1.1\r\nhost: x",
  "a body of GET": "GET /api/watch-rules HTTP/1.1\r\nhost: x\r\nAUTH\r\nJSON\r\ncontent-length: 2\r\n\r\n{}",
  "an expectation":
    "POST /api/watch-rules HTTP/1.1\r\nhost: x\r\nAUTH\r\nJSON\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n{}",
  "an upgrade":
    "GET /api/me HTTP/1.1\r\nhost: x\r\nAUTH\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: x\r\n\r\n",
  "HEAD of the stream": "HEAD /api/stream/events HTTP/1.1\r\nhost: x\r\nAUTH\r\n\r\n",
};

Deno.test("malformed HTTP over a socket is refused or answered as documented, and the server goes on", async () => {
  await withServer(async ({ world, port, ada }) => {
    const wrong = await Promise.all(
      Object.entries(MALFORMED).map(async ([what, text]) => {
        const problems = await problemsOf({ world, port }, fill(text, ada));
        return problems.map((problem) => `${what}: ${problem}`);
      }),
    );
    assert.deepEqual(wrong.flat(), []);
  });
});

Deno.test(`${RAW_REQUESTS} requests with wrong bytes over sockets (seed ${SEED}): no 5xx, no hang, and the server goes on`, async () => {
  await withServer(async ({ world, port, ada }) => {
    const whole = Object.values(MALFORMED).filter((text) => text.length < 1_000);
    const damage = fc.record({
      text: fc.constantFrom(...whole),
      changes: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255), fc.nat(3)), {
        maxLength: 4,
      }),
    });
    await Promise.all(Array.from({ length: LANES }, async (_lane, lane) => {
      const property = fc.asyncProperty(damage, async ({ text, changes }) => {
        const sent = changes.reduce(spoil, fill(text, ada));
        assert.deepEqual(await problemsOf({ world, port }, sent), [], JSON.stringify(sent));
      });
      await fc.assert(property, { seed: SEED + lane, numRuns: Math.ceil(RAW_REQUESTS / LANES) });
    }));
  });
});

async function withServer(
  work: (service: { world: World; port: number; ada: Person }) => Promise<void>,
): Promise<void> {
  await withWorld(async (world) => {
    const config = testConfig("postgres://unused@127.0.0.1/unused", { HOST: "127.0.0.1", PORT: "0" });
    const server = serve(config, silentLog, world.app);
    const { port } = server.addr as Deno.NetAddr; // safe: it listens on TCP
    try {
      await work({ world, port, ada: await world.person() });
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
      assert.equal((await answer.json()).status, "ok");
    } finally {
      world.deps.streams.close();
      await server.shutdown();
    }
  });
}

function fill(text: string, { auth }: Person): string {
  return text.replace("AUTH", `authorization: ${auth.authorization}`)
    .replace("JSON", "content-type: application/json")
    .replace("CHUNKED", "transfer-encoding: chunked");
}

/** The text with one byte changed, taken out, put in, or everything behind it cut off. */
function spoil(text: string, [at, byte, how]: [number, number, number]): string {
  const index = Math.floor(at * text.length);
  const char = String.fromCharCode(byte);
  const [before, behind] = [text.slice(0, index), text.slice(index + 1)];
  return [
    `${before}${char}${behind}`,
    `${before}${behind}`,
    `${before}${char}${text.slice(index)}`,
    before,
  ][how]!; // safe: how is one of four
}

async function problemsOf({ world, port }: { world: World; port: number }, sent: string): Promise<string[]> {
  const { answers, problem } = await talk(port, bytesOf(sent));
  if (problem !== null) return [problem];
  const [, method = "", target = ""] = /^(\S+) (\S+)/.exec(sent.trimStart()) ?? [];
  return answers.flatMap((answer, index) => {
    if (answer.status >= 500) return [`${answer.status}: ${answer.text.slice(0, 300)}`];
    // Without an id the server itself refused what is not HTTP; a second answer is that of what was left over.
    if (!answer.headers.has("x-request-id")) {
      return answer.status < 400 && answer.status >= 200 ? [`${answer.status} without x-request-id`] : [];
    }
    const isNoHttp = answer.status === 400 && answer.text.includes("its header Host names no host");
    return index === 0 && !isNoHttp ? judge(world, { ...answer, method, target }) : [];
  });
}
