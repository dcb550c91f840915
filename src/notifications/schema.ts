import { z } from "zod";
import { formatMoney, toNumber } from "../pricing/money.ts";
import { EVENT_TYPES, type EventType } from "../events/schema.ts";
import { titleOfForgotten } from "./forgotten.ts";
import { endsText, shippingText } from "./offer_words.ts";

/** Our reasons, as events hold them; the type of an event says which are there. */
const reasonsSchema = z.object({
  reason: z.string().optional().describe("Why you were told, as a stable word such as price_drop"),
  matched: z.array(
    z.strictObject({ kind: z.enum(["watch_rule", "watch_release"]), id: z.uuid(), name: z.string() }),
  ).optional()
    .describe("Your rules and release watches that matched, under their names then"),
  marketplaces: z.array(z.string()).optional()
    .describe("Those that these rules watch: shipping is what buyers there pay"),
  name: z.string().optional().describe("Of an event about a rule or a watch: its name"),
  price_kind: z.enum(["fixed", "bid"]).optional(),
  listing_kind: z.enum(["offer", "release", "floor"]).optional(),
  import_job_id: z.uuid().optional().describe("Of an import: its job"),
  notice: z.string().optional().describe("Of a SERVICE_NOTICE: what it is about, as a stable word"),
  title: z.string().optional().describe("Of a SERVICE_NOTICE or an import"),
  text: z.string().optional().describe("Of a SERVICE_NOTICE or an import"),
  incident: z.strictObject({
    provider: z.string(),
    cause: z.string().describe("The kind of the failure, as a stable word such as unavailable"),
    since: z.string().describe("When a search there last succeeded"),
    rules: z.array(
      z.strictObject({ kind: z.enum(["watch_rule", "watch_release"]), id: z.uuid(), name: z.string() }),
    ).describe("Your rules and release watches with searches there, the first few"),
    rule_count: z.int().describe("How many there are"),
  }).optional().describe("Of a notice that a provider fails, or answers again"),
});

/** An inbox row joined with its event and what the provider said. */
export interface InboxRow {
  id: string;
  user_id: string;
  event_id: string;
  event_type: EventType;
  seq: number;
  read_at: Date | null;
  created_at: Date;
  rule_id: string | null;
  watch_release_id: string | null;
  listing_id: string | null;
  payload: z.infer<typeof reasonsSchema>;
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
  /** What the provider said may no longer be shown, but for what is left in the fields above. */
  is_forgotten: boolean;
}

/** How a provider is shown: "eBay" for "ebay", and the credit its terms ask for beside what `page` shows (null: none). */
export type DescribeProvider = (
  id: string,
  page?: string | null,
) => { name: string; attribution: { text: string; url: string } | null };

// Strict, which says the same of an answer: else the description would name it twice, read loosely and written closed.
const payloadSchema = z.strictObject({
  ...reasonsSchema.shape,
  rule_id: z.uuid().nullable(),
  watch_release_id: z.uuid().nullable(),
  listing_id: z.uuid().nullable(),
  provider: z.string().nullable(),
  attribution: z.strictObject({ text: z.string(), url: z.string() }).nullable()
    .describe("The credit that the provider's terms ask to be shown beside it"),
  price: z.number().nullable().describe("In whole units of currency; null: unknown, never 0"),
  currency: z.string().nullable(),
  previous_price: z.number().nullable(),
  previous_currency: z.string().nullable(),
  for_sale_count: z.int().nullable(),
  shipping: z.number().nullable().describe("In currency, beside the price; null: unknown, 0: free"),
  ends_at: z.date().nullable().describe("When an auction ends"),
  condition: z.string().nullable(),
  observed_at: z.date().nullable().describe("What the provider said is as of this moment"),
}).meta({ id: "NotificationPayload", description: "Our reasons, and what the provider said" });

/** An inbox row as clients read it. */
export const notificationSchema = z.object({
  id: z.uuid(),
  user_id: z.uuid(),
  event_id: z.uuid(),
  event_type: z.enum(EVENT_TYPES),
  channel: z.literal("realtime"),
  status: z.literal("delivered"),
  is_read: z.boolean(),
  delivered_at: z.date().nullable(),
  failed_at: z.date().nullable(),
  read_at: z.date().nullable(),
  created_at: z.date(),
  title: z.string(),
  body: z.string(),
  url: z.string().nullable(),
  image_url: z.string().nullable(),
  payload: payloadSchema,
}).meta({ id: "Notification", description: "One row of the inbox" });

/** An inbox row as clients read it. */
export function toNotificationJson(
  row: InboxRow,
  describe: DescribeProvider,
): z.input<typeof notificationSchema> {
  return {
    id: row.id,
    user_id: row.user_id,
    event_id: row.event_id,
    event_type: row.event_type,
    channel: "realtime",
    status: "delivered",
    is_read: row.read_at !== null,
    delivered_at: row.created_at,
    failed_at: null,
    read_at: row.read_at,
    created_at: row.created_at,
    title: row.title ?? ownTitle(row) ?? titleOfForgotten({
      provider: row.provider === null ? "a marketplace" : describe(row.provider).name,
      listing_kind: row.payload.listing_kind,
    }),
    body: bodyOf(row, describe),
    url: row.url,
    image_url: row.image_url,
    payload: {
      ...row.payload,
      rule_id: row.rule_id,
      watch_release_id: row.watch_release_id,
      listing_id: row.listing_id,
      provider: row.provider,
      attribution: row.provider === null ? null : describe(row.provider, row.url).attribution,
      price: wireNumber(row.price_minor, row.currency),
      currency: row.currency,
      previous_price: wireNumber(row.previous_price_minor, row.previous_currency),
      previous_currency: row.previous_currency,
      for_sale_count: row.for_sale_count,
      shipping: wireNumber(row.shipping_minor, row.currency),
      ends_at: row.ends_at,
      condition: row.condition,
      observed_at: row.observed_at,
    },
  };
}

