/** The exchange rates of one day from one source. */

/** Rates of one day: units of each currency for one euro, as decimal text; the euro itself is left out. */
export interface RateSet {
  source: string;
  /** `YYYY-MM-DD`. */
  date: string;
  rates: ReadonlyMap<string, string>;
}

/** Reference rates of the European Central Bank, published on working days at about 16:00 in Frankfurt. */
export const ECB = "ecb";

/** The set inside the npm package @fawazahmed0/currency-api: for a start without the internet. */
export const SEED = "currency-api";

/** Digits that Postgres' numeric and a JavaScript number both hold well. */
const RATE = /^\d{1,12}(\.\d{1,15})?$/;

/** True for `1.1699`: a plain decimal above zero. */
export function isRate(text: string): boolean {
  return RATE.test(text) && Number(text) > 0;
}

/** True for a calendar day that exists, written `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** The first instant of a day, in milliseconds since 1970, UTC. */
export function dayMs(date: string): number {
  return Date.parse(`${date}T00:00:00Z`);
}

/** The day of an instant, UTC. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}
