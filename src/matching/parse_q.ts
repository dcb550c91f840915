import { tokens } from "./tokens.ts";

/** One word or phrase of a free-text query: what the user typed and its tokens (never empty). */
export interface QTerm {
  text: string;
  tokens: string[];
}

/** A free-text query, taken apart. */
export interface ParsedQ {
  /** Unquoted words, grouped into runs of neighbours: only neighbours may be written as one word in a listing. */
  runs: QTerm[][];
  phrases: QTerm[];
  exclusions: QTerm[];
}

/**
 * Takes `q` apart: words, `"phrases"`, `-exclusions` and `-"excluded phrases"`. A quote after a number is an inch mark
 * (`12"`); a quotation that never ends reaches to the end. Words without a token (`&`, `!!!`) are dropped.
 */
export function parseQ(q: string): ParsedQ {
  const parsed: ParsedQ = { runs: [], phrases: [], exclusions: [] };
  let run: string[] = [];
  const closeRun = () => {
    const terms = termsOfRun(run);
    if (terms.length > 0) parsed.runs.push(terms);
    run = [];
  };
  for (const piece of piecesOf(q.replace(QUOTES, '"'))) {
    if (!piece.isExcluded && !piece.isQuoted) {
      run.push(piece.text);
      continue;
    }
    closeRun();
    const term = { text: piece.text, tokens: tokens(piece.text) };
    if (term.tokens.length > 0) parsed[piece.isExcluded ? "exclusions" : "phrases"].push(term);
  }
  closeRun();
  return withoutLoneAnd(parsed);
}

const QUOTES = /[“”„‟«»＂″]/g;
// Not the en dash: pasted titles put it before a word (`Davis –Kind Of Blue`).
const EXCLUSION = /^[-−]{1,3}(?=[^\s\-−])/;

interface Piece {
  text: string;
  isQuoted: boolean;
  isExcluded: boolean;
}

function piecesOf(q: string): Piece[] {
  const pieces: Piece[] = [];
  const closing = closingQuotes(q);
  let at = 0;
  while (at < q.length) {
    if (/\s/.test(q[at] ?? "")) {
      at++;
      continue;
    }
    const minus = EXCLUSION.exec(q.slice(at, at + 4))?.[0].length ?? 0;
    const isExcluded = minus > 0;
    at += minus;
    const isQuoted = q[at] === '"';
    const end = isQuoted ? closing(at + 1) : endOfWord(q, at);
    const text = q.slice(isQuoted ? at + 1 : at, end);
    if (text.trim() !== "") pieces.push({ text: text.trim(), isQuoted, isExcluded });
    at = isQuoted ? end + 1 : end;
  }
  return pieces;
}

/** A word ends at a space, or at a quote that is not an inch mark (`miles"kind of blue"`). */
function endOfWord(q: string, start: number): number {
  let end = start;
  while (end < q.length && !/\s/.test(q[end] ?? "") && !(q[end] === '"' && !isAfterDigit(q, end))) end++;
  return end;
}

/**
 * Where a phrase that begins at `start` ends. A quote after a digit may be the end (`"summer of 69"`) or an inch mark
 * (`"windowlicker 12" single"`): it is an inch mark when an odd number of certain quotes follows.
 */
function closingQuotes(q: string): (start: number) => number {
  const certain = [...q.matchAll(/"/g)].map(({ index }) => index).filter((index) => !isAfterDigit(q, index));
  return (start) => {
    for (let at = start; at < q.length; at++) {
      if (q[at] !== '"') continue;
      const left = certain.filter((index) => index > at).length;
      if (!isAfterDigit(q, at) || left % 2 === 0) return at;
    }
    return q.length;
  };
}

function isAfterDigit(q: string, index: number): boolean {
  return /\d/.test(q[index - 1] ?? "");
}

/** Words one by one, except where a word changes the reading of the one before it (`180 gram`, `2 x lp`). */
function termsOfRun(words: readonly string[]): QTerm[] {
  const terms: QTerm[] = [];
  let at = 0;
  while (at < words.length) {
    const size = /\d$/.test(words[at] ?? "") ? unitSize(words, at) : 1;
    const text = words.slice(at, at + size).join(" ");
    const termTokens = tokens(text);
    if (termTokens.length > 0) terms.push({ text, tokens: termTokens });
    at += size;
  }
  return terms;
}

function unitSize(words: readonly string[], at: number): number {
  for (const size of [2, 3]) {
    const group = words.slice(at, at + size);
    if (group.length < size || group.some((word) => word.toLowerCase() === "and")) break;
    if (tokens(group.join(" ")).join(" ") !== group.flatMap((word) => tokens(word)).join(" ")) return size;
  }
  return 1;
}

/** "and" means nothing beside other words, as everywhere; alone it is a word like any other. */
function withoutLoneAnd(parsed: ParsedQ): ParsedQ {
  const isAnd = (term: QTerm) => term.tokens.every((token) => token === "and");
  const positive = [...parsed.runs.flat(), ...parsed.phrases];
  if (positive.every(isAnd)) return parsed;
  const runs = parsed.runs.map((run) => run.filter((term) => !isAnd(term))).filter((run) => run.length > 0);
  return { ...parsed, runs };
}
