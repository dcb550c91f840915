import { parseDecimal } from "../../pricing/money.ts";
import type { ListingDraft } from "../contract.ts";
import type { EbayAmount, EbayItem } from "./schema.ts";

/**
 * One row of a search as a listing. An amount that is missing, zero or unreadable is null: nothing is sold for
 * nothing, and an auction without a bid has no price yet. Rows of other marketplaces are kept, in their currency.
 */
export function toListing(item: EbayItem, options: { now: Date; affiliate: boolean }): ListingDraft {
  const price = priceOf(item);
  return {
    external_id: item.itemId,
    kind: "offer",
    title: item.title,
    url: webAddress((options.affiliate && item.itemAffiliateWebUrl) || item.itemWebUrl),
    image_url: webAddress(item.image?.imageUrl ?? item.thumbnailImages?.[0]?.imageUrl),
    price_minor: price?.minor ?? null,
    currency: price?.currency ?? null,
    ...(price && { price_kind: price.kind }),
    shipping_minor: shippingOf(item, price?.currency ?? null),
    condition: conditionOf(item),
    seller: item.seller?.username || null,
    location: [item.itemLocation?.city, item.itemLocation?.country].filter(Boolean).join(", ") || null,
    discogs_release_id: null,
    discogs_master_id: null,
    listed_at: instantOf(item.itemCreationDate),
    status: hasEnded(item, options.now) ? "ended" : "active",
  };
}

interface Price {
  minor: number;
  currency: string;
  kind: "fixed" | "bid";
}

/** Auctions with Buy It Now carry both amounts: `price` is what one can pay now. A pure auction's price is its bid. */
function priceOf(item: EbayItem): Price | null {
  const options = item.buyingOptions ?? [];
  const isPureAuction = options.includes("AUCTION") && !options.includes("FIXED_PRICE");
  const amount = isPureAuction ? item.currentBidPrice ?? item.price : item.price;
  const minor = minorOf(amount);
  if (!amount || !minor) return null;
  return { minor, currency: amount.currency, kind: isPureAuction ? "bid" : "fixed" };
}

/** The cheapest stated cost in the currency of the price; CALCULATED without a cost depends on the buyer: null. */
function shippingOf(item: EbayItem, currency: string | null): number | null {
  if (currency === null) return null;
  const costs = (item.shippingOptions ?? []).map((option) => {
    if (option.shippingCost) {
      return option.shippingCost.currency === currency ? minorOf(option.shippingCost) : null;
    }
    return option.shippingCostType === "FREE" ? 0 : null;
  }).filter((cost) => cost !== null);
  return costs.length > 0 ? Math.min(...costs) : null;
}

function minorOf(amount: EbayAmount | null | undefined): number | null {
  if (!amount || !/^[A-Z]{3}$/.test(amount.currency)) return null;
  return parseDecimal(amount.value, amount.currency);
}

/** eBay's condition ids in English; its own text is in the language of the marketplace ("Neu"). */
const CONDITIONS: Readonly<Record<string, string>> = {
  "1000": "New",
  "1500": "New other",
  "2750": "Like New",
  "3000": "Used",
  "4000": "Very Good",
  "5000": "Good",
  "6000": "Acceptable",
  "7000": "For parts or not working",
};

function conditionOf(item: EbayItem): string | null {
  return CONDITIONS[item.conditionId ?? ""] ?? (item.condition?.trim() || null);
}

function webAddress(value: string | null | undefined): string | null {
  return value && /^https?:\/\//i.test(value) && URL.canParse(value) ? value : null;
}

function instantOf(value: string | null | undefined): Date | null {
  const milliseconds = Date.parse(value ?? "");
  return Number.isNaN(milliseconds) ? null : new Date(milliseconds);
}

function hasEnded(item: EbayItem, now: Date): boolean {
  const end = instantOf(item.itemEndDate);
  return end !== null && end <= now;
}
