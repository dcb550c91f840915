/** Money in integer minor units. Pure; every amount in the database and in comparisons has this form. */

/** An amount: `minor` counts the currency's smallest unit (cents, yen); `currency` is ISO 4217, upper case. */
export interface Money {
  minor: number;
  currency: string;
}

/** An exchange rate: units of the second currency for one unit of the first. */
export interface Rate {
  rate: number;
  /** Day of the rate, `YYYY-MM-DD`. */
  date: string;
  source: string;
}

/** Decimal places of the currencies that do not have two (ISO 4217, list one, 2026). */
const EXPONENTS: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
};

/** How many decimal places `currency` has; 2 for every currency not listed. */
export function exponentOf(currency: string): number {
  return EXPONENTS[currency] ?? 2;
}

/**
 * A decimal string of a provider ("204.99") in minor units, without going through a float. Digits beyond the
 * currency's places round half to even. Null for anything that is not a plain non-negative decimal.
 */
export function parseDecimal(value: string, currency: string): number | null {
  const match = /^(\d{1,13})(?:\.(\d{1,20}))?$/.exec(value.trim());
  if (!match) return null;
  const places = exponentOf(currency);
  const fraction = (match[2] ?? "").padEnd(places, "0");
  const minor = Number((match[1] ?? "0") + fraction.slice(0, places));
  return roundsUp(fraction.slice(places), minor) ? minor + 1 : minor;
}

/** A JSON number of the wire (39.5) in minor units, half to even; null when negative, not finite or too large. */
export function fromNumber(value: number, currency: string): number | null {
  if (!Number.isFinite(value) || value < 0 || value >= 1e13) return null;
  return parseDecimal(value.toFixed(exponentOf(currency) + 6), currency);
}

/** The JSON number of the wire: 3950 US cents are 39.5. */
export function toNumber(minor: number, currency: string): number {
  return minor / 10 ** exponentOf(currency);
}

/** For people: "39.50 USD", "4200 JPY". */
export function formatMoney(money: Money): string {
  return `${toNumber(money.minor, money.currency).toFixed(exponentOf(money.currency))} ${money.currency}`;
}

function roundsUp(rest: string, minor: number): boolean {
  if (rest === "" || (rest[0] ?? "0") < "5") return false;
  const isTie = /^50*$/.test(rest);
  return isTie ? minor % 2 === 1 : true;
}
