/** Rows of a CSV file, parsed piece by piece, so that a large one holds nobody else up. */
import { CsvError, parse } from "csv-parse/stream";
import { parse as parseAtOnce } from "csv-parse/sync";
import { UserListFileError } from "../user_accounts.ts";

/** A row: its fields, and the line it begins in. */
export interface CsvRow {
  fields: string[];
  line: number;
}

/** What separates fields: of Discogs itself, of spreadsheets where the comma is a decimal one, and of "Unicode text". */
const DELIMITERS = [",", ";", "\t"] as const;
/** Longest row, in characters; the longest honest one, with notes, has some thousands. */
const MAX_ROW_LENGTH = 100_000;
/** Characters parsed at once: some milliseconds. */
const PIECE_LENGTH = 32 * 1024;

const OPTIONS = {
  // 12" in a title whose field is not quoted is two inches more than ten.
  relax_quotes: true,
  // Rows with other columns are looked at one by one.
  relax_column_count: true,
  skip_empty_lines: true,
  record_delimiter: "\n",
  max_record_size: MAX_ROW_LENGTH,
} as const;

/**
 * The rows of a file in their order, the header first; what separates its fields is whatever separates most of `names` in
 * its first line. @throws {UserListFileError} when it is no CSV or has more than `maxRows` rows behind the header
 */
export async function* readCsvRows(
  text: string,
  { names, maxRows }: { names: readonly string[]; maxRows: number },
): AsyncGenerator<CsvRow, void> {
  // The parser counts both characters of a CRLF in quotes as lines.
  const lines = text.replace(/\r\n?/g, "\n");
  const parser = parse({ ...OPTIONS, delimiter: delimiterOf(lines, names), info: true });
  let count = 0;
  try {
    for await (const row of piecesOf(lines).pipeThrough<Parsed>(parser)) {
      if (count++ > maxRows) throw new UserListFileError(`it has more than ${maxRows} rows`);
      yield toRow(row);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UserListFileError(problemOf(error), { cause: error });
  }
}

/** The names of a header as they are compared. */
export function headerOf(fields: readonly string[]): string[] {
  return fields.map((name) => name.trim().toLowerCase());
}

/** A row as the parser gives it, with the line it ends in. */
interface Parsed {
  record: string[];
  info: { lines: number };
}

/** What is counted are the lines up to its end. */
function toRow({ record, info }: Parsed): CsvRow {
  const line = info.lines - record.reduce((sum, field) => sum + field.split("\n").length - 1, 0);
  return { fields: record, line };
}

function delimiterOf(text: string, names: readonly string[]): string {
  const first = /^\n*(.*)/.exec(text)?.[1]?.slice(0, MAX_ROW_LENGTH) ?? "";
  const counts = DELIMITERS.map((delimiter) => {
    const header = headerOf(fieldsOf(first, delimiter));
    return { delimiter, count: names.filter((name) => header.includes(name)).length };
  });
  return counts.reduce((best, one) => one.count > best.count ? one : best).delimiter;
}

function fieldsOf(line: string, delimiter: string): string[] {
  try {
    return parseAtOnce(line, { ...OPTIONS, delimiter })[0] ?? [];
  } catch {
    return [];
  }
}

/** Between two pieces whatever waits has its turn. */
function piecesOf(text: string): ReadableStream<Uint8Array> {
  let at = 0;
  const pieces = new ReadableStream<string>({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      controller.enqueue(text.slice(at, at + PIECE_LENGTH));
      at += PIECE_LENGTH;
      if (at >= text.length) controller.close();
    },
  }, { highWaterMark: 0 });
  return pieces.pipeThrough(new TextEncoderStream());
}

/** The parser's own words may repeat the file, so they stay out. */
function problemOf({ code, ...context }: CsvError): string {
  const line = typeof context["lines"] === "number" ? ` in line ${context["lines"]}` : "";
  if (code === "CSV_QUOTE_NOT_CLOSED") return `a quotation mark is opened${line} and never closed`;
  if (code === "CSV_MAX_RECORD_SIZE") return `a row${line} has more than ${MAX_ROW_LENGTH} characters`;
  return `it is no CSV${line}`;
}
