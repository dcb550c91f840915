import { isDay, isRate, type RateSet, SEED } from "./rate_set.ts";

/** The package also has metals, points and coins; only what is money somewhere is a currency here. */
const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));
/** Gold, silver, drawing rights and the like have codes of ISO 4217, but nobody asks for them in a shop. */
const NOT_MONEY = /^X(?!AF|CD|OF|PF)/;

/**
 * The rates shipped with the service, of the day the package was made (CC0, github.com/fawazahmed0/exchange-api).
 * Null when the package is not what it was.
 */
export async function readSeedRates(): Promise<RateSet | null> {
  // Read only where it is needed: a service with stored rates never loads it.
  const { default: seed } = await import("@fawazahmed0/currency-api/v1/currencies/eur.min.json", {
    with: { type: "json" },
  });
  const { date, eur } = seed as { date?: unknown; eur?: unknown }; // safe: every part is checked below
  if (typeof date !== "string" || !isDay(date) || typeof eur !== "object" || eur === null) return null;
  const rates = new Map<string, string>();
  for (const [code, value] of Object.entries(eur)) {
    const currency = code.toUpperCase();
    const text = plainDecimal(value);
    if (currency === "EUR" || !CURRENCIES.has(currency) || NOT_MONEY.test(currency)) continue;
    if (text !== null && isRate(text)) rates.set(currency, text);
  }
  return rates.size === 0 ? null : { source: SEED, date, rates };
}

/** Without an exponent: 9.5e-7 is 0.00000095. */
function plainDecimal(value: unknown): string | null {
  if (typeof value !== "number" || !Number.isFinite(value)) return null;
  const text = String(value);
  return text.includes("e") ? value.toFixed(15) : text;
}
