import { ECB, isDay, isRate, type RateSet } from "./rate_set.ts";

/** A text that is not a file of rates. */
export class RatesUnreadableError extends Error {
  override readonly name = "RatesUnreadableError";
}

/**
 * The days of an ECB rates file (`eurofxref-daily.xml`, `-hist-90d.xml`), as the file has them. The format is nested
 * `Cube` elements with attributes and nothing else, so tags are enough to read it: prefixes, quotes, line breaks and
 * the order of attributes may be any. Entries without a usable rate are left out.
 * @throws {RatesUnreadableError} when no rate of any day can be read
 * @see https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/ (2026-11-23)
 */
export function parseEcbRates(xml: string): RateSet[] {
  const days: { date: string; rates: Map<string, string> }[] = [];
  for (const [, , body = ""] of xml.replace(NOT_MARKUP, "").matchAll(CUBE)) {
    const { time, currency, rate } = attributesOf(body);
    if (time !== undefined) days.push({ date: time, rates: new Map() });
    if (currency === undefined || rate === undefined) continue;
    if (/^[A-Z]{3}$/.test(currency) && currency !== "EUR" && isRate(rate)) {
      days.at(-1)?.rates.set(currency, rate);
    }
  }
  const sets = days
    .filter(({ date, rates }) => isDay(date) && rates.size > 0)
    .map(({ date, rates }) => ({ source: ECB, date, rates }));
  if (sets.length > 0) return sets;
  throw new RatesUnreadableError("Cannot read the exchange rates: the answer has no day with rates");
}

const NOT_MARKUP = /<!--.*?-->|<!\[CDATA\[.*?\]\]>/gs;
/** `<Cube …>` and `<gesmes:Cube …/>`; a `>` inside quotes does not end a tag. */
const CUBE = /<([\w.-]+:)?Cube\b((?:[^<>"']|"[^"]*"|'[^']*')*)>/g;
const ATTRIBUTE = /([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

function attributesOf(text: string): Partial<Record<string, string>> {
  return Object.fromEntries(
    [...text.matchAll(ATTRIBUTE)].map((
      [, name, double, single],
    ) => [name, (double ?? single ?? "").trim()]),
  );
}
