import { z } from "zod";
import { toNumber } from "../pricing/money.ts";

/** Every kind of event; stored and sent to clients, so kinds are added, never renamed. */
export const EVENT_TYPES = [
  "RULE_CREATED",
  "RULE_UPDATED",
  "RULE_DISABLED",
  "RULE_ENABLED",
  "RULE_DELETED",
  "WATCH_RELEASE_CREATED",
  "WATCH_RELEASE_UPDATED",
  "WATCH_RELEASE_DISABLED",
  "WATCH_RELEASE_ENABLED",
  "NEW_MATCH",
  "SERVICE_NOTICE",
  "LISTING_FIRST_SEEN",
  "LISTING_PRICE_DROP",
  "LISTING_PRICE_RISE",
  "LISTING_SUPPLY_UP",
  "LISTING_ENDED",
  "IMPORT_STARTED",
  "IMPORT_COMPLETED",
  "IMPORT_FAILED",
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** What a provider said about the listing of an event, as of `observed_at`. */
export interface EventContent {
  provider: string;
  /** Null: of a listing whose content may no longer be kept. */
  title: string | null;
  url: string | null;
  image_url: string | null;
  price_minor: number | null;
  currency: string | null;
  /** The price told or seen before, where the event is about its change. */
  previous_price_minor?: number | null;
  previous_currency?: string | null;
  /** Of a floor: copies for sale. */
  for_sale_count?: number | null;
  /** Minor units of `currency`; null is unknown, 0 is free. */
  shipping_minor?: number | null;
  /** When an auction ends. */
  ends_at?: Date | null;
  condition: string | null;
  observed_at: Date;
  expires_at: Date | null;
}

/** An event about to be appended. `payload` holds our own reasons, `content` what a provider said. */
export interface EventDraft {
  user_id: string;
  type: EventType;
  rule_id?: string | null;
  watch_release_id?: string | null;
  listing_id?: string | null;
  payload: Record<string, unknown>;
  content?: EventContent;
}

/** An appended event; `seq` counts the user's events from 1 without a gap, in commit order. */
export interface AppendedEvent extends EventDraft {
  id: string;
  seq: number;
}

/** An event as the log is read; what a provider said is null where it said nothing we may show. */
export interface LoggedEvent {
  id: string;
  user_id: string;
  seq: number;
  type: EventType;
  rule_id: string | null;
  watch_release_id: string | null;
  listing_id: string | null;
  payload: Record<string, unknown>;
  created_at: Date;
  provider: string | null;
  title: string | null;
  url: string | null;
  image_url: string | null;
  price_minor: number | null;
  currency: string | null;
  previous_price_minor: number | null;
  previous_currency: string | null;
  for_sale_count: number | null;
  shipping_minor: number | null;
  ends_at: Date | null;
  condition: string | null;
  observed_at: Date | null;
}

/** Query parameters of the log, beside paging. */
export const eventFilter = {
  type: z.enum(EVENT_TYPES, {
    error: (issue) => `type is one of ${EVENT_TYPES.join(", ")}, not ${JSON.stringify(issue.input)}`,
  }).optional().describe("Only events of this kind"),
  rule_id: z.uuid({ error: (issue) => `rule_id is an id, not ${JSON.stringify(issue.input)}` })
    .transform((id) => id.toLowerCase()).optional().describe("Only events about this rule"),
};

/** The `Event` of the HTTP contract. */
export const eventSchema = z.object({
  id: z.uuid(),
  user_id: z.uuid(),
  seq: z.int().describe("Counts your events from 1 without a gap, in the order they were committed"),
  type: z.enum(EVENT_TYPES),
  rule_id: z.uuid().nullable(),
  watch_release_id: z.uuid().nullable(),
  listing_id: z.uuid().nullable(),
  payload: z.looseObject({
    reason: z.string().optional().describe("Why it happened, as a stable word"),
    import_job_id: z.uuid().optional().describe("Of an IMPORT event: its job"),
    matched: z.array(z.object({ kind: z.string(), id: z.uuid(), name: z.string() })).optional()
      .describe("Rules and release watches that matched, under their names then"),
    marketplaces: z.array(z.string()).optional()
      .describe("Those that these rules watch: shipping is what buyers there pay"),
    provider: z.string().optional(),
    title: z.string().optional(),
    url: z.string().nullable().optional(),
    image_url: z.string().nullable().optional(),
    price: z.number().nullable().optional().describe("Null: unknown"),
    currency: z.string().nullable().optional(),
    previous_price: z.number().nullable().optional().describe("Before, where the event is about its change"),
    previous_currency: z.string().nullable().optional(),
    for_sale_count: z.int().nullable().optional().describe("Of a floor price: copies for sale"),
    shipping: z.number().nullable().optional().describe("In currency; null: unknown, 0: free"),
    ends_at: z.date().nullable().optional().describe("When an auction ends"),
    condition: z.string().nullable().optional(),
    observed_at: z.date().optional().describe("What the provider said is as of this time"),
    attribution: z.object({ text: z.string(), url: z.string() }).nullable().optional()
      .describe("Credit that the provider asks to be shown beside it"),
  }).describe(
    "Our reasons, and what the provider said then. The latter is absent where there is none, and where the provider's terms no longer let it be shown",
  ),
  created_at: z.date(),
}).meta({ id: "Event", description: "Something that happened to a user; never changed afterwards" });

/** The credit that a provider's terms ask for beside what it said, and `page` shows; null: none. */
export type DescribeCredit = (
  provider: string,
  page: string | null,
) => { attribution: { text: string; url: string } | null };

/** An event as clients read it. */
export function toEventJson(event: LoggedEvent, describe: DescribeCredit): z.input<typeof eventSchema> {
  const { id, user_id, seq, type, rule_id, watch_release_id, listing_id, created_at } = event;
  return {
    id,
    user_id,
    seq,
    type,
    rule_id,
    watch_release_id,
    listing_id,
    payload: { ...event.payload, ...saidOf(event, describe) },
    created_at,
  };
}

function saidOf(event: LoggedEvent, describe: DescribeCredit) {
  const { provider, title, observed_at } = event;
  if (provider === null || title === null || observed_at === null) return {};
  return {
    provider,
    title,
    url: event.url,
    image_url: event.image_url,
    price: wireNumber(event.price_minor, event.currency),
    currency: event.currency,
    previous_price: wireNumber(event.previous_price_minor, event.previous_currency),
    previous_currency: event.previous_currency,
    for_sale_count: event.for_sale_count,
    shipping: wireNumber(event.shipping_minor, event.currency),
    ends_at: event.ends_at,
    condition: event.condition,
    observed_at,
    attribution: describe(provider, event.url).attribution,
  };
}

function wireNumber(minor: number | null, currency: string | null): number | null {
  return minor === null || currency === null ? null : toNumber(minor, currency);
}
