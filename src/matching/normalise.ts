import { decodeEntities } from "./entities.ts";

/**
 * Longest text that is looked at, in UTF-16 units. Titles end near 300; the cap keeps one hostile feed entry from
 * costing more than a page of listings.
 */
export const MAX_TEXT_LENGTH = 10_000;

const ASCII_ONLY = /^\p{ASCII}*$/u;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}+/gu;
// NFKD turns ⅓ into 1⁄3, so that "33⅓" would read 331/3.
const VULGAR_FRACTION = /[\u00bc-\u00be\u2150-\u215f\u2189]/g;
// NFKD turns these into the letters TM and SM, glued to the word before.
const LETTER_SIGN = /[\u2122\u2120]/g;
const QUOTES = /[“”„‟«»″‶＂〝〞〟❝❞״]/g;
// ´ and friends must go before NFKD, which turns them into a space and a combining mark.
const APOSTROPHES = /[’‘‛`´ʹʻʼʽʾʿˈˊˋ′‵＇｀՚ꞌꞋ׳]/g;
const LATIN_OR_GREEK_MARKS = /([\p{Script=Latin}\p{Script=Greek}])\p{M}+/gu;
const DECOMPOSED_YO = /е\u0308+/g;
const SPECIAL_LETTERS = /[ßøđðþłæœŧħıς]/g;
const SPECIAL_LETTER_FORMS: Readonly<Record<string, string>> = {
  "ß": "ss",
  "ø": "o",
  "đ": "d",
  "ð": "d",
  "þ": "th",
  "ł": "l",
  "æ": "ae",
  "œ": "oe",
  "ŧ": "t",
  "ħ": "h",
  "ı": "i",
  "ς": "σ",
};

// Records are at most two digits wide, so `1999"` is the end of a quotation; so is the second mark of `"7"`.
const INCH_MARK = /(?<!\d|(?:^|[^\d])")(\d{1,2})(?:"|'')/g;
const THOUSANDS = /(?<!\d)\d{1,3}(?:,\d{3})+(?!\d)/g;
const TWO_LETTER_GRADE = /(?<![\p{L}\p{M}\p{N}])(vg|ex|nm)(\+{1,2})/gu;
const ONE_LETTER_GRADE = /(?<![\p{L}\p{M}\p{N}])([gefp])(\+{1,2})(?![\p{L}\p{N}])/gu;
const INNER_DOLLARS = /(?<=[\p{L}\p{M}])\$+(?=\p{L})/gu;
const INNER_EXCLAMATION = /(?<=[\p{L}\p{M}])!(?=\p{L})/gu;
// With marks that stand on it, which would move to the letter before.
const APOSTROPHE = /'\p{M}*/gu;
const ACRONYM = /(?<![\p{L}\p{M}\p{N}])\p{L}(?:\.\p{L})+(?![\p{L}\p{M}])/gu;

/**
 * Lower-case, folded text of a title or a keyword: semantics §2, steps 1 to 7. Words are not split yet; punctuation
 * that separates is still there. Linear in the length; accepts every string, lone surrogates included.
 */
export function normalise(text: string): string {
  return foldNotation(foldLetters(decodeEntities(text.slice(0, MAX_TEXT_LENGTH))));
}

/** Steps 1 to 3: letters. */
function foldLetters(text: string): string {
  if (ASCII_ONLY.test(text)) return text.replaceAll("`", "'").toLowerCase();
  return text
    .replace(VULGAR_FRACTION, " $&")
    .replace(LETTER_SIGN, " ")
    .replace(INVISIBLE, "")
    .replace(QUOTES, '"')
    .replace(APOSTROPHES, "'")
    .normalize("NFKD")
    .replace(APOSTROPHES, "'")
    .replace(LATIN_OR_GREEK_MARKS, "$1")
    .toLowerCase()
    .replace(LATIN_OR_GREEK_MARKS, "$1")
    .replace(DECOMPOSED_YO, "е")
    .normalize("NFC")
    .replace(SPECIAL_LETTERS, (letter) => SPECIAL_LETTER_FORMS[letter] ?? letter);
}

/** Steps 4 to 7: numbers, sizes, grades, stylised words, acronyms, apostrophes. */
function foldNotation(text: string): string {
  let folded = text;
  if (folded.includes('"') || folded.includes("''")) folded = folded.replace(INCH_MARK, "$1 inch ");
  if (folded.includes(",")) folded = folded.replace(THOUSANDS, (digits) => digits.replaceAll(",", ""));
  if (folded.includes("+")) {
    folded = folded.replace(TWO_LETTER_GRADE, gradeWord).replace(ONE_LETTER_GRADE, gradeWord);
  }
  if (folded.includes("$")) folded = folded.replace(INNER_DOLLARS, (signs) => "s".repeat(signs.length));
  if (folded.includes("!")) folded = folded.replace(INNER_EXCLAMATION, "i");
  if (folded.includes(".")) folded = folded.replace(ACRONYM, (acronym) => acronym.replaceAll(".", ""));
  return folded.includes("'") ? folded.replace(APOSTROPHE, "") : folded;
}

function gradeWord(_whole: string, letters: string, pluses: string): string {
  return `${letters}${pluses.length === 2 ? "plusplus" : "plus"} `;
}
