/** The price in a title, where it is beyond doubt. Pure. */
import { type Money, parseDecimal } from "../../pricing/money.ts";

const SYMBOLS: Readonly<Record<string, string>> = { "€": "EUR", "£": "GBP" };
/** What stands before a "$" that says whose it is. */
const DOLLARS_OF: Readonly<Record<string, string>> = {
  US: "USD",
  C: "CAD",
  CA: "CAD",
  A: "AUD",
  AU: "AUD",
  NZ: "NZD",
};
const DOLLARS: readonly string[] = ["USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN"];
/** Codes that shops write beside prices. Others are words in capitals ("TOP 40", "ALL 4 ONE") more often than money. */
const CODES: ReadonlySet<string> = new Set(
  ("AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF IDR ILS INR ISK JPY KRW MXN MYR NOK NZD PHP PLN RON SEK SGD THB " +
    "TRY TWD USD ZAR").split(" "),
);
/** Beside a whole number they may be names: 4AD numbers its records "CAD 412". */
const NAMES_TOO: ReadonlySet<string> = new Set(["CAD", "RON", "TRY"]);
const NAME = String.raw`(?:US|${DOLLARS.join("|")})\s?\$|(?:CA?|AU?|NZ)?\$|[€£]|[A-Z]{3}(?![A-Za-z])`;
/** Of at most 15 digits and two; what stands in a longer row of digits and marks is no amount. */
const NUMBER = String.raw`(?:\d{1,3}(?:[.,']\d{3}){0,4}|\d{1,7})(?:[.,]\d{2})?(?![\d.,']*\d)`;
const PRICE = new RegExp(
  `(?<![\\w$])(?<before>${NAME})\\s?(?<first>${NUMBER})(?!\\w)` +
    `|(?<!\\d'|[\\w.,])(?<second>${NUMBER})\\s?(?<after>${NAME})(?!\\w)`,
  "g",
);
/** "$30 CAD": whose dollar it is stands behind the amount. */
const BEHIND = new RegExp(String.raw`\s?(${DOLLARS.join("|")})(?![A-Za-z])`, "y");

/**
 * The one amount of a title that names its currency ("24,99 €", "USD 30", "$30 CAD"). A lone $ is the dollar that
 * `currency` says; without one it is unknown, and so is a title with two prices. Linear in the length.
 */
export function priceInTitle(title: string, currency: string | null): Money | null {
  const found = [...title.matchAll(PRICE)].flatMap(({ 0: { length }, index, groups = {} }) => {
    const [name, number] = [
      groups["before"] ?? groups["after"] ?? "",
      groups["first"] ?? groups["second"] ?? "",
    ];
    const code = name === "$" ? dollarAt(title, index + length, currency) : currencyOf(name);
    const isName = NAMES_TOO.has(name) && name !== currency && !/[.,]\d{2}$/.test(number);
    return code === null || isName ? [] : [{ code, number }];
  });
  const [only] = found;
  if (!only || found.length > 1) return null;
  const minor = parseDecimal(plainDecimal(only.number), only.code);
  return minor ? { minor, currency: only.code } : null;
}

/** Whose dollar a lone $ is, by what stands behind the amount, else by its owner; null: nobody says. */
function dollarAt(title: string, end: number, own: string | null): string | null {
  BEHIND.lastIndex = end;
  return BEHIND.exec(title)?.[1] ?? (own !== null && DOLLARS.includes(own) ? own : null);
}

function currencyOf(name: string): string | null {
  if (!name.endsWith("$")) return SYMBOLS[name] ?? (CODES.has(name) ? name : null);
  const whose = name.slice(0, -1).trim();
  return DOLLARS_OF[whose] ?? whose;
}

/** "1.234,56" and "1,234.56" as "1234.56": what stands before two last digits is the point, all else groups. */
function plainDecimal(number: string): string {
  const [, whole = number, cents] = /^(.*)[.,](\d{2})$/.exec(number) ?? [];
  return whole.replace(/[.,']/g, "") + (cents === undefined ? "" : `.${cents}`);
}
