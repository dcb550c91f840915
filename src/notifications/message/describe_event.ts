import type { Money } from "../../pricing/money.ts";
import { fromNumber, toNumber } from "../../pricing/money.ts";
import { shippingTo } from "../../listings/shipping.ts";
import type { ProviderRegistry } from "../../providers/registry.ts";
import { creditOf } from "../../providers/terms.ts";
import { titleOfForgotten } from "../forgotten.ts";
import type { AlertView } from "./schema.ts";
import type { ListingFacts, MessageRow } from "./store.ts";

/** Newest exchange rates; null: none is usable. */
export interface RateSource {
  rate(from: string, to: string): { rate: number } | null;
}

/** What describing needs beside the row. */
export interface DescribeOptions {
  providers: Pick<ProviderRegistry, "get">;
  rates: RateSource;
  /** The recipient's currency. */
  currency: string;
  now: Date;
}

/** An event as people read it: the listing as it is now where that may be shown, else as it was, else only our reasons. */
export function describeEvent(row: MessageRow, options: DescribeOptions): AlertView {
  const shown = [row.now, row.then].find((facts) => facts !== null && mayBeShown(facts, options.now)) ?? null;
  const price = shown && moneyOf(shown);
  const url = shown?.url ?? leftOf(row)?.url ?? null;
  return {
    type: row.type,
    is_find: row.is_find,
    label: labelOf(row),
    title: shown?.title ?? titleOf(row, options.providers),
    text: textOf(row.payload["text"]),
    url,
    image_url: shown?.image_url ?? null,
    is_listing: shown !== null,
    price,
    is_bid: (shown?.price_kind ?? row.payload["price_kind"]) === "bid",
    is_floor: row.payload["listing_kind"] === "floor",
    for_sale_count: shown?.for_sale_count ?? null,
    shipping: shown && shippingOf(shown, { payload: row.payload, now: options.now }),
    ends_at: shown?.ends_at ? new Date(shown.ends_at) : null,
    earlier_price: earlierPrice(row, { shown, price, now: options.now }),
    converted_price: price && convert(price, options),
    condition: shown?.condition ?? null,
    provider: providerOf(row, { ...options, url }),
    matched: matchedNames(row.payload),
  };
}

/** Whether it ended between the alert and now. */
export function isGone(row: MessageRow): boolean {
  return row.now?.status === "ended";
}

/** By reason, else by type. */
const LABELS: Readonly<Record<string, string>> = {
  LISTING_FIRST_SEEN: "First seen",
  LISTING_PRICE_DROP: "Price drop",
  LISTING_PRICE_RISE: "Price rise",
  LISTING_SUPPLY_UP: "More for sale",
  LISTING_ENDED: "Ended",
  first_available: "Now available",
  at_or_below_target: "At or below your target",
  new_low: "New low",
  fell_again: "Down again",
  reminder: "Still for sale",
  into_range: "Now in your range",
  already_for_sale: "Already for sale",
};

const TITLES: Readonly<Record<string, string>> = {
  IMPORT_STARTED: "Your Discogs import has started",
  IMPORT_COMPLETED: "Your Discogs import is complete",
  IMPORT_FAILED: "Your Discogs import failed",
  SERVICE_NOTICE: "A notice from WaxWatch",
};

function labelOf({ type, payload }: MessageRow): string | null {
  const reason = textOf(payload["reason"]);
  return (reason === null ? undefined : LABELS[reason]) ?? LABELS[type] ?? null;
}

function titleOf(row: MessageRow, providers: DescribeOptions["providers"]): string {
  const { type, payload, then } = row;
  if (then !== null) {
    return leftOf(row)?.title ?? titleOfForgotten({
      provider: providers.get(then.provider)?.name ?? then.provider,
      listing_kind: payload["listing_kind"],
    });
  }
  // "RULE_DISABLED" of the rule "Miles": "Rule disabled: Miles".
  const named = textOf(payload["title"]) ?? TITLES[type];
  if (named) return named;
  const words = type.toLowerCase().replaceAll("_", " ");
  const name = textOf(payload["name"]);
  return words[0]!.toUpperCase() + words.slice(1) + (name === null ? "" : `: ${name}`);
}

/** What the terms let stay of what was blanked; null: nothing was, or nothing did. */
function leftOf({ now, then }: MessageRow): ListingFacts | null {
  return [now, then].find((facts) => facts !== null && facts.blanked_at !== null && facts.title !== null) ??
    null;
}

function earlierPrice(
  row: MessageRow,
  { shown, price, now }: { shown: ListingFacts | null; price: Money | null; now: Date },
): Money | null {
  if (row.then === null || price === null || !mayBeShown(row.then, now)) return null;
  const { previous_price_minor: minor, previous_currency: currency } = row.then;
  const before = minor === null || minor === undefined || !currency ? null : { minor, currency };
  const then = shown === row.now ? moneyOf(row.then) : null;
  return [then, before].find((one) =>
    one !== null && (one.minor !== price.minor || one.currency !== price.currency)
  ) ?? null;
}

function convert(price: Money, { rates, currency }: DescribeOptions): Money | null {
  if (price.currency === currency) return null;
  const rate = rates.rate(price.currency, currency);
  // For the eye only, so a float will do; verdicts convert exactly.
  const minor = rate && fromNumber(toNumber(price.minor, price.currency) * rate.rate, currency);
  return minor === null ? null : { minor, currency };
}

function providerOf(
  row: MessageRow,
  { providers, url }: Pick<DescribeOptions, "providers"> & { url: string | null },
): AlertView["provider"] {
  const id = row.now?.provider ?? row.then?.provider;
  if (id === undefined) return null;
  const provider = providers.get(id);
  const terms = provider?.capabilities.terms;
  return {
    name: provider?.name ?? id,
    attribution: terms ? creditOf(terms, url) : null,
    notice: terms?.notice ?? null,
  };
}

function moneyOf({ price_minor, currency }: ListingFacts): Money | null {
  return price_minor === null || currency === null ? null : { minor: price_minor, currency };
}

function shippingOf(
  { shipping_minor = null, shipping = {}, currency }: ListingFacts,
  { payload, now }: { payload: Record<string, unknown>; now: Date },
): Money | null {
  const marketplaces = textsOf(payload["marketplaces"]);
  const { minor } = shippingTo({ shipping_minor, shipping }, { marketplaces, now });
  return minor === null || currency === null ? null : { minor, currency };
}

function mayBeShown({ expires_at, blanked_at }: ListingFacts, now: Date): boolean {
  if (blanked_at !== null) return false;
  return expires_at === null || new Date(expires_at) > now;
}

function matchedNames(payload: Record<string, unknown>): string[] {
  const matched = payload["matched"];
  if (!Array.isArray(matched)) return [];
  return matched.flatMap((one) => textOf((one as { name?: unknown } | null)?.name) ?? []);
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.flatMap((one) => textOf(one) ?? []) : [];
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value : null;
}
