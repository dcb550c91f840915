/** Nothing that strangers name leads into the own network: shown by listeners that nobody may touch. */
import assert from "node:assert/strict";
import { NOBODY, parseTrustedProxies } from "../../src/platform/client_address.ts";
import { createGuardedClient, type GuardedClientOptions } from "../../src/platform/guarded_client.ts";
import { HttpClientError, type HttpClientErrorKind } from "../../src/platform/http_client.ts";
import { problemOfAddress } from "../../src/platform/public_address.ts";
import { endlessBody, hang, type Script, startScriptedServer } from "../support/scripted_server.ts";
import { HOSTILE_NAMES, HOSTILE_URLS } from "./hostile_urls.ts";

const STRICT = { allowsPlain: false, allowed: NOBODY };
/** Everything that development allows but addresses, so that only these can be what refuses. */
const PLAIN = { allowsPlain: true, allowed: NOBODY };
const OWN = { allowsPlain: true, allowed: parseTrustedProxies("127.0.0.1") };
const CERTIFICATE = Deno.readTextFileSync(new URL("../fixtures/tls/shop.example.crt", import.meta.url));
const KEY = Deno.readTextFileSync(new URL("../fixtures/tls/shop.example.key", import.meta.url));

function openClient(options: Partial<GuardedClientOptions>) {
  const resolve = (name: string) => Promise.resolve([...HOSTILE_NAMES[name] ?? ["127.0.0.1"]]);
  return createGuardedClient({
    userAgent: "WaxWatch-test/1.0",
    policy: PLAIN,
    resolve,
    timeoutMs: 2_000,
    ...options,
  });
}

/** Listeners on one port of 127.0.0.1 and ::1 that count who connects. */
function openTraps(): AsyncDisposable & { port: number; accepted: () => number } {
  const v4 = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = v4.addr as Deno.NetAddr; // safe: a TCP listener
  const listeners = [v4, Deno.listen({ hostname: "::1", port })];
  let accepted = 0;
  const accepting = listeners.map(async (listener) => {
    for await (const connection of listener) {
      accepted++;
      connection.close();
    }
  });
  return {
    port,
    accepted: () => accepted,
    [Symbol.asyncDispose]: async () => {
      listeners.forEach((listener) => listener.close());
      await Promise.all(accepting);
    },
  };
}

async function failure(
  asked: Promise<unknown>,
  kinds: readonly HttpClientErrorKind[],
): Promise<HttpClientError> {
  const error = await asked.then(() => null, (thrown: unknown) => thrown);
  assert.ok(error instanceof HttpClientError, `expected HttpClientError, got ${error}`);
  assert.ok(kinds.includes(error.kind), `${error.kind}: ${error.message}`);
  assert.doesNotMatch(error.message, /hunter2/);
  return error;
}

Deno.test(`createGuardedClient() refuses ${HOSTILE_URLS.length} hostile addresses and touches nothing`, async () => {
  await using traps = openTraps();
  await using client = openClient({});
  for (const url of HOSTILE_URLS.map((one) => one.replace("PORT", String(traps.port)))) {
    // What is not http at all never comes as far as the guard.
    const error = await failure(client.request({ url }), ["refused", "network"]).catch((error) => {
      throw new Error(`${url}: ${error.message}`);
    });
    assert.ok(error.kind === "refused" || !URL.canParse(url) || !/^https?:/.test(url), url);
  }
  assert.equal(traps.accepted(), 0);
});

Deno.test("createGuardedClient() refuses names with any address that is not public, and touches nothing", async () => {
  await using traps = openTraps();
  await using client = openClient({});
  for (const name of Object.keys(HOSTILE_NAMES)) {
    await failure(client.request({ url: `http://${name}:${traps.port}/` }), ["refused"]);
    await failure(client.request({ url: `http://${name}.:${traps.port}/` }), ["refused"]);
  }
  assert.equal(traps.accepted(), 0);
});

Deno.test("createGuardedClient() reaches the very listeners when their addresses are allowed", async () => {
  await using traps = openTraps();
  const policy = { allowsPlain: true, allowed: parseTrustedProxies("127.0.0.1,::1") };
  await using client = openClient({ policy });
  for (const host of ["127.0.0.1", "[::1]", "loopback.example", "six.example", "2130706433"]) {
    // The traps say nothing: that they were reached is what counts.
    await failure(client.request({ url: `http://${host}:${traps.port}/` }), ["network"]);
  }
  assert.ok(traps.accepted() >= 5, `only ${traps.accepted()} connections`);
});

Deno.test("createGuardedClient() asks the name's own host at the resolved address", async () => {
  await using server = startScriptedServer(() => new Response("records"));
  await using client = openClient({ policy: OWN });
  const { port } = new URL(server.url);
  const answer = await client.request({ url: `http://shop.example:${port}/a?b=1` });
  assert.equal(answer.text(), "records");
  assert.equal(server.requests[0]?.headers.get("host"), `shop.example:${port}`);
});

Deno.test("createGuardedClient() connects to what it checked when the name changes its mind", async () => {
  await using traps = openTraps();
  await using server = startScriptedServer(() =>
    new Response("records", { headers: { connection: "close" } })
  );
  const port = new URL(server.url).port;
  // One answer per question: the allowed address, then one that is not.
  let asked = 0;
  const resolve = () => Promise.resolve(asked++ === 0 ? ["127.0.0.1"] : ["::1"]);
  await using client = openClient({ policy: OWN, resolve });
  assert.equal((await client.request({ url: `http://rebind.example:${port}/` })).text(), "records");
  assert.equal(asked, 1);
  await failure(client.request({ url: `http://rebind.example:${traps.port}/` }), ["refused"]);
  assert.equal(asked, 2);
  assert.equal(traps.accepted(), 0);
});

