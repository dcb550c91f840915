/** The API described: `/openapi.json` for programs, `/docs` for people, without a byte from elsewhere. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { type ApiDocument, describeApi } from "../platform/api/document.ts";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation } from "../platform/api/operation.ts";
import { DomainError } from "../platform/errors.ts";

const INFO = {
  title: "WaxWatch",
  version: "1.0.0",
  description: [
    "Watch artists, records and keywords on the marketplaces; be told when something turns up.",
    "Times are ISO 8601 in UTC, prices JSON numbers in whole units of the currency beside them, null is unknown.",
    "Lists are bare arrays; the next page is in the headers x-next-cursor and Link.",
    "401 and 403 mean that the credential is of no use any more; what belongs to somebody else answers 404.",
    "Every answer carries x-request-id.",
  ].join("\n\n"),
};

/** Files that the page loads: the viewer's, from its package, and ours. */
const ASSETS: Readonly<Record<string, () => Promise<Uint8Array<ArrayBuffer>>>> = {
  "swagger-ui.css": () => readPackageFile("swagger-ui.css"),
  "swagger-ui-bundle.js": () => readPackageFile("swagger-ui-bundle.js"),
  "page.css": () => Promise.resolve(new TextEncoder().encode(STYLES)),
  "start.js": () => Promise.resolve(new TextEncoder().encode(START_SCRIPT)),
};

/** Nothing but what this service sends; data: for the viewer's icons. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** `/openapi.json`, `/docs` and what the page loads; `api` is the app they describe, complete when first asked. */
export function docsRoutes(api: Hono<ApiEnv>): Hono<ApiEnv> {
  let document: ApiDocument | undefined;
  return new Hono<ApiEnv>()
    .get(
      "/openapi.json",
      operation({
        id: "getApiDocument",
        summary: "Read this description (OpenAPI 3.1)",
        access: "public",
        answer: z.looseObject({ openapi: z.string() }),
      }, (c) => c.json(document ??= apiDocument(api))),
    )
    .get(
      "/docs",
      operation({
        id: "showDocs",
        summary: "Browse this description",
        access: "public",
        answer: null,
        status: 200,
        mediaType: "text/html",
      }, (c) => {
        c.header("content-security-policy", CONTENT_SECURITY_POLICY);
        return Promise.resolve(c.html(PAGE));
      }),
    )
    .get(
      "/docs/:asset",
      operation({
        id: "getDocsAsset",
        summary: "Load a part of the page",
        access: "public",
        answer: null,
        status: 200,
        mediaType: ["text/javascript", "text/css"],
      }, (c) => sendAsset(c, c.req.param("asset") ?? "")),
    );
}

/** The document that `/openapi.json` answers. */
export function apiDocument(api: Hono<ApiEnv>): ApiDocument {
  return describeApi(api, INFO);
}

async function sendAsset(c: Context, name: string): Promise<Response> {
  const read = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
  if (!read) throw new DomainError("not_found", `Cannot find ${c.req.path}`);
  // Not a Response of our own: it would leave without the headers that every answer carries.
  c.header("content-type", `text/${name.endsWith(".css") ? "css" : "javascript"}; charset=utf-8`);
  c.header("cache-control", "public, max-age=3600");
  c.header("vary", "Accept-Encoding", { append: true });
  if (!/\bgzip\b/.test(c.req.header("accept-encoding") ?? "")) return c.body(await read());
  c.header("content-encoding", "gzip");
  return c.body(await packed(name, read));
}

const packedAssets = new Map<string, Promise<ArrayBuffer>>();

/** Packed once per process: the viewer is 1.9 MB, packed 0.6, and packing it costs as much as hundreds of requests. */
function packed(name: string, read: () => Promise<Uint8Array<ArrayBuffer>>): Promise<ArrayBuffer> {
  let bytes = packedAssets.get(name);
  if (!bytes) {
    bytes = read().then((plain) =>
      new Response(new Blob([plain]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer()
    );
    packedAssets.set(name, bytes);
    bytes.catch(() => packedAssets.delete(name));
  }
  return bytes;
}

async function readPackageFile(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return await Deno.readFile(new URL(import.meta.resolve(`swagger-ui-dist/${name}`)));
}

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>WaxWatch API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/docs/page.css">
</head>
<body>
<main id="docs">Loading the description of the API…</main>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const STYLES = `body { margin: 0; font-family: sans-serif; }
#docs { overflow-wrap: anywhere; }
/* Until an operation is read, its button would say that there is none. */
.swagger-ui .opblock:has(.opblock-loading-animation) .execute-wrapper { visibility: hidden; }
`;

const START_SCRIPT = `const night = matchMedia("(prefers-color-scheme: dark)");
const followNight = () => document.documentElement.classList.toggle("dark-mode", night.matches);
night.addEventListener("change", followNight);
followNight();
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: true,
  // No badge: it would ask a server elsewhere whether the document is valid.
  validatorUrl: null,
});
`;