/** The data of one stream message: an inbox row, short. */
export const streamMessageSchema = notificationSchema.pick({
  event_id: true,
  event_type: true,
  created_at: true,
  title: true,
  body: true,
  url: true,
  payload: true,
}).extend({
  notification_id: z.uuid(),
  seq: z.int().describe("Where a stream goes on when it is opened with it as Last-Event-ID"),
}).meta({
  id: "StreamMessage",
  description: "The data of one message of a stream: a row of the inbox, short",
});

/** The data of one stream message. */
export function toStreamJson(row: InboxRow, describe: DescribeProvider): z.input<typeof streamMessageSchema> {
  const { title, body, url, payload, id, event_id, event_type, created_at } = toNotificationJson(
    row,
    describe,
  );
  return { notification_id: id, event_id, event_type, created_at, seq: row.seq, title, body, url, payload };
}

/** A new offer needs no words: that it is in the inbox says it. */
const REASON_TEXT: Readonly<Record<string, string>> = {
  new_release: "new release in the catalogue",
  into_range: "now in your range",
  already_for_sale: "already for sale",
  first_available: "now available",
  at_or_below_target: "at or below your target",
  price_drop: "price drop",
  new_low: "new low",
  fell_again: "down again",
  reminder: "still for sale",
  price_rise: "price rise",
  supply_up: "more for sale",
  ended: "no longer for sale",
};

/** Bodies of events that are about the user's own doing, not about a listing. */
const OWN_TEXT: Readonly<Partial<Record<EventType, string>>> = {
  WATCH_RELEASE_CREATED: "you watch this release now",
  WATCH_RELEASE_UPDATED: "you changed your watch of this release",
  WATCH_RELEASE_DISABLED: "you no longer watch this release",
  WATCH_RELEASE_ENABLED: "you watch this release again",
};

/** The title of an event that is about no listing. */
function ownTitle({ event_type: type, payload }: InboxRow): string | undefined {
  return type in OWN_TEXT ? payload.name : payload.title;
}

/** "24.99 USD, was 30.00 USD · shipping 4.50 USD · VG+ · eBay · price drop · matches Kind of Blue, Miles under 60". */
function bodyOf(row: InboxRow, describe: DescribeProvider): string {
  const own = OWN_TEXT[row.event_type] ?? row.payload.text;
  if (own !== undefined) return own;
  const names = (row.payload.matched ?? []).map((one) => one.name);
  return [
    ...(row.is_forgotten ? [] : saidOf(row)),
    row.provider === null ? null : describe(row.provider).name,
    REASON_TEXT[row.payload.reason ?? ""],
    names.length > 0 ? `matches ${names.join(", ")}` : null,
  ].filter((part) => part).join(" · ");
}

function saidOf(row: InboxRow): (string | null)[] {
  const price = row.payload.listing_kind === "floor" ? floorText(row) : priceText(row);
  return [price, ...besidePrice(row), row.condition];
}

function priceText(row: InboxRow): string | null {
  // A release of the catalogue is not for sale by itself: it has no price that could be unknown.
  if (row.payload.listing_kind === "release") return null;
  const price = moneyText(row.price_minor, row.currency);
  if (price === null) return "price unknown";
  return withPrevious(row, row.payload.price_kind === "bid" ? `current bid ${price}` : price);
}

function besidePrice({ event_type, shipping_minor: minor, currency, ends_at }: InboxRow): (string | null)[] {
  if (event_type === "LISTING_ENDED") return [];
  return [shippingText(minor === null || currency === null ? null : { minor, currency }), endsText(ends_at)];
}

/** A floor is the cheapest of several copies anywhere, not an offer: "from 12.00 USD, 7 for sale worldwide". */
function floorText(row: InboxRow): string {
  const price = moneyText(row.price_minor, row.currency);
  const parts = [price === null ? "price unknown" : withPrevious(row, `from ${price}`)];
  if (row.for_sale_count !== null) parts.push(`${row.for_sale_count} for sale worldwide`);
  return parts.join(", ");
}

/** What it was before, unless that is the same price. */
function withPrevious(row: InboxRow, text: string): string {
  const previous = moneyText(row.previous_price_minor, row.previous_currency);
  const isSame = previous === moneyText(row.price_minor, row.currency);
  return previous === null || isSame ? text : `${text}, was ${previous}`;
}

function moneyText(minor: number | null, currency: string | null): string | null {
  return minor === null || currency === null ? null : formatMoney({ minor, currency });
}

function wireNumber(minor: number | null, currency: string | null): number | null {
  return minor === null || currency === null ? null : toNumber(minor, currency);
}
