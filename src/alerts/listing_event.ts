import type { EventDraft, EventType } from "../events/schema.ts";
import type { Listing } from "../listings/schema.ts";
import { shippingTo } from "../listings/shipping.ts";
import type { AlertReason, CompiledRule } from "./schema.ts";
import type { ToldPrice } from "./compare_prices.ts";

/** What an event says of a rule that matched. */
export type MatchedRule = Pick<CompiledRule, "owner_kind" | "owner_id" | "label" | "marketplaces">;

/** An event of one user about one listing. */
export interface ListingEvent {
  user_id: string;
  type: EventType;
  /** Null: the type says it all. */
  reason: AlertReason | "price_rise" | "supply_up" | "ended" | null;
  listing: Listing;
  /** At least one; the first is named as the event's rule. */
  matched: readonly MatchedRule[];
  /** The price told or seen before, where the event is about its change. */
  previous?: Pick<ToldPrice, "price_minor" | "currency"> | null;
}

/**
 * The event as it is appended at `now`: our reasons in the payload, what the provider said apart. Its shipping is what
 * buyers pay where the rules that matched look.
 */
export function toEventDraft({ listing, matched, ...event }: ListingEvent, now: Date): EventDraft {
  const [owner] = matched;
  const marketplaces = [...new Set(matched.flatMap((rule) => rule.marketplaces ?? []))].sort();
  const shipping = shippingTo(listing, { marketplaces, now });
  return {
    user_id: event.user_id,
    type: event.type,
    rule_id: owner?.owner_kind === "watch_rule" ? owner.owner_id : null,
    watch_release_id: owner?.owner_kind === "watch_release" ? owner.owner_id : null,
    listing_id: listing.id,
    payload: {
      ...(event.reason && { reason: event.reason }),
      matched: matched.map((rule) => ({ kind: rule.owner_kind, id: rule.owner_id, name: rule.label })),
      price_kind: listing.price_kind,
      listing_kind: listing.kind,
      ...(marketplaces.length > 0 && { marketplaces }),
    },
    content: {
      provider: listing.provider,
      title: listing.title,
      url: listing.url,
      image_url: listing.image_url,
      price_minor: listing.price_minor,
      currency: listing.currency,
      previous_price_minor: event.previous?.price_minor ?? null,
      previous_currency: event.previous?.currency ?? null,
      for_sale_count: listing.for_sale_count,
      shipping_minor: shipping.minor,
      ends_at: listing.ends_at,
      condition: listing.condition,
      observed_at: listing.observed_at,
      expires_at: earlier(listing.expires_at, shipping.expires_at),
    },
  };
}

/** Shipping may have been read before the price was. */
function earlier(at: Date | null, other: string | null): Date | null {
  if (at === null || other === null) return at;
  return new Date(other) < at ? new Date(other) : at;
}
