/** What is one person's alone, and whether it stands in an answer to another. */
import type { Sql } from "../../../src/platform/sql.ts";
import { readUserTables, rowsOfUser } from "../../support/user_rows.ts";
import type { Seen } from "../support/call.ts";
import type { Person } from "../support/world.ts";

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/** Every id in a text, in small letters. */
export function idsIn(text: string): string[] {
  return (text.match(UUID) ?? []).map((id) => id.toLowerCase());
}

/** All rows of a person by table, as JSON texts in order; himself among them. */
export async function rowsOf({ world: { deps: { sql } }, userId }: Person): Promise<Map<string, string[]>> {
  const found = await rowsOfUser(sql, await readUserTables(sql), userId);
  const users = await sql<{ row: string }>`select to_jsonb(u)::text as row from users u where id = ${userId}`;
  return found.set("users", users.map(({ row }) => row));
}

/** Ids in rows that are nobody's: listings, polls. */
export async function sharedIds(sql: Sql): Promise<ReadonlySet<string>> {
  const rows = await sql<{ row: string }>`
    select to_jsonb(l)::text as row from listings l union all select to_jsonb(p)::text from polls p`;
  return new Set(rows.flatMap(({ row }) => idsIn(row)));
}

/** What no answer to another may hold: a person's word, and the ids in his rows and in what he was answered. */
export async function marksOf(person: Person, answers: readonly Seen[]): Promise<Set<string>> {
  const rows = [...(await rowsOf(person)).values()].flat();
  const shared = await sharedIds(person.world.deps.sql);
  const ids = [...rows, ...answers.map(textOf)].flatMap(idsIn).filter((id) => !shared.has(id));
  return new Set([person.marker, ...ids]);
}

/** Of `marks` those that stand in an answer, but for what the request itself said. */
export function leaksIn(seen: Seen, request: string, marks: ReadonlySet<string>): string[] {
  const text = textOf(seen);
  const said = request.toLowerCase();
  const words = text.match(/[a-z]{10,}/gi) ?? [];
  return [...new Set([...idsIn(text), ...words])].filter((word) => marks.has(word) && !said.includes(word));
}

/** Body and headers, but for the request's own id. */
function textOf({ text, headers }: Seen): string {
  return [text, ...[...headers].filter(([name]) => name !== "x-request-id").map(([, value]) => value)].join(
    "\n",
  );
}
