import { boundInMinor } from "./decimal.ts";
import type { Grade } from "./grades.ts";
import { parseQ } from "./parse_q.ts";
import { isArticleOptional, type Keyword, keywordOf, runOf, type WordRun } from "./phrase.ts";
import type { RuleQuery } from "./rule_query.ts";
import { tokens } from "./tokens.ts";

/** Currency of the bounds of a rule that was stored without one. */
const DEFAULT_CURRENCY = "USD";

/** A keyword with the key of the query it comes from. */
export interface CompiledKeyword extends Keyword {
  predicate: "keywords" | "any_keywords" | "exclude_keywords" | "q";
}

/** Neighbouring words of `q`: one of the runs must occur (with and without a leading "the"). */
export interface CompiledWords {
  text: string;
  runs: readonly WordRun[];
}

/** A rule's query with everything worked out that matchListing() needs. Plain data. */
export interface CompiledQuery {
  /** Null: every provider. */
  sources: readonly string[] | null;
  /** Null: every marketplace of a provider that has several. */
  marketplaces: readonly string[] | null;
  /** Keywords and quoted phrases of `q`; all must occur. */
  required: readonly CompiledKeyword[];
  /** Unquoted words of `q`; all must occur. */
  words: readonly CompiledWords[];
  /** One must occur, when there are any. */
  any: readonly CompiledKeyword[];
  /** None may occur. */
  excluded: readonly CompiledKeyword[];
  /** Of the bounds. */
  currency: string;
  /** Inclusive, in minor units of `currency`; null is no bound. */
  min_minor: number | null;
  max_minor: number | null;
  min_grade: Grade | null;
  ungraded: "exclude" | "include";
  /** Empty: any format. */
  formats: readonly string[];
}

/** Works a query out for matching. A pure function of the query; cheap enough to run whenever a rule is loaded. */
export function compileRule(query: RuleQuery): CompiledQuery {
  const q = parseQ(query.q ?? "");
  const currency = query.currency ?? DEFAULT_CURRENCY;
  return {
    sources: query.sources ?? null,
    marketplaces: query.marketplaces ?? null,
    required: [
      ...compiled("keywords", query.keywords.map(termOf)),
      ...compiled("q", q.phrases),
    ],
    words: q.runs.map(wordsOf),
    any: compiled("any_keywords", query.any_keywords.map(termOf)),
    excluded: [
      ...compiled("exclude_keywords", query.exclude_keywords.map(termOf)),
      ...compiled("q", q.exclusions),
    ],
    currency,
    min_minor: query.min_price === undefined ? null : boundInMinor(query.min_price, currency, "min"),
    max_minor: query.max_price === undefined ? null : boundInMinor(query.max_price, currency, "max"),
    min_grade: query.min_condition ?? null,
    ungraded: query.ungraded,
    formats: query.formats,
  };
}

interface Term {
  text: string;
  tokens: readonly string[];
}

function termOf(text: string): Term {
  return { text, tokens: tokens(text) };
}

/** A keyword without a token occurs nowhere: one that got past the door makes a rule match nothing, never everything. */
function compiled(predicate: CompiledKeyword["predicate"], terms: readonly Term[]): CompiledKeyword[] {
  return terms.map((term) => ({ ...keywordOf(term.text, term.tokens), predicate }));
}

function wordsOf(words: readonly Term[]): CompiledWords {
  const runs = [runOf(words)];
  const [first] = words;
  const isArticle = first?.tokens.length === 1 && isArticleOptional(words.flatMap((word) => word.tokens));
  if (isArticle) runs.push(runOf(words.slice(1)));
  return { text: runs[0]?.text ?? "", runs };
}
