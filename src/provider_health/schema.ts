import { z } from "zod";

const FILTERS = [
  "keywords",
  "any_keywords",
  "q",
  "exclude_keywords",
  "min_price",
  "max_price",
  "min_condition",
  "formats",
  "marketplaces",
] as const;

const termsSchema = z.object({
  max_age_seconds: z.int().nullable().describe(
    "How old what is shown of it may be; older content is asked for again or no longer shown. Null: no limit",
  ),
  retention: z.array(z.enum(["title", "url"])).describe("What stays of an item when that age is reached"),
  isolate_display: z.boolean().describe("Its items are shown in a group of their own"),
  may_model_prices: z.boolean().describe("Its prices may be used to suggest or model prices"),
  attribution: z.object({ text: z.string(), url: z.string() }).nullable()
    .describe("Credit to show beside its items"),
  notice: z.string().nullable().describe("To be shown somewhere in the application"),
});

const quotaSchema = z.object({
  scope: z.string().describe("Whom the provider counts: providers with the same scope share its calls"),
  windows: z.array(z.object({
    seconds: z.int(),
    limit: z.int().describe("Most calls in any so many seconds, of the whole installation"),
    reserve: z.int().describe("Of these: left to people who search"),
    used: z.int().nullable().describe(
      "Calls of the whole installation that count in it now; null: of what people added that is nobody's to know",
    ),
  })),
});

const readingSchema = z.object({
  limit: z.int(),
  remaining: z.int(),
  window_seconds: z.int(),
  resets_at: z.date().nullable().describe(
    "When the window begins anew; null: it moves, or the provider did not say",
  ),
  read_at: z.date(),
});

/** How a provider fares, in one word. */
export const HEALTH_STATUSES = ["ok", "backing_off", "failing", "silent", "disabled", "never_asked"] as const;
export type HealthStatus = (typeof HEALTH_STATUSES)[number];

const healthSchema = z.object({
  status: z.enum(HEALTH_STATUSES).describe(
    "ok; backing_off: left alone until blocked_until after failures; failing: its last call failed; silent: nothing " +
      "came of it for long; disabled: switched off here; never_asked",
  ),
  blocked_until: z.date().nullable().describe("No call before this; null: it may be asked"),
  last_success_at: z.date().nullable(),
  last_error: z.string().nullable().describe("Why its last failed call failed; null: none did"),
  last_error_at: z.date().nullable(),
});

const pollsSchema = z.object({
  active: z.int().describe("Searches that are repeated for you; others may share them"),
  due: z.int().describe("Of these: due now"),
  late: z.int().describe("Of these: due for longer than their interval"),
  failing: z.int().describe("Of these: the last run failed"),
  with_gap: z.int().describe("Of these: a run of the last day reached its page limit and left a gap"),
  last_gap_at: z.date().nullable().describe("When the latest such run was, however long ago"),
});

/** A provider as `GET /api/providers` shows it. */
export const providerSchema = z.object({
  id: z.string().meta({ examples: ["ebay"] }),
  name: z.string().describe("For people").meta({ examples: ["eBay"] }),
  kind: z.enum(["offers", "aggregate", "catalogue", "feed"]).describe(
    "offers: single offers; aggregate: floor prices and counts; catalogue: releases; feed: entries of a feed",
  ),
  enabled: z.boolean(),
  disabled_reason: z.string().nullable(),
  filters: z.array(z.enum(FILTERS)).describe(
    "Parts of a rule's query it applies itself; we apply the others",
  ),
  grade_source: z.enum(["condition", "title", "none"]),
  currency_source: z.enum(["listing", "fixed", "configured", "text", "none"]).describe(
    "listing: each names its own; fixed: asked in one; configured: by who added it; text: read from it",
  ),
  sees_endings: z.boolean().describe("Whether it is noticed that an offer is over"),
  single_listings: z.boolean().describe("Whether a single listing can be looked at again"),
  marketplaces: z.object({ known: z.array(z.string()), default: z.string() }).nullable()
    .describe("Null: it has but one"),
  min_interval_seconds: z.int().describe("Shortest time between two runs of one search"),
  terms: termsSchema,
  quota: quotaSchema.nullable().describe("Null: it says no number that has to be counted"),
  quota_reading: readingSchema.nullable().describe(
    "What the provider itself last said of the calls left to this service's own credentials; null: never read",
  ),
  health: healthSchema,
  polls: pollsSchema,
}).meta({
  id: "Provider",
  description: "A marketplace, shop or feed: what it can do, its terms and its health",
});
export type ProviderJson = z.input<typeof providerSchema>;
