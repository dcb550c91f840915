import { parseDecimal } from "../../pricing/money.ts";
import type { ListingDraft } from "../contract.ts";
import { formatsOfCategories } from "./plan.ts";
import type { EbayAmount, EbayItem } from "./schema.ts";

/** How a row is read. */
export interface Reading {
  now: Date;
  /** Links are to be affiliate links where eBay gives them. */
  affiliate: boolean;
  /** The eBay that was asked: its shipping is what buyers there pay. */
  marketplace: string;
  /** A search there has shown it, so that it is to be had there; false: it was asked for by its id. */
  isFound: boolean;
}

/**
 * One row of a search, or one item, as a listing. An amount that is missing, zero or unreadable is null: nothing is sold
 * for nothing, and an auction without a bid has no price yet. Amounts are in the seller's currency, so that an item that
 * several marketplaces show has one price. Rows of other marketplaces are kept, and say so.
 */
export function toListing(item: EbayItem, options: Reading): ListingDraft {
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
    shipping_to: options.marketplace,
    formats: formatsOfCategories(categoriesOf(item)),
    condition: conditionOf(item),
    seller: item.seller?.username || null,
    location: [item.itemLocation?.city, item.itemLocation?.country].filter(Boolean).join(", ") || null,
    discogs_release_id: null,
    discogs_master_id: null,
    listed_at: instantOf(item.itemCreationDate),
    ends_at: instantOf(item.itemEndDate),
    marketplaces: marketplacesOf(item, options.isFound ? options.marketplace : null),
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
  const asked = askedOf(amount);
  return asked && asked.minor > 0 ? { ...asked, kind: isPureAuction ? "bid" : "fixed" } : null;
}

/** The cheapest stated cost in the currency of the price; CALCULATED without a cost depends on the buyer: null. */
function shippingOf(item: EbayItem, currency: string | null): number | null {
  if (currency === null) return null;
  const costs = (item.shippingOptions ?? []).map((option) => {
    if (!option.shippingCost) return option.shippingCostType === "FREE" ? 0 : null;
    const asked = askedOf(option.shippingCost);
    return asked?.currency === currency ? asked.minor : null;
  }).filter((cost) => cost !== null);
  return costs.length > 0 ? Math.min(...costs) : null;
}

/** An amount in the currency it was asked in; null when it cannot be read. */
function askedOf(amount: EbayAmount | null | undefined): { minor: number; currency: string } | null {
  if (!amount) return null;
  const { convertedFromValue, convertedFromCurrency } = amount;
  const [value, currency] = convertedFromValue && convertedFromCurrency
    ? [convertedFromValue, convertedFromCurrency]
    : [amount.value, amount.currency];
  const minor = /^[A-Z]{3}$/.test(currency) ? parseDecimal(value, currency) : null;
  return minor === null ? null : { minor, currency };
}

function marketplacesOf({ listingMarketplaceId: own }: EbayItem, shownOn: string | null): string[] {
  return [...new Set([own, shownOn].filter((id): id is string => Boolean(id)))].sort();
}

/** Of a row its own and those above it, of a single item its own. */
function categoriesOf({ leafCategoryIds, categories, categoryId }: EbayItem): string[] {
  return [...(leafCategoryIds ?? []), ...(categories ?? []).map((one) => one.categoryId), categoryId]
    .flatMap((id) => id ?? []);
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

/** Over, or sold out: every availability that eBay names says so. */
function hasEnded(item: EbayItem, now: Date): boolean {
  const end = instantOf(item.itemEndDate);
  if (end !== null && end <= now) return true;
  const stock = item.estimatedAvailabilities ?? [];
  return stock.length > 0 &&
    stock.every(({ estimatedAvailabilityStatus: status }) => status === "OUT_OF_STOCK");
}
