import { z } from "zod";
import { FORMATS, parseFormatName } from "./formats.ts";
import { type Grade, GRADES, parseGradeName } from "./grades.ts";
import { parseQ } from "./parse_q.ts";
import { tokens } from "./tokens.ts";

/** Most entries of a keyword list; the longest real rules of collectors hold about twenty. */
export const MAX_KEYWORDS = 50;
/** Longest keyword, in characters; longer than any title of the corpus. */
export const MAX_KEYWORD_LENGTH = 200;
/** Longest free text, in characters. */
export const MAX_Q_LENGTH = 500;
/** Most sources, formats. */
const MAX_CHOICES = 50;
/** Largest price bound, in whole units: every currency's minor units stay exact integers. */
export const MAX_PRICE = 1_000_000_000;

/** The canonical form of a rule's query, as stored; everything in it is enforced by matchListing(). */
export interface RuleQuery {
  /** Absent: the caller has to fill in all enabled providers. Lower-case, distinct, in the order given. */
  sources?: string[] | undefined;
  /** Of providers with several marketplaces, those to watch; absent: none has been chosen. Upper case, sorted. */
  marketplaces?: string[] | undefined;
  /** Each a phrase; all must occur. */
  keywords: string[];
  /** At least one must occur, when there are any. */
  any_keywords: string[];
  /** None may occur. */
  exclude_keywords: string[];
  q?: string | undefined;
  /** Inclusive, in whole units of `currency` (39.5). */
  min_price?: number | undefined;
  max_price?: number | undefined;
  /** ISO 4217, upper case. Absent: the caller has to fill in the user's currency. */
  currency?: string | undefined;
  min_condition?: Grade | undefined;
  /** What a listing without a grade does under `min_condition`. */
  ungraded: "exclude" | "include";
  /** Empty: any format. */
  formats: string[];
}

/** The wire form that ruleQuerySchema accepts. */
export type RuleQueryInput = z.input<typeof wireSchema>;

const KEYWORD_LISTS = ["keywords", "any_keywords", "exclude_keywords"] as const;

/** Ids of providers under `key`: lower-case, distinct, in the order given. Whether they exist is the caller's to check. */
export const providerList = (key: string) =>
  z
    .array(z.string(entryError(key)), listError(key))
    .max(MAX_CHOICES, `${key} must have at most ${MAX_CHOICES} entries`)
    .transform((list, ctx) => {
      const names = distinct(list.map((name) => clean(name).toLowerCase()));
      if (names.length === 0) addIssue(ctx, [], `${key} must name at least one provider`);
      return names;
    });

const sources = providerList("sources");

/** Marketplaces of a provider: upper case, distinct, sorted. Whether they exist is the caller's to check. */
export const marketplaces = z
  .array(z.string(entryError("marketplaces")), listError("marketplaces"))
  .max(MAX_CHOICES, `marketplaces must have at most ${MAX_CHOICES} entries`)
  .transform((list, ctx) => {
    const names = distinct(list.map((name) => clean(name).toUpperCase())).sort();
    if (names.length === 0) addIssue(ctx, [], "marketplaces must name at least one marketplace");
    return names;
  });

/** A price bound under `key`, in whole units of a currency. */
export const price = (key: string) =>
  z
    .number({
      error: (issue) => `${key} must be a number from 0 to ${MAX_PRICE}, not ${shown(issue.input)}`,
    })
    .refine((value) => value >= 0 && value <= MAX_PRICE, {
      error: (issue) => `${key} must be from 0 to ${MAX_PRICE}, not ${shown(issue.input)}`,
    });

const currency = z.string(textError("currency")).transform((text, ctx) => {
  const code = text.trim().toUpperCase();
  if (!isCurrency(code)) {
    addIssue(ctx, [], `currency must be a code of ISO 4217 such as USD, not ${shown(text)}`);
  }
  return code;
});

/** `min_condition`: a grade or its name. */
export const condition = z.string(textError("min_condition")).transform((text, ctx) => {
  const grade = parseGradeName(text);
  if (grade === null) {
    addIssue(
      ctx,
      [],
      `min_condition must be a grade (${GRADES.join(", ")}) or its name, not ${shown(text)}`,
    );
  }
  return grade ?? z.NEVER;
});

const formats = z
  .array(z.string(entryError("formats")), listError("formats"))
  .max(MAX_CHOICES, `formats must have at most ${MAX_CHOICES} entries`)
  .transform((list, ctx) => {
    const named = list.flatMap((text, index) => {
      if (text.trim() === "") return [];
      const format = parseFormatName(text);
      if (format !== null) return [format];
      addIssue(ctx, [index], `formats must be of ${FORMATS.join(", ")}, not ${shown(text)}`);
      return [];
    });
    if (list.length > 0 && list.every((text) => text.trim() === "")) {
      addIssue(ctx, [], "formats must not be all blank");
    }
    return distinct(named);
  });

const freeText = z
  .string(textError("q"))
  .transform((text) => clean(text))
  .refine((text) => text.length <= MAX_Q_LENGTH, `q must have at most ${MAX_Q_LENGTH} characters`);

const wireSchema = z.strictObject({
  sources: sources.optional(),
  marketplaces: marketplaces.nullish(),
  keywords: keywordList("keywords"),
  any_keywords: keywordList("any_keywords"),
  exclude_keywords: keywordList("exclude_keywords"),
  q: freeText.nullish(),
  min_price: price("min_price").nullish(),
  max_price: price("max_price").nullish(),
  currency: currency.nullish(),
  min_condition: condition.nullish(),
  ungraded: z
    .enum(["exclude", "include"], {
      error: (issue) => `ungraded must be exclude or include, not ${shown(issue.input)}`,
    })
    .nullish(),
  formats: formats.nullish(),
}, {
  // A misspelt `max_prise` must not silently match everything.
  error: (issue) =>
    issue.code === "unrecognized_keys"
      ? `${issue.keys.map(shown).join(", ")} is not a key of a query; the keys are ${KEYS.join(", ")}`
      : `query must be an object, not ${shown(issue.input)}`,
});

