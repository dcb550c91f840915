import assert from "node:assert/strict";
import { type TestService, withService } from "../support/service.ts";

const JSON_TYPE = { "content-type": "application/json" };

/** A request, the status it gets, and its error code. */
const FAILURES: [string, string, RequestInit, number, string][] = [
  ["an unknown path", "/api/nothing", {}, 404, "http_error"],
  ["an unknown path outside the API", "/nothing", {}, 404, "http_error"],
  ["a wrong method", "/api/watch-rules", { method: "PUT" }, 405, "http_error"],
  ["a wrong method on health", "/healthz", { method: "POST" }, 405, "http_error"],
  [
    "a wrong content type",
    "/api/watch-rules",
    { method: "POST", body: "a=b", headers: { "content-type": "text/plain" } },
    415,
    "http_error",
  ],
  [
    "a body that is no JSON",
    "/api/watch-rules",
    { method: "POST", body: "{", headers: JSON_TYPE },
    422,
    "validation_error",
  ],
  [
    "a body that is no UTF-8",
    "/api/watch-rules",
    { method: "POST", body: new Uint8Array([34, 255, 34]), headers: JSON_TYPE },
    422,
    "validation_error",
  ],
  [
    "a body that is a number",
    "/api/watch-rules",
    { method: "POST", body: "3", headers: JSON_TYPE },
    422,
    "validation_error",
  ],
  [
    "a body over the limit",
    "/api/watch-rules",
    { method: "POST", body: `"${"x".repeat(1024 * 1024)}"`, headers: JSON_TYPE },
    413,
    "http_error",
  ],
];

for (const [what, path, init, status, code] of FAILURES) {
  Deno.test(`${what} answers ${status} in the envelope`, async () => {
    await withService(async ({ client }: TestService) => {
      const ada = await client("ada");
      const answer = await ada.fetch(path, init);
      const body = await answer.json();
      assert.equal(answer.status, status);
      assert.deepEqual([body.error.code, body.error.status, typeof body.error.message], [
        code,
        status,
        "string",
      ]);
      assert.match(answer.headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
      if (status === 405) assert.ok(answer.headers.get("allow"));
    });
  });
}

Deno.test("a stranger is told of an unknown path and a wrong method, and asked who he is only where there is something", async () => {
  await withService(async ({ request }) => {
    const told: [string, string, number][] = [
      ["GET", "/api/nothing", 404],
      ["PUT", "/api/watch-rules", 405],
      ["DELETE", "/api/auth/login", 405],
      ["GET", "/api/me", 401],
      ["HEAD", "/api/me", 401],
      ["GET", "/api/watch-rules/nonsense", 401],
      ["PATCH", "/api/outbound/ebay/nonsense", 405],
    ];
    for (const [method, path, status] of told) {
      const answer = await request(path, { method, headers: { authorization: "Bearer nonsense" } });
      assert.equal(answer.status, status, `${method} ${path}`);
      assert.equal(answer.headers.has("allow"), status === 405);
      assert.ok(answer.headers.has("ratelimit-remaining"));
    }
  });
});

Deno.test("a text with NUL and half a surrogate pair is stored without them", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    const answer = await ada.post("/api/watch-rules", {
      name: "a\u0000b\ud800",
      query: { keywords: ["bl\u0000ue"], sources: ["mock"] },
    });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    assert.deepEqual([answer.body.name, answer.body.query.keywords], ["ab\ufffd", ["blue"]]);
  });
});

Deno.test("every answer of the API forbids storing and carries the client's request id when it is well-formed", async () => {
  await withService(async ({ client }) => {
    const ada = await client("ada");
    const good = await ada.fetch("/api/watch-rules", { headers: { "x-request-id": "abc-123" } });
    assert.deepEqual([good.headers.get("x-request-id"), good.headers.get("cache-control")], [
      "abc-123",
      "no-store",
    ]);
    await good.body?.cancel();
    const bad = await ada.fetch("/api/nothing", { headers: { "x-request-id": "a b" } });
    assert.notEqual(bad.headers.get("x-request-id"), "a b");
    assert.equal(bad.headers.get("cache-control"), "no-store");
    await bad.body?.cancel();
  });
});

