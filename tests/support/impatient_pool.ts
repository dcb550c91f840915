import { openPool } from "../../src/platform/database.ts";
import type { Pool, Sql } from "../../src/platform/sql.ts";
import { testDatabaseUrl } from "./database.ts";

/** A pool on the database of `sql` that waits 300 ms for an answer and no longer. */
export async function openImpatientPool(sql: Sql): Promise<Pool> {
  const [place] = await sql<{ name: string }>`select current_database() as name`;
  const url = new URL(testDatabaseUrl());
  url.pathname = `/${place!.name}`;
  return openPool({ url: url.href, max: 2, deadlineMs: 300 });
}
