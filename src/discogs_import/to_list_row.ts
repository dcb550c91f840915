import type { BadListRow, UserFileRow, UserListRow } from "../providers/user_accounts.ts";
import { parseDirectives } from "./directives.ts";
import type { ImportError } from "./import_schema.ts";
import type { ListRow } from "./list_row.ts";

/**
 * A release with the price and the grade that its owner wrote beside it; what of that is not understood is told with it.
 * `line`: of a file.
 */
export function toListRow({ comment, ...release }: UserListRow, line: number | null = null): ListRow {
  const { target_price, min_condition, problems } = parseDirectives(comment);
  const { discogs_release_id } = release;
  const remarks = problems.map((problem): ImportError => ({
    code: "directive",
    message: `Cannot follow what is written beside release ${discogs_release_id}: ${problem}`,
    discogs_release_id,
    line,
  }));
  return { kind: "release", release: { ...release, target_price, min_condition }, remarks };
}

/** A row that cannot be read. */
export function toBad({ problem, discogs_release_id }: BadListRow): ListRow {
  const which = discogs_release_id === null ? "a row" : `release ${discogs_release_id}`;
  return unreadable({ message: `Cannot import ${which}: ${problem}`, discogs_release_id, line: null });
}

/** A row of a file; one that cannot be read is told with its line. */
export function toFileRow({ line, ...row }: UserFileRow): ListRow {
  if ("title" in row) return toListRow(row, line);
  const { problem, discogs_release_id } = row;
  return unreadable({ message: `Cannot import line ${line}: ${problem}`, discogs_release_id, line });
}

function unreadable(error: Omit<ImportError, "code">): ListRow {
  return { kind: "bad", error: { code: "unreadable_row", ...error } };
}
