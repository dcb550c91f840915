import { isLetterToken, joinTokens, letterCount, MAX_JOINED_TOKENS, MIN_JOINED_LETTERS } from "./tokens.ts";

/** A sequence of tokens, with what it may be joined to: see findPhrase(). */
export interface Phrase {
  tokens: readonly string[];
  /** Per token: true when it may also be written as two or three tokens (letters, four or more). */
  splittable: readonly boolean[];
  /** Per token: it and the next one, it and the next two, as one word; null where that is no word. */
  joins: readonly (readonly (string | null)[])[];
}

/** One keyword: it occurs when one of its phrases does (semantics §2.10: with and without a leading "the"). */
export interface Keyword {
  /** As the user wrote it. */
  text: string;
  phrases: readonly Phrase[];
}

/** Neighbouring words of a free text, in any order; two or three neighbours may be one word of the listing. */
export interface WordRun {
  text: string;
  words: readonly Keyword[];
  /** Per word: it and the next one, it and the next two, as one word; null where that is no word. */
  joins: readonly (readonly (string | null)[])[];
}

/** A keyword from its tokens; a leading "the" is optional when two tokens or five letters remain. */
export function keywordOf(text: string, tokens: readonly string[]): Keyword {
  const phrases = [phraseOf(tokens)];
  if (isArticleOptional(tokens)) phrases.push(phraseOf(tokens.slice(1)));
  return { text, phrases };
}

/** True when a leading "the" of these tokens may be missing in a listing. */
export function isArticleOptional(tokens: readonly string[]): boolean {
  if (tokens[0] !== "the") return false;
  return tokens.length > 2 || (tokens.length === 2 && letterCount(tokens[1] ?? "") >= 5);
}

/** Prepares tokens for findPhrase(). */
export function phraseOf(tokens: readonly string[]): Phrase {
  return {
    tokens,
    splittable: tokens.map((token) => isLetterToken(token) && letterCount(token) >= MIN_JOINED_LETTERS),
    joins: tokens.map((_, start) => JOIN_SIZES.map((size) => joinTokens(tokens, start, size))),
  };
}

/** Prepares neighbouring words for hasRun(). */
export function runOf(words: readonly { text: string; tokens: readonly string[] }[]): WordRun {
  return {
    text: words.map(({ text }) => text).join(" "),
    words: words.map(({ text, tokens }) => ({ text, phrases: [phraseOf(tokens)] })),
    joins: words.map((_, start) =>
      JOIN_SIZES.map((size) => {
        if (start + size > words.length) return null;
        const flat = words.slice(start, start + size).flatMap(({ tokens }) => tokens);
        return flat.length > MAX_JOINED_TOKENS ? null : joinTokens(flat, 0, flat.length);
      })
    ),
  };
}

/** Whether a keyword occurs in a listing's tokens; the tokens it was found at, or null. */
export function findKeyword(keyword: Keyword, listing: readonly string[]): string | null {
  for (const phrase of keyword.phrases) {
    const found = findPhrase(phrase, listing);
    if (found !== null) return found;
  }
  return null;
}

/** Whether every word of the run occurs, alone or written together with its neighbours. */
export function hasRun(run: WordRun, listing: readonly string[]): boolean {
  const isCovered = [true];
  for (let end = 1; end <= run.words.length; end++) {
    isCovered.push(isCoveredUpTo(run, listing, { end, isCovered }));
  }
  return isCovered[run.words.length] ?? false;
}

function isCoveredUpTo(
  run: WordRun,
  listing: readonly string[],
  { end, isCovered }: { end: number; isCovered: readonly boolean[] },
): boolean {
  const last = run.words[end - 1];
  if (isCovered[end - 1] && last && findKeyword(last, listing) !== null) return true;
  return JOIN_SIZES.some((size, index) => {
    const joined = isCovered[end - size] ? run.joins[end - size]?.[index] : null;
    return typeof joined === "string" && listing.includes(joined);
  });
}

/**
 * The place where a phrase occurs in a listing, as text, or null. Its tokens stand there in order and without a gap;
 * one token may be two or three tokens of the listing written as one word, and the other way round.
 */
function findPhrase(phrase: Phrase, listing: readonly string[]): string | null {
  // A phrase without a token must never match everything.
  if (phrase.tokens.length === 0) return null;
  for (let start = 0; start < listing.length; start++) {
    const end = align(phrase, listing, start);
    if (end !== -1) return listing.slice(start, end).join(" ");
  }
  return null;
}

/** End of the phrase in the listing, or -1. At most one kind of step fits anywhere, so there is nothing to retry. */
function align(phrase: Phrase, listing: readonly string[], start: number): number {
  const { tokens } = phrase;
  let at = 0;
  let position = start;
  while (at < tokens.length) {
    const token = tokens[at];
    const other = listing[position];
    if (token === undefined || other === undefined) return -1;
    if (token === other) {
      at++;
      position++;
      continue;
    }
    const size = joinedSize(phrase, at, other);
    const parts = size === 0 && phrase.splittable[at] ? splitSize(token, listing, position) : 0;
    if (size === 0 && parts === 0) return -1;
    at += size || 1;
    position += parts || 1;
  }
  return position;
}

/** How many tokens of the phrase from `at` make up the listing's one token; 0 for none. */
function joinedSize(phrase: Phrase, at: number, other: string): number {
  const index = phrase.joins[at]?.indexOf(other) ?? -1;
  return index === -1 ? 0 : index + 2;
}

/** How many tokens of the listing from `position` make up `token`; 0 for none. */
function splitSize(token: string, listing: readonly string[], position: number): number {
  let rest = token;
  for (let size = 1; size <= MAX_JOINED_TOKENS; size++) {
    const part = listing[position + size - 1];
    if (part === undefined || !rest.startsWith(part)) return 0;
    rest = rest.slice(part.length);
    if (rest === "") return size;
  }
  return 0;
}

const JOIN_SIZES: readonly number[] = Array.from({ length: MAX_JOINED_TOKENS - 1 }, (_, index) => index + 2);
