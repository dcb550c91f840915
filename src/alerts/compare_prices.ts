/** Whether a price fell or rose since it was told, with what exchange rates did taken out. Pure; whole numbers only. */
import { convertMinor } from "../matching/decimal.ts";
import type { Rates } from "../matching/verdict.ts";

/** Currencies most offers are in: the rates to these are kept with every price told. */
export const REFERENCE_CURRENCIES = ["USD", "EUR", "GBP"] as const;

/** A rise by this much above the price last told arms a state: a fall back to that price is news again. */
export const REARM_RISE_PERCENT = 10;

/** A price as it was told. */
export interface ToldPrice {
  /** Minor units of `currency`; null: it was unknown. */
  price_minor: number | null;
  currency: string | null;
  /** Rates of that day: units of each currency for one of `currency`; null: none was known. */
  rates: Readonly<Record<string, number>> | null;
}

/** A price as it is now. */
export interface SeenPrice {
  price_minor: number | null;
  currency: string | null;
  /** The provider converted it from a currency it does not name: the cheapest offer of a release, in US dollars. */
  isConverted: boolean;
}

/** The price of now beside the one told, both in minor units of one currency. */
interface Pair {
  now: number;
  told: number;
}

/** How two prices compare, in every way that one can reckon. */
export interface Comparison {
  /** As the prices read; in two currencies, by today's rate and by the one of when it was told. */
  pairs: readonly Pair[];
  /** In the currencies that a converted price may come from: whether there is a fall or rise but for the rates. */
  bySource: readonly Pair[];
}

/** The rates to keep with a price in `currency`; null when none is known. */
export function ratesToKeep(currency: string | null, rates: Rates): Record<string, number> | null {
  if (currency === null) return null;
  const known = REFERENCE_CURRENCIES.filter((to) => to !== currency).flatMap((to) => {
    const rate = rates.rate(currency, to);
    return rate ? [[to, rate.rate] as const] : [];
  });
  return known.length > 0 ? Object.fromEntries(known) : null;
}

/**
 * Null when the two cannot be compared: a price is unknown, or the currency changed and today's rate or the rate of
 * when it was told is not known. Then nothing alerts: a guess could be the exchange rate's doing.
 */
export function comparePrices(told: ToldPrice, seen: SeenPrice, rates: Rates): Comparison | null {
  if (told.price_minor === null || told.currency === null) return null;
  if (seen.price_minor === null || seen.currency === null) return null;
  const [from, to] = [seen.currency, told.currency];
  if (from === to) {
    const pair = { now: seen.price_minor, told: told.price_minor };
    return { pairs: [pair], bySource: seen.isConverted ? inSourceCurrencies(pair, told, rates) : [] };
  }
  const today = rates.rate(from, to);
  const then = told.rates?.[from];
  if (today === null || then === undefined) return null;
  const byToday = {
    now: convertMinor(seen.price_minor, { rate: today.rate, from, to }),
    told: told.price_minor,
  };
  const byThen = {
    now: seen.price_minor,
    told: convertMinor(told.price_minor, { rate: then, from: to, to: from }),
  };
  return { pairs: [byToday, byThen], bySource: [] };
}

/** At least `percent` below the price told, whichever way one reckons; of a converted price, more than the rates moved. */
export function hasFallen({ pairs, bySource }: Comparison, percent: number): boolean {
  return pairs.every(({ now, told }) => now < told && now * 100 <= told * (100 - percent)) &&
    bySource.every(({ now, told }) => now < told);
}

/** At least `percent` above the price told, whichever way one reckons; of a converted price, more than the rates moved. */
export function hasRisen({ pairs, bySource }: Comparison, percent: number): boolean {
  return pairs.every(({ now, told }) => now > told && now * 100 >= told * (100 + percent)) &&
    bySource.every(({ now, told }) => now > told);
}

/** At or below the price told, whichever way one reckons. */
export function isBack({ pairs, bySource }: Comparison): boolean {
  return [...pairs, ...bySource].every(({ now, told }) => now <= told);
}

/** An offer of 20 EUR reads cheaper in dollars when the euro falls: in euros nothing happened. */
function inSourceCurrencies(read: Pair, told: ToldPrice, rates: Rates): Pair[] {
  const from = told.currency!;
  return Object.entries(told.rates ?? {}).flatMap(([to, then]) => {
    const today = rates.rate(from, to);
    return today === null ? [] : [{
      now: convertMinor(read.now, { rate: today.rate, from, to }),
      told: convertMinor(read.told, { rate: then, from, to }),
    }];
  });
}
