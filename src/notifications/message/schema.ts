import type { EventType } from "../../events/schema.ts";
import type { Money } from "../../pricing/money.ts";

/** One outgoing message, before a channel gives it a form. */
export interface OutgoingMessage {
  kind: "instant" | "digest";
  recipient: { address: string; name: string | null };
  /** What may still be had, at most MAX_SHOWN together with `gone`. */
  alerts: AlertView[];
  /** What ended between the alert and this message. */
  gone: AlertView[];
  /** How many finds and notices are not shown. */
  more: { finds: number; notices: number };
  /** All of the message on the web, without login. */
  view_url: string;
  /** Switches this channel off: GET asks, POST does it (RFC 8058). */
  unsubscribe_url: string;
}

/** Most alerts one message shows; the rest is a number and a link. */
export const MAX_SHOWN = 50;

/** One event as people read it. Null: not known, or of no use here. */
export interface AlertView {
  type: EventType;
  /** It is about a listing; else it is a notice, which no count of finds includes. */
  is_find: boolean;
  /** What kind of news it is ("Price drop", "Now in your range"); null: a new offer, which needs no word. */
  label: string | null;
  title: string;
  /** A sentence or two, for events that are not about a listing. */
  text: string | null;
  url: string | null;
  image_url: string | null;
  /** Whether a price belongs here at all: an unknown price is said, a notice has none. */
  is_listing: boolean;
  price: Money | null;
  is_bid: boolean;
  /** The cheapest of several copies anywhere, not an offer. */
  is_floor: boolean;
  /** Of a floor: copies for sale. */
  for_sale_count: number | null;
  /** Null: unknown; zero: free. Not part of the price. */
  shipping: Money | null;
  /** When an auction ends. */
  ends_at: Date | null;
  /** The price when it alerted, where it is another one now; else the one told before. */
  earlier_price: Money | null;
  /** The price in the recipient's currency, where that is another and a rate is known. */
  converted_price: Money | null;
  condition: string | null;
  provider: ProviderView | null;
  /** Names of the rules and release watches that matched. */
  matched: string[];
}

/** Whose listing it is, and what its terms ask to be said of it. */
export interface ProviderView {
  name: string;
  attribution: { text: string; url: string } | null;
  /** As that links to it are affiliate links; null: none. */
  notice: string | null;
}
