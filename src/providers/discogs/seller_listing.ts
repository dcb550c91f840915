import { fromNumber } from "../../pricing/money.ts";
import type { ListingDraft } from "../contract.ts";
import { cleanTitle, formatsBehind } from "./names.ts";
import { instantOf, webAddress } from "../read_values.ts";
import type { SellerOffer } from "./seller_schema.ts";

/** The one status of an offer that can be bought; all others are names for "over", or not for us to see. */
const FOR_SALE = "For Sale";

/** An offer in the seller's own currency: what Discogs converts to moves with exchange rates alone. Null master: not known. */
export function toListing(offer: SellerOffer, masterId: number | null): ListingDraft {
  const { release, original_price: original, price } = offer;
  const own = original ? { value: original.value, currency: original.curr_abbr } : price;
  const minor = (own && fromNumber(own.value, own.currency)) || null;
  return {
    external_id: String(offer.id),
    kind: "offer",
    title: cleanTitle(release.description),
    formats: formatsBehind(release.description),
    url: webAddress(offer.uri) ?? `https://www.discogs.com/sell/item/${offer.id}`,
    image_url: webAddress(release.thumbnail),
    price_minor: minor,
    currency: minor === null ? null : own?.currency ?? null,
    ...(minor === null ? {} : { price_kind: "fixed" as const }),
    shipping_minor: null,
    condition: conditionOf(offer),
    seller: offer.seller?.username || null,
    location: offer.ships_from || null,
    discogs_release_id: release.id,
    discogs_master_id: masterId,
    listed_at: instantOf(offer.posted),
    status: offer.status === FOR_SALE ? "active" : "ended",
  };
}

/** Of the record; a rule's grade is about that, and the sleeve's would be taken for it. */
function conditionOf({ condition }: SellerOffer): string | null {
  return condition?.trim() || null;
}