Deno.test("createGuardedClient() follows five redirects, each checked, and no sixth", async () => {
  await using server = startScriptedServer(({ path }) => {
    const left = Number(path.slice(1));
    return left === 0 ? new Response("there") : Response.redirect(`http://shop.example:${port}/${left - 1}`);
  });
  const { port } = new URL(server.url);
  await using client = openClient({ policy: OWN });
  assert.equal((await client.request({ url: `http://shop.example:${port}/5` })).text(), "there");
  assert.equal((await client.request({ url: `http://shop.example:${port}/6` })).status, 302);
});

Deno.test("createGuardedClient() refuses redirects to every hostile address, first hop or later", async () => {
  await using traps = openTraps();
  await using server = startScriptedServer(({ path, query }) => {
    const to = path === "/chain" ? `/direct?${query}` : query.get("to") ?? "/";
    return new Response(null, { status: 302, headers: { location: toAscii(to) } });
  });
  await using client = openClient({ policy: OWN });
  // A header holds no other letters; a URL reads them back.
  const toAscii = (text: string) => text.replace(/[^\x20-\x7e]/gu, encodeURIComponent);
  const names = Object.keys(HOSTILE_NAMES).map((name) => `http://${name}:PORT/`);
  // Here 127.0.0.1 is allowed, being the honest server's: what leads there is left out.
  const leadsThere = (one: string) => {
    const host = URL.parse(one.replace("PORT", "1"))?.hostname ?? "";
    return [host, ...HOSTILE_NAMES[host] ?? []].some((name) => /^127\.|7f00:1|127\.0\.0\.1/.test(name));
  };
  for (const one of [...HOSTILE_URLS, ...names].filter((url) => !leadsThere(url))) {
    const to = encodeURIComponent(one.replace("PORT", String(traps.port)));
    const isLocation = URL.canParse(one.replace("PORT", "1"));
    for (const way of ["direct", "chain"]) {
      const answer = client.request({ url: `${server.url}/${way}?to=${to}` });
      // What is no address is a path on the same honest server, which goes on redirecting.
      if (isLocation) {
        await failure(answer, ["refused", "network"]).catch((error) => {
          throw new Error(`${one}: ${error.message}`);
        });
      } else await answer.then(({ status }) => assert.equal(status, 302), () => {});
    }
  }
  assert.equal(traps.accepted(), 0);
});

Deno.test("createGuardedClient() wants https and the ports of the web where nothing else is allowed", async () => {
  await using client = openClient({ policy: STRICT });
  for (const url of ["http://shop.example/", "https://shop.example:8443/", "https://shop.example:22/"]) {
    await failure(client.request({ url }), ["refused"]);
  }
});

Deno.test("createGuardedClient() checks the certificate against the name and not the address", async () => {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, cert: CERTIFICATE, key: KEY, onListen() {} },
    () => new Response(null, { status: 302, headers: { location: `http://shop.example/` } }),
  );
  const { port } = server.addr;
  await using client = openClient({ policy: OWN, ca: CERTIFICATE });
  const answer = await client.request({ url: `https://shop.example:${port}/`, maxRedirects: 0 });
  assert.equal(answer.status, 302);
  await failure(client.request({ url: `https://other.example:${port}/` }), ["network"]);
  const error = await failure(client.request({ url: `https://shop.example:${port}/` }), ["refused"]);
  assert.match(error.message, /from https to http/);
  await client[Symbol.asyncDispose]();
  await server.shutdown();
});

Deno.test("createGuardedClient() reads no bomb, no endless and no slow answer", async () => {
  const zeros = new Blob([new Uint8Array(30_000_000)]).stream().pipeThrough(new CompressionStream("gzip"));
  const bomb = new Uint8Array(await new Response(zeros).arrayBuffer());
  assert.ok(bomb.length < 40_000, "it is small on the wire");
  const answers: [Script, HttpClientErrorKind][] = [
    [() => new Response(bomb, { headers: { "content-encoding": "gzip" } }), "too_large"],
    [(request) => endlessBody(request, " ".repeat(10_000)), "too_large"],
    [() => new Response("", { headers: { "x-long": "a".repeat(20_000) } }), "network"],
    [hang, "timeout"],
    [(request) => endlessBody(request, "a", { pause: true }), "timeout"],
  ];
  for (const [script, kind] of answers) {
    await using server = startScriptedServer(script);
    await using client = openClient({ policy: OWN, maxBytes: 1_000_000, timeoutMs: 500 });
    await failure(client.request({ url: server.url }), [kind]);
  }
});

const PUBLIC = ["1.1.1.1", "93.184.216.34", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1"];
const PUBLIC_V6 = ["2606:4700::1111", "2001:4860:4860::8888", "2a00:1450::1", "3ffe::1"];
for (const address of [...PUBLIC, ...PUBLIC_V6]) {
  Deno.test(`problemOfAddress() has nothing against ${address}`, () => {
    assert.equal(problemOfAddress(address), null);
  });
}
