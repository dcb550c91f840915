import { z } from "zod";
import { storableText } from "../platform/text.ts";
import { DEFAULT_DROP_PERCENT, FIRST_RUN_POLICIES, type FirstRunPolicy } from "../alerts/schema.ts";
import { GRADES } from "../matching/grades.ts";
import { type RuleQuery, ruleQuerySchema } from "../matching/rule_query.ts";
import { type Polling, pollingSchema, type WatchedPoll } from "../polls/polling_schema.ts";

/** Shortest poll interval a user may ask for. */
export const MIN_INTERVAL_SECONDS = 30;
/** Longest poll interval a user may ask for: a day. */
export const MAX_INTERVAL_SECONDS = 86_400;
const DEFAULT_INTERVAL_SECONDS = 600;

const name = z.string({ error: (issue) => `name is text, not ${JSON.stringify(issue.input) ?? "absent"}` })
  .transform((text) => storableText(text).trim())
  .pipe(z.string().min(1, "name is empty").max(120, "name is longer than 120 characters"));

const interval = z.int({
  error: (issue) => `poll_interval_seconds is a whole number of seconds, not ${JSON.stringify(issue.input)}`,
})
  .min(MIN_INTERVAL_SECONDS, {
    error: (issue) => `poll_interval_seconds is at least ${MIN_INTERVAL_SECONDS}, not ${issue.input}`,
  })
  .max(MAX_INTERVAL_SECONDS, {
    error: (issue) => `poll_interval_seconds is at most ${MAX_INTERVAL_SECONDS}, not ${issue.input}`,
  });

const isActive = z.boolean({
  error: (issue) => `is_active is true or false, not ${JSON.stringify(issue.input)}`,
});

const whole = (key: string, { min, max }: { min: number; max: number }) => {
  const error = (issue: { input?: unknown }) =>
    `${key} is a whole number from ${min} to ${max}, not ${JSON.stringify(issue.input)}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};

/** Alert settings that this version enforces; any other key is refused by name, so that none is silently ignored. */
export const ruleAlertsSchema = z.strictObject({
  first_run: z.enum(FIRST_RUN_POLICIES, {
    error: (issue) =>
      `first_run is one of ${FIRST_RUN_POLICIES.join(", ")}, not ${JSON.stringify(issue.input)}`,
  }).nullish(),
  drop_percent: whole("drop_percent", { min: 1, max: 90 }).nullish(),
  remind_after_days: whole("remind_after_days", { min: 1, max: 365 }).nullish(),
}, {
  error: (issue) =>
    issue.code === "unrecognized_keys"
      ? `alerts.${issue.keys.join(", alerts.")} is not enforced by this version`
      : undefined,
});
export type RuleAlerts = z.infer<typeof ruleAlertsSchema>;

/** Body of `POST /api/watch-rules`. */
export const createRuleSchema = z.strictObject({
  name,
  query: ruleQuerySchema,
  is_active: isActive.default(true),
  poll_interval_seconds: interval.default(DEFAULT_INTERVAL_SECONDS),
  alerts: ruleAlertsSchema.nullish(),
});
export type CreateRule = z.infer<typeof createRuleSchema>;

/** Body of `PATCH /api/watch-rules/{id}`: absent is unchanged; `alerts: null` returns to the defaults. */
export const updateRuleSchema = z.strictObject({
  name: name.optional(),
  query: ruleQuerySchema.optional(),
  is_active: isActive.optional(),
  poll_interval_seconds: interval.optional(),
  alerts: ruleAlertsSchema.nullable().optional(),
});
export type UpdateRule = z.infer<typeof updateRuleSchema>;

/** A query with everything resolved that the user may leave out. */
export type StoredQuery = RuleQuery & { sources: string[]; currency: string };

const storedQuerySchema = z.object({
  sources: z.array(z.string()).meta({ examples: [["ebay", "discogs"]] }),
  marketplaces: z.array(z.string()).optional().meta({
    description: "Of sources that have several; absent: none of them has",
    examples: [["EBAY_GB"]],
  }),
  keywords: z.array(z.string()),
  any_keywords: z.array(z.string()),
  exclude_keywords: z.array(z.string()),
  q: z.string().optional(),
  min_price: z.number().optional(),
  max_price: z.number().optional(),
  currency: z.string(),
  min_condition: z.enum(GRADES).optional(),
  ungraded: z.enum(["exclude", "include"]),
  formats: z.array(z.string()),
}).meta({ id: "StoredQuery", description: "A query with everything filled in that may be left out" });

/** The `WatchRule` of the HTTP contract. */
export const watchRuleSchema = z.object({
  id: z.uuid(),
  user_id: z.uuid(),
  name: z.string(),
  query: storedQuerySchema,
  is_active: z.boolean(),
  poll_interval_seconds: z.int(),
  last_run_at: z.date().nullable().describe("Latest successful search; null: none yet"),
  next_run_at: z.date().nullable().describe("Earliest planned search; null: none is planned"),
  created_at: z.date(),
  updated_at: z.date(),
  alerts: z.object({
    first_run: z.enum(FIRST_RUN_POLICIES),
    drop_percent: z.int(),
    remind_after_days: z.int().nullable(),
  }),
  backfill: z.object({
    state: z.enum(["pending", "running", "completed"]),
    found: z.int().describe("Offers that were for sale already"),
    alerted: z.int().describe("How many of them were told"),
  }),
  polling: pollingSchema.nullable().describe("Null: it is stopped"),
  notices: z.array(z.string()).describe(
    "What you should know about its sources, and which lowest prices are read",
  ),
}).meta({ id: "WatchRule", description: "A saved search" });

/** A stored rule with what its polls and backfill did. */
export interface WatchRuleRow {
  id: string;
  user_id: string;
  name: string;
  query: StoredQuery;
  is_active: boolean;
  poll_interval_seconds: number;
  alerts: RuleAlerts;
  created_at: Date;
  updated_at: Date;
  compiled_rule_id: string;
  backfill_state: "pending" | "running" | "completed";
  backfill_found: number;
  backfill_alerted: number;
  /** Latest successful poll while it was active; null: none yet. */
  last_run_at: Date | null;
  /** Earliest planned poll; null: none, because the rule is not active. */
  next_run_at: Date | null;
  /** Null: none, because the rule is not active or no provider of it is enabled. */
  polls: WatchedPoll[] | null;
  /** Releases that its search found, of which the lowest price may be within its bounds. */
  releases_found: number;
}

/** What a rule's settings mean, defaults filled in. */
export function alertSettings(alerts: RuleAlerts | null | undefined): {
  first_run: FirstRunPolicy;
  drop_percent: number;
  remind_after_days: number | null;
} {
  return {
    first_run: alerts?.first_run ?? "top",
    drop_percent: alerts?.drop_percent ?? DEFAULT_DROP_PERCENT,
    remind_after_days: alerts?.remind_after_days ?? null,
  };
}

/** The `WatchRule` of the HTTP contract; `told` is what is known of its sources. */
export function toWatchRuleJson(
  row: WatchRuleRow,
  told: { polling: Polling | null; notices: string[] },
): z.input<typeof watchRuleSchema> {
  return {
    id: row.id,
    user_id: row.user_id,
    name: row.name,
    query: row.query,
    is_active: row.is_active,
    poll_interval_seconds: row.poll_interval_seconds,
    last_run_at: row.last_run_at,
    next_run_at: row.next_run_at,
    created_at: row.created_at,
    updated_at: row.updated_at,
    alerts: alertSettings(row.alerts),
    backfill: { state: row.backfill_state, found: row.backfill_found, alerted: row.backfill_alerted },
    ...told,
  };
}
