import type { z } from "zod";
import { DomainError } from "../platform/errors.ts";
import type { Sql } from "../platform/sql.ts";
import {
  type importedItemsSchema,
  type ImportJob,
  type ImportSource,
  type openedItemSchema,
  toItemJson,
  urlOf,
} from "./import_schema.ts";
import { findImport } from "./import_store.ts";
import { countImportedItems, findImportedItem, listImportedItems } from "./item_store.ts";

/** `both`: of any list. */
type AskedSource = ImportSource | "both";

/** A user's import. @throws {DomainError} not_found when he has none with this id */
export async function findImportOf(sql: Sql, query: { user_id: string; id: string }): Promise<ImportJob> {
  const job = await findImport(sql, query);
  if (!job) throw new DomainError("not_found", `Cannot find import ${query.id}`);
  return job;
}

/** A page of what a user's lists hold. */
export async function findItemsOf(
  sql: Sql,
  query: { user_id: string; source: AskedSource; limit: number; offset: number },
): Promise<z.input<typeof importedItemsSchema>> {
  const { source, limit, offset } = query;
  const wanted = { ...query, source: source === "both" ? null : source };
  const items = await listImportedItems(sql, wanted);
  return {
    source,
    limit,
    offset,
    count: await countImportedItems(sql, wanted),
    items: items.map(toItemJson),
  };
}

/** Where the release of a user's imported watch is at Discogs. @throws {DomainError} not_found when no list holds it */
export async function openItemOf(
  sql: Sql,
  query: { user_id: string; watch_release_id: string; source: AskedSource },
): Promise<z.input<typeof openedItemSchema>> {
  const { watch_release_id, source } = query;
  const item = await findImportedItem(sql, { ...query, source: source === "both" ? null : source });
  if (!item) throw new DomainError("not_found", `Cannot find imported watch release ${watch_release_id}`);
  return { watch_release_id, source: item.source, open_in_discogs_url: urlOf(item) };
}
