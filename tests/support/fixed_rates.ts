/** Exchange rates as a test tells them. */
import type { Deps } from "../../src/app/compose.ts";
import type { Rates } from "../../src/matching/verdict.ts";

/** Rates from what one unit of each currency is worth in US dollars; a currency not named has no rate. */
export function ratesOf(dollars: Readonly<Record<string, number>>): Rates {
  const worth: Readonly<Record<string, number>> = { USD: 1, ...dollars };
  return {
    rate: (from, to) => {
      const [one, other] = [worth[from], worth[to]];
      return one === undefined || other === undefined
        ? null
        : { rate: one / other, date: "2026-11-23", source: "test" };
    },
  };
}

/** Lets a running test service reckon with these rates from now on. */
export function setRates(deps: Deps, dollars: Readonly<Record<string, number>>): void {
  Object.assign(deps, { rates: ratesOf(dollars) });
}
