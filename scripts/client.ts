/**
 * `deno task client`: writes docs/openapi.json, the API as clients find it, and docs/client/api.ts, its types for
 * TypeScript.
 */
import openapiTS, { astToString, type OpenAPI3 } from "openapi-typescript";
import { createHttpApp, type HttpDeps } from "../src/app/http.ts";
import { apiDocument } from "../src/app/docs_routes.ts";

/** Where the document is kept. */
export const DOCUMENT_PATH = "docs/openapi.json";
/** Where its types are kept. */
export const TYPES_PATH = "docs/client/api.ts";

/** The text of the document that is kept, development routes included. */
export function documentText(): string {
  // safe: registering routes calls nothing
  const app = createHttpApp({ isDevLike: true } as HttpDeps);
  return JSON.stringify(apiDocument(app), null, 2) + "\n";
}

/** The text of the types of `document`. */
export async function typesText(document: string): Promise<string> {
  const nodes = await openapiTS(JSON.parse(document) as OpenAPI3, { // safe: made by documentText()
    alphabetize: true,
    // What has a default may be left out of a request; in an answer it is required, and said to be.
    defaultNonNullable: false,
  });
  const header =
    "/** The API's types, made by `deno task client` from docs/openapi.json: not written by hand. */\n";
  return header + astToString(nodes);
}

if (import.meta.main) {
  const document = documentText();
  await Deno.writeTextFile(DOCUMENT_PATH, document);
  await Deno.writeTextFile(TYPES_PATH, await typesText(document));
}
