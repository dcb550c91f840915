import type { CompiledQuery } from "./compile_rule.ts";
import { findKeyword, hasRun } from "./phrase.ts";

/** Whether the text predicates hold: the part of the verdict that the index of rules must not miss. */
export function matchesText(compiled: CompiledQuery, listingTokens: readonly string[]): boolean {
  const { required, words, any, excluded } = compiled;
  return required.length + words.length + any.length > 0 &&
    required.every((keyword) => findKeyword(keyword, listingTokens) !== null) &&
    words.every(({ runs }) => runs.some((run) => hasRun(run, listingTokens))) &&
    (any.length === 0 || any.some((keyword) => findKeyword(keyword, listingTokens) !== null)) &&
    excluded.every((keyword) => findKeyword(keyword, listingTokens) === null);
}
