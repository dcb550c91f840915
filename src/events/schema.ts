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
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** What a provider said about the listing of an event, as of `observed_at`. */
export interface EventContent {
  provider: string;
  title: string;
  url: string | null;
  image_url: string | null;
  price_minor: number | null;
  currency: string | null;
  /** The price told or seen before, where the event is about its change. */
  previous_price_minor?: number | null;
  previous_currency?: string | null;
  /** Of a floor: copies for sale. */
  for_sale_count?: number | null;
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
