/** The price in a title, where it is beyond doubt. Pure. */
import { type Money, parseDecimal } from "../../pricing/money.ts";

const SYMBOLS: Readonly<Record<string, string>> = {
  "€": "EUR",
  "£": "GBP",
  "US$": "USD",
  "C$": "CAD",
  "CA$": "CAD",
  "A$": "AUD",
  "AU$": "AUD",
  "NZ$": "NZD",
};
const DOLLARS: ReadonlySet<string> = new Set(["USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN"]);
/** Codes that shops write beside prices. Others are words in capitals ("TOP 40", "ALL 4 ONE") more often than money. */
const CODES: ReadonlySet<string> = new Set(
  ("AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF IDR ILS INR ISK JPY KRW MXN MYR NOK NZD PHP PLN RON SEK SGD THB " +
    "TRY TWD USD ZAR").split(" "),
);
/** Beside a whole number they may be names: 4AD numbers its records "CAD 412". */
const NAMES_TOO: ReadonlySet<string> = new Set(["CAD", "RON", "TRY"]);
const NAME = String.raw`US\$|CA?\$|AU?\$|NZ\$|[€£$]|[A-Z]{3}(?![A-Za-z])`;
const NUMBER = String
  .raw`\d{1,3}(?:[.,']\d{3})*(?:[.,]\d{2})?(?![\d.,]*\d)|\d{1,7}(?:[.,]\d{2})?(?![\d.,]*\d)`;
const PRICE = new RegExp(
  `(?<![\\w$])(?<before>${NAME})\\s?(?<first>${NUMBER})(?!\\w)|(?<![\\w.,])(?<second>${NUMBER})\\s?(?<after>${NAME})(?!\\w)`,
  "g",
);

/**
 * The one amount of a title that names its currency ("24,99 €", "USD 30"). A lone $ is the dollar that `currency` says;
 * without one it is unknown, and so is a title with two prices.
 */
export function priceInTitle(title: string, currency: string | null): Money | null {
  const found = [...title.matchAll(PRICE)].flatMap(({ groups = {} }) => {
    const [name, number] = [
      groups["before"] ?? groups["after"] ?? "",
      groups["first"] ?? groups["second"] ?? "",
    ];
    const code = currencyOf(name, currency);
    const isName = NAMES_TOO.has(name) && name !== currency && !/[.,]\d{2}$/.test(number);
    return code === null || isName ? [] : [{ code, number }];
  });
  const [only] = found;
  if (!only || found.length > 1) return null;
  const minor = parseDecimal(plainDecimal(only.number), only.code);
  return minor ? { minor, currency: only.code } : null;
}

function currencyOf(name: string, own: string | null): string | null {
  if (name === "$") return own !== null && DOLLARS.has(own) ? own : null;
  return SYMBOLS[name] ?? (CODES.has(name) ? name : null);
}

/** "1.234,56" and "1,234.56" as "1234.56": what stands before two last digits is the point, all else groups. */
function plainDecimal(number: string): string {
  const [, whole = number, cents] = /^(.*)[.,](\d{2})$/.exec(number) ?? [];
  return whole.replace(/[.,']/g, "") + (cents === undefined ? "" : `.${cents}`);
}
