import assert from "node:assert/strict";
import { type Answer, withService } from "../../support/service.ts";

const APP = "https://app.example.com";
const CONFIG = { CORS_ORIGINS: `${APP}, http://localhost:5173`, RATE_LIMIT_SCALE: "1" };

function preflight(origin: string): RequestInit {
  return {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "PATCH",
      "access-control-request-headers": "content-type",
    },
  };
}

function corsHeaders({ headers }: Answer): string[] {
  return [...headers.keys()].filter((name) => name.startsWith("access-control-"));
}

Deno.test("a preflight of a listed origin is answered without a credential, and never limited", async () => {
  await withService(async ({ request }) => {
    for (let one = 0; one < 100; one++) {
      const answer = await request("/api/watch-rules", preflight(APP), "203.0.113.9");
      assert.equal(answer.status, 204);
    }
    const { headers } = await request("/api/watch-rules/1", preflight("http://localhost:5173"));
    assert.deepEqual(
      ["origin", "credentials", "methods", "headers", "max-age"].map((name) =>
        headers.get(name === "max-age" ? "access-control-max-age" : `access-control-allow-${name}`)
      ),
      [
        "http://localhost:5173",
        "true",
        "GET, HEAD, POST, PUT, PATCH, DELETE",
        "authorization, content-type, idempotency-key, last-event-id, x-request-id",
        "7200",
      ],
    );
    assert.equal(headers.get("vary"), "Origin");
    assert.equal((await request("/api/unsubscribe/x", {}, "203.0.113.9")).status, 404);
  }, CONFIG);
});

Deno.test("answers to a listed origin can be read with their headers, also failures", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    for (const [path, status] of [["/api/me", 200], ["/api/nothing", 404]] as const) {
      const answer = await ada.fetch(path, { headers: { origin: APP } });
      await answer.body?.cancel();
      assert.equal(answer.status, status);
      assert.equal(answer.headers.get("access-control-allow-origin"), APP);
      assert.equal(answer.headers.get("vary"), "Origin");
      const exposed = answer.headers.get("access-control-expose-headers")?.split(", ") ?? [];
      for (const name of ["x-request-id", "x-next-cursor", "link", "retry-after", "ratelimit-remaining"]) {
        assert.ok(exposed.includes(name), name);
      }
    }
  }, CONFIG);
});

/** Origins that look like the listed one. */
const OTHERS = [
  "https://evil.example.com",
  "https://app.example.com.evil.example",
  "http://app.example.com",
  "https://app.example.com:8443",
  "https://APP.example.com",
  "null",
];

for (const origin of OTHERS) {
  Deno.test(`the origin ${origin} is not opened to`, async () => {
    await withService(async ({ request }) => {
      const asked = await request("/api/me", preflight(origin));
      const read = await request("/api/me", { headers: { origin } });
      assert.deepEqual([asked.status, corsHeaders(asked)], [405, []]);
      assert.deepEqual([read.status, corsHeaders(read)], [401, []]);
      assert.equal(read.headers.get("vary"), "Origin");
    }, CONFIG);
  });
}

Deno.test("without CORS_ORIGINS no origin is opened to", async () => {
  await withService(async ({ request }) => {
    const answer = await request("/api/me", preflight(APP));
    assert.deepEqual([answer.status, corsHeaders(answer), answer.headers.get("vary")], [405, [], null]);
  });
});
