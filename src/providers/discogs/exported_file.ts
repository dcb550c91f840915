/** Wantlists and collections as Discogs exports them: CSV with a header, or what spreadsheets make of it. */
import { storableTextOrNull } from "../../platform/text.ts";
import {
  type BadListRow,
  type UserFileRow,
  type UserListFile,
  UserListFileError,
  type UserListRow,
} from "../user_accounts.ts";
import { type CsvRow, headerOf, readCsvRows } from "./csv_rows.ts";
import { cleanCredit, MAX_ARTIST, MAX_TITLE } from "./names.ts";

/** Columns without which a row says nothing; Discogs has more, and spreadsheets add their own. */
const REQUIRED = ["release_id", "Artist", "Title"] as const;
/** Only collections have it. */
const OF_COLLECTIONS = "CollectionFolder";
/** Columns of other files that Discogs exports, and what those are. */
const OF_OTHER_FILES: readonly [string, string][] = [
  ["listing_id", "it is an inventory, which is what you sell"],
  ["order_num", "it lists orders"],
];
/** How files begin that are no text, and what they are. */
const OTHER_BEGINNINGS: readonly [string, string][] = [
  ["PK\x03\x04", "it is a workbook of a spreadsheet, or another zip archive: save it as CSV"],
  ["ÐÏ\x11à", "it is a workbook of an old spreadsheet: save it as CSV"],
  ["\x1f‹", "it is compressed: unpack it"],
  ["%PDF", "it is a PDF"],
  ["--", "it is a form: send the file itself, as the body"],
  ["<", "it is a web page, or XML"],
  ["{", "it is JSON"],
  ["[", "it is JSON"],
];
/** Longest part of a value that a message repeats. */
const MAX_SHOWN = 40;
/** Longest note that is read, as long as a Discogs comment may be. */
const MAX_NOTES = 10_000;

/** What a header says: where the columns stand that are read; -1: there is none. */
type Columns = Record<(typeof REQUIRED)[number] | "Released" | "Notes", number> & {
  count: number;
  source: UserListFile["source"];
};

/**
 * The rows of an exported file, in their order; one that cannot be read says why and does not keep the others out.
 * @throws {UserListFileError} when it is no CSV, its header names too little, or it has more than `maxRows`
 */
export async function readExportedFile(
  text: string,
  { maxRows }: { maxRows: number },
): Promise<UserListFile> {
  refuseOtherFiles(text);
  let columns: Columns | null = null;
  const rows: UserFileRow[] = [];
  for await (const row of readCsvRows(text, { names: headerOf(REQUIRED), maxRows })) {
    if (columns === null) columns = columnsOf(headerOf(row.fields));
    else rows.push(readRow(row, columns));
  }
  return { source: (columns ?? columnsOf([])).source, rows };
}

/** @throws {UserListFileError} when it is the header of another file */
function columnsOf(header: readonly string[]): Columns {
  refuseOtherExports(header);
  const at = (name: string) => header.indexOf(name.toLowerCase());
  return {
    source: at(OF_COLLECTIONS) >= 0 ? "collection" : "wantlist",
    release_id: at("release_id"),
    Artist: at("Artist"),
    Title: at("Title"),
    Released: at("Released"),
    Notes: at("Notes"),
    count: header.length,
  };
}

function refuseOtherFiles(text: string): void {
  const begin = text.slice(0, 1_000).trimStart();
  const other = OTHER_BEGINNINGS.find(([beginning]) => begin.startsWith(beginning));
  if (other) throw new UserListFileError(`${other[1]}; send the CSV that Discogs exports`);
}

function refuseOtherExports(header: readonly string[]): void {
  const other = OF_OTHER_FILES.find(([name]) => header.includes(name));
  if (other) throw new UserListFileError(`${other[1]}; export your wantlist or your collection`);
  const missing = REQUIRED.filter((name) => !header.includes(name.toLowerCase()));
  if (missing.length === 0) return;
  throw new UserListFileError(
    `its first line names no ${missing.join(", no ")}: send the CSV that Discogs exports`,
  );
}

function readRow({ fields, line }: CsvRow, columns: Columns): UserFileRow {
  return { ...readFields(fields, columns), line };
}

function readFields(fields: readonly string[], columns: Columns): UserListRow | BadListRow {
  const id = fields[columns.release_id]?.trim() ?? "";
  const discogs_release_id = /^\d{1,12}$/.test(id) && Number(id) >= 1 ? Number(id) : null;
  const bad = (problem: string) => ({ problem, discogs_release_id });
  if (!hasColumns(fields, columns)) {
    return {
      problem: `it has ${fields.length} columns, and the header ${columns.count}`,
      discogs_release_id: null,
    };
  }
  if (discogs_release_id === null) {
    return bad(`its release_id is ${JSON.stringify(storableTextOrNull(id, MAX_SHOWN) ?? "")}`);
  }
  const title = nameOf(fields[columns.Title], MAX_TITLE);
  if (title === null) return bad("its Title is empty");
  return {
    discogs_release_id,
    discogs_master_id: null,
    title,
    artist: nameOf(cleanCredit(oneLine(fields[columns.Artist])), MAX_ARTIST),
    year: yearOf(fields[columns.Released]),
    comment: storableTextOrNull(fields[columns.Notes], MAX_NOTES),
  };
}

/** Spreadsheets leave out empty fields at a row's end, or add some; a row that was torn apart lacks or has others. */
function hasColumns(fields: readonly string[], columns: Columns): boolean {
  const needed = Math.max(...REQUIRED.map((name) => columns[name]));
  return fields.length > needed && fields.slice(columns.count).every((field) => field.trim() === "");
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