const KEYS: string[] = Object.keys(wireSchema.shape);

/**
 * Reads the wire form of semantics §1 into the canonical one. Every issue has the path of its field and a message
 * with the value; null means "not given" except for `sources`. Whether sources exist is the caller's to check.
 */
export const ruleQuerySchema = wireSchema
  .transform((wire, ctx): RuleQuery => {
    const query = canonical(wire);
    checkPrices(query, ctx);
    checkText(query, ctx);
    return query;
  });

type Issues = Pick<z.RefinementCtx, "addIssue">;

function canonical(wire: z.output<typeof wireSchema>): RuleQuery {
  return {
    ...(wire.sources ? { sources: wire.sources } : {}),
    ...(wire.marketplaces ? { marketplaces: wire.marketplaces } : {}),
    keywords: wire.keywords ?? [],
    any_keywords: wire.any_keywords ?? [],
    exclude_keywords: wire.exclude_keywords ?? [],
    ...(wire.q ? { q: wire.q } : {}),
    ...(wire.min_price === null || wire.min_price === undefined ? {} : { min_price: wire.min_price }),
    ...(wire.max_price === null || wire.max_price === undefined ? {} : { max_price: wire.max_price }),
    ...(wire.currency ? { currency: wire.currency } : {}),
    ...(wire.min_condition ? { min_condition: wire.min_condition } : {}),
    ungraded: wire.ungraded ?? "exclude",
    formats: wire.formats ?? [],
  };
}

/** Refuses an upper bound below the lower one. */
export function checkPrices(
  { min_price, max_price }: Pick<RuleQuery, "min_price" | "max_price">,
  ctx: Issues,
): void {
  if (min_price !== undefined && max_price !== undefined && max_price < min_price) {
    addIssue(ctx, ["max_price"], `max_price (${max_price}) must not be below min_price (${min_price})`);
  }
}

/** A rule without a text predicate would match every listing. */
function checkText(query: RuleQuery, ctx: Issues): void {
  const parsed = parseQ(query.q ?? "");
  const hasQ = parsed.runs.length + parsed.phrases.length > 0;
  if (query.q && !hasQ && parsed.exclusions.length === 0) {
    addIssue(ctx, ["q"], `q must contain a letter or a digit, which ${shown(query.q)} does not`);
  } else if (!hasQ && query.keywords.length + query.any_keywords.length === 0) {
    const path = query.q ? ["q"] : ["keywords"];
    addIssue(ctx, path, "the query must have text to look for: keywords, any_keywords or words in q");
  }
}

/** A list of phrases under `key`; blank ones are dropped, a list of nothing else is refused. */
export function keywordList(key: (typeof KEYWORD_LISTS)[number]) {
  return z
    .array(z.string(entryError(key)), listError(key))
    .transform((list, ctx) => {
      const kept = list.flatMap((text, index) => {
        const keyword = clean(text);
        if (keyword === "") return [];
        const problem = keywordProblem(key, keyword);
        if (problem !== null) addIssue(ctx, [index], problem);
        return [keyword];
      });
      if (list.length > 0 && kept.length === 0) addIssue(ctx, [], `${key} must not be all blank`);
      if (kept.length > MAX_KEYWORDS) {
        addIssue(ctx, [], `${key} must have at most ${MAX_KEYWORDS} entries, not ${kept.length}`);
      }
      return distinct(kept);
    })
    .nullish();
}

function keywordProblem(key: string, keyword: string): string | null {
  if (keyword.length > MAX_KEYWORD_LENGTH) {
    return `${key} entries must have at most ${MAX_KEYWORD_LENGTH} characters, not ${keyword.length}`;
  }
  if (tokens(keyword).length > 0) return null;
  return `${key} entries must contain a letter or a digit, which ${shown(keyword)} does not`;
}

/** Trimmed, white space collapsed, without what a database cannot store (U+0000, lone surrogates). */
function clean(text: string): string {
  return text.toWellFormed().replace(/[\p{Cc}\s]+/gu, " ").trim();
}

function distinct<T extends string>(list: readonly T[]): T[] {
  return [...new Set(list)].filter((entry) => entry !== "");
}

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

/** Whether `code` (upper case) is a currency of ISO 4217. */
export function isCurrency(code: string): boolean {
  return CURRENCIES.has(code);
}

function addIssue(ctx: Issues, path: (string | number)[], message: string): void {
  ctx.addIssue({ code: "custom", path, message });
}

function textError(key: string): { error: (issue: { input?: unknown }) => string } {
  return { error: (issue) => `${key} must be text, not ${shown(issue.input)}` };
}

function entryError(key: string): { error: (issue: { input?: unknown }) => string } {
  return { error: (issue) => `${key} entries must be text, not ${shown(issue.input)}` };
}

function listError(key: string): { error: (issue: { input?: unknown }) => string } {
  return { error: (issue) => `${key} must be a list of texts, not ${shown(issue.input)}` };
}

function shown(value: unknown): string {
  const json = typeof value === "number" ? String(value) : JSON.stringify(value) ?? String(value);
  return json.length > 80 ? `${json.slice(0, 79)}…` : json;
}
