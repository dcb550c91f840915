import { Hono } from "hono";
import { z } from "zod";
import type { ApiEnv } from "../platform/api/env.ts";
import { operation, pageAnswer } from "../platform/api/operation.ts";
import { pageOf, pageQuery } from "../platform/paging.ts";
import { readId } from "../platform/request.ts";
import type { Pool } from "../platform/sql.ts";
import { addSource } from "./add_source.ts";
import { findSourceOf, removeSource, type SourceKey, updateSource } from "./change_source.ts";
import { type InspectDeps, inspectSource } from "./inspect_source.ts";
import {
  addedSourceSchema,
  addSourceSchema,
  sourceSchema,
  toAddedJson,
  toSourceJson,
  updateSourceSchema,
} from "./schema.ts";
import { listSources } from "./store.ts";

/** What sources need. */
export type SourceDeps = InspectDeps & { sql: Pool };

/** `/api/sources`. */
export function sourceRoutes(deps: SourceDeps): Hono<ApiEnv> {
  const answer = sourceSchema;
  const keyOf = (c: Parameters<typeof readId>[0], user_id: string): SourceKey => ({
    user_id,
    id: readId(c, "source"),
  });
  return new Hono<ApiEnv>()
    .post(
      "/",
      operation({
        id: "addSource",
        summary: "Add a shop, a feed or a seller by its address",
        description:
          "The address is asked at once: what it is, and what is on its first page. A rule names it by its provider; " +
          "a new rule that names no sources watches it too.",
        body: addSourceSchema,
        answer: addedSourceSchema,
        status: 201,
        creates: true,
        errors: { 409: "You have it already, or as many as you may have" },
      }, async (_c, { body: { url, ...wanted }, caller: { user_id }, once }) => {
        // Before the transaction: a slow server must not hold a connection.
        const found = await inspectSource(deps, { url, user_id });
        return await once(
          deps,
          async (deps) => toAddedJson(await addSource(deps, { user_id, found, wanted }), found),
        );
      }),
    )
    .get(
      "/",
      operation({
        id: "listSources",
        summary: "List the sources you added, newest first",
        query: pageQuery(),
        paged: true,
        answer: z.array(answer),
      }, async (c, { query: { page }, caller }) => {
        const { rows, nextCursor } = pageOf(
          await listSources(deps.sql, { user_id: caller.user_id, page }),
          page,
        );
        return pageAnswer(c, rows.map(toSourceJson), nextCursor);
      }),
    )
    .get(
      "/:id",
      operation(
        { id: "getSource", summary: "Read a source", answer },
        async (c, { caller }) => toSourceJson(await findSourceOf(deps.sql, keyOf(c, caller.user_id))),
      ),
    )
    .patch(
      "/:id",
      operation(
        {
          id: "updateSource",
          summary: "Change a source's name, or how it is read",
          body: updateSourceSchema,
          answer,
          errors: { 409: "Others have it too, so how it is read stays" },
        },
        async (c, { body: changes, caller }) =>
          toSourceJson(await updateSource(deps, { ...keyOf(c, caller.user_id), changes })),
      ),
    )
    .delete(
      "/:id",
      operation({
        id: "removeSource",
        summary: "Remove a source",
        answer: null,
        errors: { 409: "A rule of yours names it" },
      }, async (c, { caller }) => {
        await removeSource(deps, keyOf(c, caller.user_id));
        return null;
      }),
    );
}
