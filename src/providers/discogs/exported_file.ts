/** Wantlists and collections as Discogs exports them: CSV with a header, in UTF-8. Pure. */
import { CsvError, parse } from "csv-parse/sync";
import { storableTextOrNull } from "../../platform/text.ts";
import {
  type BadListRow,
  type UserFileRow,
  type UserListFile,
  UserListFileError,
  type UserListRow,
} from "../user_accounts.ts";
import { cleanCredit, MAX_ARTIST, MAX_TITLE } from "./names.ts";

/** Columns without which a row says nothing; Discogs has more, and spreadsheets add their own. */
const REQUIRED = ["release_id", "Artist", "Title"] as const;
/** Only collections have it. */
const OF_COLLECTIONS = "CollectionFolder";
/** Longest row, in characters; the longest honest one, with notes, has some thousands. */
const MAX_ROW_LENGTH = 100_000;
/** Longest part of a value that a message repeats. */
const MAX_SHOWN = 40;

/** One row as the parser gives it: its fields, and the line it ends in. */
interface Parsed {
  record: string[];
  info: { lines: number };
}

/** Where the columns stand that are read. */
type Columns = Record<(typeof REQUIRED)[number] | "Released", number> & { count: number };

/**
 * The rows of an exported file, in their order; one that cannot be read says why and does not keep the others out.
 * @throws {UserListFileError} when it is no CSV, its header names too little, or it has more than `maxRows`
 */
export function readExportedFile(text: string, { maxRows }: { maxRows: number }): UserListFile {
  const [first, ...rest] = parseRows(text, maxRows);
  const header = first?.record.map((name) => name.trim().toLowerCase()) ?? [];
  const missing = REQUIRED.filter((name) => !header.includes(name.toLowerCase()));
  if (missing.length > 0) {
    throw new UserListFileError(
      `its first line names no ${
        missing.join(", no ")
      }: send the file as Discogs exports it, separated by commas`,
    );
  }
  if (rest.length > maxRows) throw new UserListFileError(`it has more than ${maxRows} rows`);
  const at = (name: string) => header.indexOf(name.toLowerCase());
  const columns: Columns = {
    release_id: at("release_id"),
    Artist: at("Artist"),
    Title: at("Title"),
    Released: at("Released"),
    count: header.length,
  };
  return {
    source: at(OF_COLLECTIONS) >= 0 ? "collection" : "wantlist",
    rows: rest.map((row) => readRow(row, columns)),
  };
}

function parseRows(text: string, maxRows: number): Parsed[] {
  try {
    // safe: what `info` makes of rows that stay lists, because no columns are named
    return parse(text.replace(/\r\n?/g, "\n"), {
      info: true,
      record_delimiter: "\n",
      // 12" in a title whose field is not quoted is two inches more than ten.
      relax_quotes: true,
      // Rows with other columns are refused one by one.
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: MAX_ROW_LENGTH,
      // The header, and one that is too many.
      to: maxRows + 2,
    }) as unknown as Parsed[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UserListFileError(problemOf(error), { cause: error });
  }
}

/** The parser's own words may repeat the file, so they stay out. */
function problemOf({ code, ...context }: CsvError): string {
  const line = typeof context["lines"] === "number" ? ` in line ${context["lines"]}` : "";
  if (code === "CSV_QUOTE_NOT_CLOSED") return `a quotation mark is opened${line} and never closed`;
  if (code === "CSV_MAX_RECORD_SIZE") return `a row${line} has more than ${MAX_ROW_LENGTH} characters`;
  return `it is no CSV${line}`;
}

function readRow({ record, info }: Parsed, columns: Columns): UserFileRow {
  // What is counted are the lines up to its end.
  const line = info.lines - record.reduce((sum, field) => sum + field.split("\n").length - 1, 0);
  return { ...readFields(record, columns), line };
}

function readFields(record: readonly string[], columns: Columns): UserListRow | BadListRow {
  const id = record[columns.release_id]?.trim() ?? "";
  const discogs_release_id = /^\d{1,12}$/.test(id) && Number(id) >= 1 ? Number(id) : null;
  const bad = (problem: string) => ({ problem, discogs_release_id });
  if (record.length !== columns.count) {
    return {
      problem: `it has ${record.length} columns, and the header ${columns.count}`,
      discogs_release_id: null,
    };
  }
  if (discogs_release_id === null) {
    return bad(`its release_id is ${JSON.stringify(storableTextOrNull(id, MAX_SHOWN) ?? "")}`);
  }
  const title = nameOf(record[columns.Title], MAX_TITLE);
  if (title === null) return bad("its Title is empty");
  return {
    discogs_release_id,
    discogs_master_id: null,
    title,
    artist: nameOf(cleanCredit(oneLine(record[columns.Artist])), MAX_ARTIST),
    year: yearOf(record[columns.Released]),
    comment: null,
  };
}

function nameOf(field: string | undefined, max: number): string | null {
  return storableTextOrNull(oneLine(field), max);
}

function oneLine(field = ""): string {
  return field.replace(/\s+/g, " ").trim();
}

/** "1959", "1959-08-17", "17 Aug 1959"; Discogs writes 0 where it does not know. */
function yearOf(released = ""): number | null {
  const year = Number(/(?<!\d)\d{4}(?!\d)/.exec(released)?.[0] ?? 0);
  return year >= 1 ? year : null;
}
