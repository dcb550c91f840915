import { z } from "zod";
import { GRADES } from "../matching/grades.ts";
import {
  checkPrices,
  condition,
  keywordList,
  marketplaces,
  price,
  providerList,
  type RuleQuery,
} from "../matching/rule_query.ts";
import { createRuleSchema } from "../watch_rules/schema.ts";

const DEFAULT_PAGE_SIZE = 24;
/** Most items of one page. */
export const MAX_PAGE_SIZE = 100;

const whole = (key: string, { min, max }: { min: number; max: number }) => {
  const error = (issue: { input?: unknown }) =>
    `${key} is a whole number ${
      max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`
    }, ` +
    `not ${JSON.stringify(issue.input)}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};

/** Body of `POST /api/search`: a rule's query in fewer words, with the page of its results. */
export const searchSchema = z.strictObject({
  keywords: keywordList("keywords").unwrap().unwrap().meta({
    description: "Each a phrase; all must occur in the title",
    examples: [["kind of blue"]],
  }),
  providers: providerList("providers").optional().describe("Absent: all that are enabled"),
  marketplaces: marketplaces.nullish().meta({
    description: "Of providers that have several; absent: yours, or this installation's choice",
    examples: [["EBAY_GB"]],
  }),
  min_price: price("min_price").nullish().describe("Inclusive, in your currency"),
  max_price: price("max_price").nullish().describe("Inclusive, in your currency"),
  min_condition: condition.nullish().meta({
    description: `One of ${GRADES.join(", ")}, or its name`,
    examples: ["VG+"],
  }),
  page: whole("page", { min: 1, max: Number.MAX_SAFE_INTEGER }).default(1),
  page_size: whole("page_size", { min: 1, max: MAX_PAGE_SIZE }).default(DEFAULT_PAGE_SIZE),
}).transform((wire, ctx): Search => {
  const { keywords, providers, marketplaces, min_price, max_price, min_condition, page, page_size } = wire;
  const query: RuleQuery = {
    ...(providers ? { sources: providers } : {}),
    ...(marketplaces ? { marketplaces } : {}),
    keywords,
    any_keywords: [],
    exclude_keywords: [],
    ...(min_price === null || min_price === undefined ? {} : { min_price }),
    ...(max_price === null || max_price === undefined ? {} : { max_price }),
    ...(min_condition ? { min_condition } : {}),
    ungraded: "exclude",
    formats: [],
  };
  if (keywords.length === 0) {
    ctx.addIssue({ code: "custom", path: ["keywords"], message: "keywords must have text to look for" });
  }
  checkPrices(query, ctx);
  return { query, page, page_size };
}).meta({ id: "Search", description: "What to look for, and which page of it" });

/** What is searched for, as the query of a rule that would match the same, and which page of it. */
export interface Search {
  query: RuleQuery;
  page: number;
  page_size: number;
}

/** Body of `POST /api/search/save-alert`; the page of the search means nothing here. */
export const saveAlertSchema = z.strictObject({
  name: createRuleSchema.shape.name,
  query: searchSchema,
  poll_interval_seconds: createRuleSchema.shape.poll_interval_seconds,
}).meta({ id: "SaveAlert", description: "A search to be watched" });
export type SaveAlert = z.infer<typeof saveAlertSchema>;

/** One hit. */
export const searchItemSchema = z.object({
  id: z.string().describe("Stable: the listing's id"),
  listing_id: z.uuid().nullable(),
  provider: z.string(),
  external_id: z.string(),
  kind: z.enum(["offer", "release", "floor"]).describe(
    "A release is not an offer: it says that the record exists",
  ),
  title: z.string(),
  url: z.string().describe("The link to follow; it may begin at this service"),
  public_url: z.string().describe("The provider's own page"),
  image_url: z.string().nullable(),
  price: z.number().nullable().describe("Null: unknown, never free"),
  price_kind: z.enum(["fixed", "bid"]).describe("bid: the present bid of an auction"),
  currency: z.string().length(3).describe("Of the price; where that is unknown, yours"),
  shipping: z.number().nullable().describe(
    "In the same currency, beside the price and not in it, to buyers on the marketplaces searched; null: unknown, 0: free",
  ),
  condition: z.string().nullable().describe("In the provider's own words"),
  grade: z.enum(GRADES).nullable().describe("As understood from condition and title"),
  seller: z.string().nullable(),
  location: z.string().nullable(),
  discogs_release_id: z.int().nullable(),
  listed_at: z.date().nullable(),
  ends_at: z.date().nullable().describe("When an auction ends; null: the provider does not say"),
  marketplaces: z.array(z.string()).describe("Where it is listed or was found, such as EBAY_GB"),
  observed_at: z.date().describe("When the provider said all this"),
}).meta({ id: "SearchItem" });
export type SearchItem = z.infer<typeof searchItemSchema>;

const searchGroupSchema = z.object({
  provider: z.string(),
  name: z.string(),
  found: z.int().describe("Hits known by now"),
  has_more: z.boolean().describe("Further pages of the provider are read when yours get there"),
  isolate_display: z.boolean().describe("Its items are shown in a group of their own"),
  attribution: z.object({ text: z.string(), url: z.string() }).nullable().describe(
    "Credit to show beside its items",
  ),
  notice: z.string().nullable().describe("To be shown somewhere in the application"),
}).meta({ id: "SearchGroup", description: "What one provider found, and how it has to be shown" });

/** What one provider found, and how it has to be shown. */
export type SearchGroup = z.infer<typeof searchGroupSchema>;

/** The answer of `POST /api/search`. */
export const searchAnswerSchema = z.object({
  items: z.array(searchItemSchema).describe("One provider after the other, never mixed"),
  pagination: z.object({
    page: z.int(),
    page_size: z.int(),
    total: z.int().describe("Hits known by now"),
    returned: z.int(),
    total_pages: z.int(),
    has_next: z.boolean().describe("Also when a provider has pages that were not read yet"),
  }),
  providers_searched: z.array(z.string()),
  provider_errors: z.record(z.string(), z.string()).describe("Provider → why it found nothing, or not all"),
  groups: z.array(searchGroupSchema).describe("In the order of the items"),
}).meta({ id: "SearchAnswer" });
export type SearchAnswer = z.infer<typeof searchAnswerSchema>;