Deno.test("a token that is missing, foreign, unknown or expired answers 401, a deactivated account 403", async () => {
  await withService(async ({ client, request, clock, deps }) => {
    const ada = await client("ada");
    const as = (authorization: string) => request("/api/watch-rules", { headers: { authorization } });
    assert.equal((await request("/api/watch-rules")).status, 401);
    for (const header of ["Basic x", "Bearer", "Bearer abc", "Bearer wax_unknown"]) {
      assert.equal((await as(header)).status, 401, header);
    }
    assert.equal((await as(`bearer ${ada.token}`)).status, 200);
    await deps.sql`update users set is_active = false where id = ${ada.userId}`;
    deps.callers.forget(new Set([ada.userId]));
    assert.equal((await as(`Bearer ${ada.token}`)).status, 403);
    await deps.sql`update users set is_active = true where id = ${ada.userId}`;
    clock.advance(31 * 86_400_000);
    assert.equal((await as(`Bearer ${ada.token}`)).status, 401);
  });
});

Deno.test("a token for reading reads and does not write", async () => {
  await withService(async ({ client, deps }) => {
    const ada = await client("ada");
    await deps.sql`update api_tokens set scopes = array['read']`;
    assert.equal((await ada.get("/api/watch-rules")).status, 200);
    assert.equal((await ada.post("/api/watch-rules", {})).status, 403);
  });
});

Deno.test("dev routes exist in dev, test and local only", async () => {
  const { createHttpApp } = await import("../../src/app/http.ts");
  await withService(async ({ client, deps }) => {
    const ada = await client("ada");
    const app = createHttpApp({ ...deps, isDevLike: false });
    const headers = { ...JSON_TYPE, authorization: `Bearer ${ada.token}` };
    for (const path of ["/api/dev/token", "/api/dev/listings/ingest", `/api/dev/rules/${ada.userId}/run`]) {
      const answer = await app.request(path, { method: "POST", body: "{}", headers });
      assert.equal(answer.status, 404, path);
      await answer.body?.cancel();
    }
  });
});

Deno.test("/readyz says ok for what works, skipped for what this process does not do, and 503 when the database is gone", async () => {
  const { createHttpApp } = await import("../../src/app/http.ts");
  await withService(async ({ request, deps }) => {
    assert.deepEqual((await request("/healthz")).body, { status: "ok" });
    const ready = await request("/readyz");
    assert.deepEqual([ready.status, ready.body.checks.db.status, ready.body.checks.queue.status], [
      200,
      "ok",
      "skipped",
    ]);
    const { openPool } = await import("../../src/platform/database.ts");
    await using gone = openPool({ url: "postgres://nobody@127.0.0.1:1/none", acquireMs: 300 });
    const answer = await createHttpApp({ ...deps, sql: gone }).request("/readyz");
    const { error } = await answer.json();
    assert.deepEqual([answer.status, error.details.checks.db.status], [503, "failed"]);
    assert.ok(error.details.checks.db.reason);
  });
});

Deno.test("parts of the page at /docs carry the headers of every answer, and may be kept", async () => {
  await withService(async ({ request }) => {
    for (const name of ["start.js", "swagger-ui.css"]) {
      const { headers } = await request(`/docs/${name}`);
      assert.match(headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
      assert.equal(headers.get("cache-control"), "public, max-age=3600");
    }
  });
});

Deno.test("HEAD of the stream answers as GET does and leaves none open", async () => {
  await withService(async ({ client, deps }) => {
    const ada = await client("ada");
    const answer = await ada.fetch("/api/stream/events", { method: "HEAD" });
    assert.deepEqual([answer.status, answer.body], [200, null]);
    assert.equal(answer.headers.get("content-type"), "text/event-stream; charset=utf-8");
    assert.equal(deps.streams.size, 0);
  });
});

Deno.test("NUL in a query or a form is left out, as in JSON", async () => {
  await withService(async ({ client, request }) => {
    const ada = await client("ada");
    assert.equal((await ada.get("/api/notifications?unread=tr%00ue")).status, 200);
    const page = await request("/api/auth/verify-email?token=a%00b");
    assert.ok(page.body.includes('value="ab"'), page.body);
    const answer = await request("/api/auth/verify-email", {
      method: "POST",
      body: new URLSearchParams({ token: "a\0b" }),
    });
    assert.equal(answer.status, 400);
  });
});
