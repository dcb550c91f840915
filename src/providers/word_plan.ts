/** From a rule's text to the words a provider's search box needs. Pure. */
import { parseQ } from "../matching/parse_q.ts";
import type { RuleQuery } from "../matching/rule_query.ts";
import { searchWords } from "../matching/search_words.ts";

/** Words of one search, sorted, distinct, all required. */
export type Words = readonly string[];

/** The text of a rule for search boxes: all of `required`, and, unless empty, one of `alternatives` as a whole. */
export interface WordPlan {
  required: Words;
  /** Each without the required words; no alternative contains another, so one search never repeats another. */
  alternatives: readonly Words[];
}

/** Words the matcher ignores or may ignore, so a search that asks for them would miss matches. */
const OPTIONAL_WORDS: ReadonlySet<string> = new Set(["the", "and"]);

/**
 * The rule's words in canonical order: the same words in another order, case or accent give an equal plan.
 * Phrases become words, exclusions, prices and grades are left out: the result is a superset of what the rule matches.
 */
export function planWords(query: RuleQuery): WordPlan {
  const { runs, phrases } = parseQ(query.q ?? "");
  const free = [...runs.flat(), ...phrases].map((term) => term.text);
  const required = wordsOf([...query.keywords, ...free].flatMap(neededWords));
  const alternatives = query.any_keywords.map(neededWords).filter((alternative) => alternative.length > 0)
    .map((alternative) => wordsOf(alternative.filter((word) => !required.includes(word))));
  return { required, alternatives: withoutSupersets(alternatives) };
}

/** The words of one keyword; "the" and "and" only when it has no others ("The The"). */
function neededWords(keyword: string): string[] {
  const words = searchWords(keyword);
  const needed = words.filter((word) => !OPTIONAL_WORDS.has(word));
  return needed.length > 0 ? needed : words;
}

function wordsOf(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}

/** "blue" finds all that "blue train" finds. An alternative without words is always met: then none restricts. */
function withoutSupersets(alternatives: readonly Words[]): Words[] {
  const kept: Words[] = [];
  for (
    const words of alternatives.toSorted((a, b) => a.length - b.length || compare(a.join(" "), b.join(" ")))
  ) {
    if (!kept.some((smaller) => smaller.every((word) => words.includes(word)))) kept.push(words);
  }
  return kept.some((words) => words.length === 0) ? [] : kept;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
