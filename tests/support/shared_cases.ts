/** The published matching cases of semantics §2 and §3 beside the repository. */
import type { NewListing, NewQuery } from "./factories.ts";

const SHARED_CASES = new URL("../../../shared/data/match_cases.json", import.meta.url);

/** A rule, a listing, and whether the one alerts on the other. */
export interface RuleCase {
  id: string;
  rule: NewQuery;
  listing: Partial<NewListing>;
  /** Rates by pair, such as EUR_USD. */
  fx?: Record<string, number>;
  expected: boolean;
}

interface TextCase {
  id: string;
  title: string;
}

/** The file, by kind of case. */
export interface SharedCases {
  keyword: (TextCase & { keyword: string; expected: boolean })[];
  exclude: (TextCase & { keyword: string; fires: boolean })[];
  q: (TextCase & { q: string; expected: boolean })[];
  rule: RuleCase[];
}

/** All cases; none where the file is not at hand. */
export function readSharedCases(): SharedCases {
  try {
    return JSON.parse(Deno.readTextFileSync(SHARED_CASES));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { keyword: [], exclude: [], q: [], rule: [] };
    throw error;
  }
}

/** Whether a case cannot be decided without exchange rates. */
export function needsRates({ fx }: RuleCase): boolean {
  return fx !== undefined && Object.keys(fx).length > 0;
}
