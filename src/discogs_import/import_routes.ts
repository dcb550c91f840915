import { Hono } from "hono";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation } from "../platform/api/operation.ts";
import { readId } from "../platform/request.ts";
import { findImportOf, findItemsOf, openItemOf } from "./find_imports.ts";
import {
  importedItemsQuerySchema,
  importedItemsSchema,
  importJobSchema,
  openedItemSchema,
  openItemQuerySchema,
  startImportSchema,
  toImportJson,
} from "./import_schema.ts";
import { type StartDeps, startImport } from "./start_import.ts";

/** `/api/integrations/discogs`, as far as it is about imports. */
export function discogsImportRoutes(deps: StartDeps): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .post(
      "/import",
      operation(
        {
          id: "startDiscogsImport",
          summary: "Import your wantlist, your collection, both, or a list",
          description:
            "Page by page, in the background. While one of the same scope runs, that one is answered.",
          body: startImportSchema,
          bodyOptional: true,
          answer: importJobSchema,
          errors: { 400: "No account at Discogs is linked" },
        },
        async (_c, { body: { source, list }, caller }) => {
          const lists = list === undefined ? {} : { list_id: list };
          const input = { user_id: caller.user_id, import_scope: source, origin: "user" as const, ...lists };
          return toImportJson(await startImport(deps, input));
        },
      ),
    )
    .get(
      "/import/:job_id",
      operation({
        id: "getDiscogsImport",
        summary: "See how far an import is",
        answer: importJobSchema,
      }, async (c, { caller }) => {
        const id = readId(c, "import", "job_id");
        return toImportJson(await findImportOf(deps.sql, { user_id: caller.user_id, id }));
      }),
    )
    .get(
      "/imported-items",
      operation({
        id: "listImportedItems",
        summary: "List what your lists at Discogs hold",
        query: importedItemsQuerySchema,
        answer: importedItemsSchema,
      }, (_c, { query, caller }) => findItemsOf(deps.sql, { ...query, user_id: caller.user_id })),
    )
    .get(
      "/imported-items/:watch_release_id/open-in-discogs",
      operation({
        id: "openImportedItem",
        summary: "Find where an imported release is at Discogs",
        query: openItemQuerySchema,
        answer: openedItemSchema,
      }, (c, { query, caller }) => {
        const watch_release_id = readId(c, "imported watch release", "watch_release_id");
        return openItemOf(deps.sql, { ...query, watch_release_id, user_id: caller.user_id });
      }),
    );
}
