import type { Sql } from "../platform/sql.ts";
import type { OwnerKind } from "./schema.ts";

/** A verdict to keep. */
export interface MatchRow {
  compiled_rule_id: string;
  listing_id: string;
  user_id: string;
  rule_version: number;
  checks: unknown;
  rate: unknown;
}

/** Keeps verdicts and gives the ones that were not known yet: a match is new once, whoever finds it. */
export function insertMatches(
  tx: Sql,
  rows: readonly MatchRow[],
  now: Date,
): Promise<{ compiled_rule_id: string; listing_id: string }[]> {
  return tx<{ compiled_rule_id: string; listing_id: string }>`
    insert into matches (compiled_rule_id, listing_id, user_id, rule_version, checks, rate, matched_at)
    select compiled_rule_id, listing_id, user_id, rule_version, checks, nullif(rate, 'null'::jsonb), ${now}
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(
      compiled_rule_id uuid, listing_id uuid, user_id uuid, rule_version int, checks jsonb, rate jsonb)
    order by compiled_rule_id, listing_id
    on conflict do nothing
    returning compiled_rule_id, listing_id`;
}

/** Forgets what was found of these listings; what their rules expected, and that they matched, stays. */
export async function forgetFound(tx: Sql, listingIds: readonly string[]): Promise<void> {
  await tx`
    update matches set
      checks = (select coalesce(jsonb_agg(c || '{"actual": null}' order by at), '[]')
        from jsonb_array_elements(checks) with ordinality as e(c, at))
    where listing_id = any(${listingIds}::uuid[])`;
}

/** A rule that is active and once matched a listing. */
export interface Watcher {
  user_id: string;
  listing_id: string;
  compiled_rule_id: string;
  owner_kind: OwnerKind;
  owner_id: string;
  label: string;
  /** Those its query names; null: none. */
  marketplaces: string[] | null;
}

/** Whose active rules ever matched one of these listings; what only matched an earlier query is forgotten. */
export function findWatchers(sql: Sql, listingIds: readonly string[]): Promise<Watcher[]> {
  return sql<Watcher>`
    select m.user_id, m.listing_id, m.compiled_rule_id, c.owner_kind, c.owner_id, c.label,
      c.query -> 'marketplaces' as marketplaces
    from matches m join compiled_rules c on c.id = m.compiled_rule_id
    where m.listing_id = any(${listingIds}::uuid[]) and c.active
    order by m.user_id, m.listing_id, m.compiled_rule_id`;
}
