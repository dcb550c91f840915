import { Hono } from "hono";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation } from "../platform/api/operation.ts";
import { type FileDeps, importFile, MAX_FILE_ROWS } from "./import_file.ts";
import { fileQuerySchema, fileSchema, importJobSchema, toImportJson } from "./import_schema.ts";

/** `/api/integrations/discogs/import/csv`: apart, because a file may be larger than other bodies. */
export function discogsFileRoutes(deps: FileDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>().post(
    "/",
    operation(
      {
        id: "importDiscogsFile",
        summary: "Import a wantlist or a collection from the file that Discogs exports",
        description:
          `CSV, as Discogs exports it or a spreadsheet saves it, at most ${MAX_FILE_ROWS} rows; no ` +
          "account has to be linked. Releases that it does not hold stay as they are. While the same file is imported " +
          "already, that import is answered.",
        query: fileQuerySchema,
        textBody: "text/csv",
        body: fileSchema,
        answer: importJobSchema,
        errors: { 409: "Another file is being imported, or a session's cookie was sent from another site" },
      },
      async (_c, { query: { source = null }, body: text, caller: { user_id } }) =>
        toImportJson(await importFile(deps, { user_id, text, source })),
    ),
  );
}
