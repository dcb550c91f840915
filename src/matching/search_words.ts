import { normalise } from "./normalise.ts";

/**
 * Words to put into a marketplace's search box for a keyword or a free text: lower-case, accents folded, punctuation
 * gone, letters and digits of one word kept together (`u2`), "and" dropped, distinct, in order. What sellers write
 * in many ways (`12"`, `180 gram`, `2xLP`) is left out while other words remain: sent along, it would hide listings
 * that match.
 */
export function searchWords(text: string): string[] {
  const words = (normalise(text).match(WORD) ?? []).map((word) => word.replace(QUANTITY, ""));
  const named = words.filter((word) => word !== "and");
  const [best] = [named.filter(isSpeltOneWay), named, words].filter((list) => list.length > 0);
  return [...new Set(best)];
}

const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu;
/** `2xlp` and `2lp` ask for `lp`. */
const QUANTITY = /^\d{1,2}x?(?=(?:lp|cd|dvd|ep)s?$)/;
const UNIT = /^(?:inch|inches|g|gr|gm|grams?)$/;
const COUNTED = /^(?:lp|cd|dvd|ep)s?$/;
const SHORT_NUMBER = /^\d{1,3}$/;
const MEASURE = /^(?:\d{1,3}(?:g|gr|gm|grams?|inch(?:es)?)|(?:vg|ex|nm|g|e|f|p)plus(?:plus)?)$/;

function isSpeltOneWay(word: string, index: number, words: readonly string[]): boolean {
  const next = words[index + 1] ?? "";
  if (SHORT_NUMBER.test(word)) return !UNIT.test(next) && !COUNTED.test(next);
  return !MEASURE.test(word) && !(UNIT.test(word) && SHORT_NUMBER.test(words[index - 1] ?? ""));
}
