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

/** What a file is read as. */
type Asset = string | Uint8Array<ArrayBuffer>;

/** Files of the viewer's package that the page loads, with their types. */
const ASSETS: Readonly<Record<string, { type: string; read: () => Promise<Asset> }>> = {
  "swagger-ui.css": { type: "text/css; charset=utf-8", read: () => readPackageFile("swagger-ui.css") },
  "swagger-ui-bundle.js": {
    type: "text/javascript; charset=utf-8",
    read: () => readPackageFile("swagger-ui-bundle.js"),
  },
  "start.js": { type: "text/javascript; charset=utf-8", read: () => Promise.resolve(START_SCRIPT) },
};

/** Nothing but what this service sends: the viewer needs inline styles, and data: for its icons. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
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
  const asset = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
  if (!asset) throw new DomainError("not_found", `Cannot find ${c.req.path}`);
  // Not a Response of our own: it would leave without the headers that every answer carries.
  return c.body(await asset.read(), 200, {
    "content-type": asset.type,
    "cache-control": "public, max-age=3600",
  });
}

async function readPackageFile(name: string): Promise<Asset> {
  return await Deno.readFile(new URL(import.meta.resolve(`swagger-ui-dist/${name}`)));
}

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>WaxWatch API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<main id="docs">Loading the description of the API…</main>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const START_SCRIPT = `SwaggerUIBundle({
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
