import type { Sql } from "../platform/sql.ts";

/** What a user was last told about a listing. */
export interface AlertState {
  user_id: string;
  listing_id: string;
  /** Null: recorded only. */
  alerted_at: Date | null;
}

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

/**
 * Makes the missing states with the price of now as the price last told, locks all of them to the end of the
 * transaction and gives them. Two transactions that match one listing for one user wait for each other here, and the
 * second one sees that the first has alerted.
 */
export async function lockAlertStates(
  tx: Sql,
  rows: readonly {
    user_id: string;
    listing_id: string;
    price_minor: number | null;
    currency: string | null;
  }[],
  now: Date,
): Promise<AlertState[]> {
  const json = JSON.stringify(rows);
  await tx`
    insert into alert_states (user_id, listing_id, price_minor, currency, created_at)
    select user_id, listing_id, price_minor, currency, ${now}
    from jsonb_to_recordset(${json}::text::jsonb) as r(user_id uuid, listing_id uuid, price_minor bigint, currency text)
    order by user_id, listing_id
    on conflict do nothing`;
  return await tx<AlertState>`
    select s.user_id, s.listing_id, s.alerted_at
    from alert_states s
    join jsonb_to_recordset(${json}::text::jsonb) as r(user_id uuid, listing_id uuid) using (user_id, listing_id)
    order by s.user_id, s.listing_id
    for update of s`;
}

/** Notes that users were told, on states that this transaction has locked. */
export async function markAlerted(
  tx: Sql,
  rows: readonly {
    user_id: string;
    listing_id: string;
    price_minor: number | null;
    currency: string | null;
  }[],
  now: Date,
): Promise<void> {
  await tx`
    update alert_states s set alerted_at = ${now}, price_minor = r.price_minor, currency = r.currency
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(
      user_id uuid, listing_id uuid, price_minor bigint, currency text)
    where s.user_id = r.user_id and s.listing_id = r.listing_id`;
}
