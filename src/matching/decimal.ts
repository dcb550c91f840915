import { exponentOf } from "../pricing/money.ts";

/** A finite number as it prints: `digits` / 10^`places`. Exact arithmetic on 39.995 needs this. */
interface Decimal {
  digits: bigint;
  places: number;
}

/**
 * A price bound in minor units of `currency`. A part of a minor unit cannot be paid, so an upper bound rounds down and
 * a lower bound up: no price passes that the written bound forbids.
 */
export function boundInMinor(value: number, currency: string, side: "min" | "max"): number {
  const { digits, places } = decimalOf(value);
  const { quotient, remainder } = divide(digits * power(exponentOf(currency)), power(places));
  return Number(side === "min" && remainder > 0n ? quotient + 1n : quotient);
}

/** `minor` of one currency in minor units of another, half to even; `rate` is units of `to` for one unit of `from`. */
export function convertMinor(
  minor: number,
  { rate, from, to }: { rate: number; from: string; to: string },
): number {
  const { digits, places } = decimalOf(rate);
  const numerator = BigInt(minor) * digits * power(exponentOf(to));
  const denominator = power(places + exponentOf(from));
  const { quotient, remainder } = divide(numerator, denominator);
  const twice = remainder * 2n;
  const isUp = twice > denominator || (twice === denominator && quotient % 2n === 1n);
  return Number(isUp ? quotient + 1n : quotient);
}

function decimalOf(value: number): Decimal {
  const [mantissa = "0", exponent = "0"] = String(value).split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  const places = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return places >= 0 ? { digits, places } : { digits: digits * power(-places), places: 0 };
}

function divide(a: bigint, b: bigint): { quotient: bigint; remainder: bigint } {
  return { quotient: a / b, remainder: a % b };
}

function power(exponent: number): bigint {
  return 10n ** BigInt(exponent);
}
