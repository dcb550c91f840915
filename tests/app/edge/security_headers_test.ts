import assert from "node:assert/strict";
import { Hono } from "hono";
import { setSecurityHeaders } from "../../../src/app/edge/security_headers.ts";
import { createHttpApp, createWorkerApp } from "../../../src/app/http.ts";
import { withService } from "../../support/service.ts";

const NAMES = [
  "content-security-policy",
  "x-content-type-options",
  "x-frame-options",
  "referrer-policy",
  "cross-origin-resource-policy",
];
const DATA = ["default-src 'none'; frame-ancestors 'none'", "nosniff", "DENY", "no-referrer", "same-origin"];

Deno.test("every answer says what browsers must not do with it, failures and streams too", async () => {
  await withService(async ({ client, request }) => {
    const ada = await client("ada");
    const stream = await ada.fetch("/api/stream/events");
    await stream.body?.cancel();
    const answers = [
      await request("/healthz"),
      await request("/nothing"),
      await request("/api/me"),
      await ada.get("/api/me"),
      await ada.post("/api/watch-rules", "{"),
      stream,
    ];
    for (const { headers } of answers) assert.deepEqual(NAMES.map((name) => headers.get(name)), DATA);
  });
});

Deno.test("a page keeps the policy that it needs", async () => {
  const app = new Hono().use(setSecurityHeaders({ https: false }));
  app.get("/page", (c) => {
    c.header("content-security-policy", "default-src 'self'");
    return c.html("<p>hello</p>");
  });
  const { headers } = await app.request("/page");
  assert.deepEqual(NAMES.map((name) => headers.get(name)), ["default-src 'self'", ...DATA.slice(1)]);
});

Deno.test("browsers are bound to https outside development only", async () => {
  await withService(async ({ deps }) => {
    const headerOf = async (app: { request: (path: string) => Response | Promise<Response> }) => {
      const answer = await app.request("/healthz");
      await answer.body?.cancel();
      return answer.headers.get("strict-transport-security");
    };
    assert.equal(await headerOf(createHttpApp(deps)), null);
    assert.equal(await headerOf(createHttpApp({ ...deps, isDevLike: false })), "max-age=31536000");
    assert.equal(await headerOf(createWorkerApp({ ...deps, isDevLike: false })), "max-age=31536000");
  });
});
