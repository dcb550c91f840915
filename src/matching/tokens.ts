import { normalise } from "./normalise.ts";

/**
 * The words of a title or a keyword, normalised and in order (semantics §2, steps 1 to 9). The only text function of
 * the matcher, used on both sides: a listing matches by these tokens and never by substring. Empty when the text has
 * no letter and no digit.
 */
export function tokens(text: string): string[] {
  const words = normalise(text).match(TOKEN) ?? [];
  const meaningful = words.filter((word) => word !== "and");
  return meaningful.length === 0 ? words : foldUnits(meaningful);
}

/**
 * Everything a listing can be found by in the index: its distinct tokens and the joined forms of two and three
 * adjacent letter tokens, from four letters on (`ac dc` is also `acdc`).
 */
export function listingKeys(listingTokens: readonly string[]): string[] {
  const keys = new Set(listingTokens);
  for (let start = 0; start < listingTokens.length; start++) {
    for (let size = 2; size <= MAX_JOINED_TOKENS; size++) {
      const joined = joinTokens(listingTokens, start, size);
      if (joined !== null) keys.add(joined);
    }
  }
  return [...keys];
}

/** How many adjacent tokens may stand for one word. */
export const MAX_JOINED_TOKENS = 3;

/** Shortest joined form, in letters: from here on `hiphop` and `hip hop` are the same, below `re m` is not `rem`. */
export const MIN_JOINED_LETTERS = 4;

/**
 * `size` tokens from `start` written as one word; null when they are not all letter tokens, when the word would be
 * shorter than four letters, or past the end.
 */
export function joinTokens(list: readonly string[], start: number, size: number): string | null {
  if (start + size > list.length) return null;
  let joined = "";
  for (let index = start; index < start + size; index++) {
    const token = list[index] ?? "";
    if (!isLetterToken(token)) return null;
    joined += token;
  }
  return letterCount(joined) >= MIN_JOINED_LETTERS ? joined : null;
}

/** True for an alphabetic run; false for digits, Katakana runs and single Han or Hiragana characters. */
export function isLetterToken(token: string): boolean {
  const first = token.charCodeAt(0);
  if (first < 0x80) return first >= 0x61 && first <= 0x7a;
  return ALPHABETIC.test(token);
}

/** Letters of a token; combining marks do not count. */
export function letterCount(token: string): number {
  if (/^\p{ASCII}*$/u.test(token)) return token.length;
  return token.replace(/\p{M}+/gu, "").replace(/[\u{10000}-\u{10ffff}]/gu, "x").length;
}

const ALPHABETIC = /^(?![\p{sc=Katakana}\p{sc=Han}\p{sc=Hiragana}ー])\p{L}/u;

// ー lengthens a vowel and belongs to the Katakana run; U+3099 and U+309A are voicing marks that did not compose.
const TOKEN = new RegExp(
  String.raw`\p{Nd}+` +
    String.raw`|[[\p{L}&&\p{sc=Katakana}]ー][[\p{L}&&\p{sc=Katakana}]ー\u3099\u309a]*` +
    String.raw`|[[\p{L}\p{N}]&&[\p{sc=Han}\p{sc=Hiragana}]]\p{M}*` +
    String.raw`|[\p{L}--[\p{sc=Katakana}\p{sc=Han}\p{sc=Hiragana}ー]]` +
    String.raw`[[\p{L}\p{M}]--[\p{sc=Katakana}\p{sc=Han}\p{sc=Hiragana}ー]]*`,
  "gv",
);

/** Words that `2x` may stand before. */
const COUNTED = new Set(
  ("lp lps ep eps cd cds sacd sacds dvd dvds vinyl vinyls cassette cassettes tape tapes mc mcs box boxes disc discs " +
    "disk disks record records album albums single singles inch flexi flexis shellac bluray reel reels")
    .split(" "),
);
const GRAM_WORDS = new Set(["g", "gr", "gm", "gms", "grs", "gram", "grams", "gramm", "gramme", "grammes"]);
// A weight has at most three digits: in "1973 Gram Parsons" the year is not one.
const WEIGHT = /^\d{1,3}$/;
const DIGITS = /^\p{Nd}/u;

/** Step 4 on words: `2 x lp` and `2 xlp` are `2 lp`, `180 gram` is `180 g`, `12 inches` is `12 inch`. */
function foldUnits(words: readonly string[]): string[] {
  const folded: string[] = [];
  for (const [index, word] of words.entries()) {
    const previous = words[index - 1];
    if (previous === undefined || !DIGITS.test(previous)) folded.push(word);
    else if (word === "x" && isCounted(words[index + 1])) continue;
    else if (word[0] === "x" && COUNTED.has(word.slice(1))) folded.push(word.slice(1));
    else if (word === "inches") folded.push("inch");
    else if (GRAM_WORDS.has(word) && WEIGHT.test(previous)) folded.push("g");
    else folded.push(word);
  }
  return folded;
}

function isCounted(word: string | undefined): boolean {
  return word !== undefined && (COUNTED.has(word) || DIGITS.test(word));
}
