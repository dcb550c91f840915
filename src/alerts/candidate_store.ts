import type { Sql } from "../platform/sql.ts";

/** A listing as the index sees it; `ord` is its place in the batch. */
export interface IndexedListing {
  ord: number;
  provider: string;
  /** listingKeys(): what a rule's tokens are looked for in. */
  keys: readonly string[];
  /** pairKeys() of them: further anchors. */
  pairs: readonly string[];
}

/** A rule that the index proposes for a listing. */
export interface Candidate {
  ord: number;
  compiled_rule_id: string;
  user_id: string;
}

/**
 * Every rule that could match one of the listings, and some that do not: the verdict decides.
 * Sees the rules committed when it runs; rules that commit later are the backfill's.
 */
export function findCandidates(tx: Sql, listings: readonly IndexedListing[]): Promise<Candidate[]> {
  return tx<Candidate>`
    select distinct l.ord, a.compiled_rule_id, a.user_id
    from jsonb_to_recordset(${
    JSON.stringify(listings)
  }::text::jsonb) as l(ord int, provider text, keys text[], pairs text[])
    cross join lateral unnest(l.keys || l.pairs) as k(key)
    join rule_anchors a on a.anchor = k.key
    where a.tokens <@ l.keys and (a.sources = '{}' or l.provider = any(a.sources))`;
}
