import type { Sql } from "../platform/sql.ts";
import type { Told } from "./decide_again.ts";

/** What a user was last told about a listing. */
export interface AlertState extends Told {
  user_id: string;
  listing_id: string;
  /** When to look whether a reminder is due. */
  remind_at: Date | null;
}

/** A user and a listing with a price that counts as told. */
export interface PricedState {
  user_id: string;
  listing_id: string;
  price_minor: number | null;
  currency: string | null;
  rates: Readonly<Record<string, number>> | null;
}

/**
 * Makes the states of `rows` that are missing, with their price as the price told, and locks them and every state of
 * the listings in `changed` to the end of the transaction, in one order that cannot deadlock. Two transactions that
 * match one listing for one user wait for each other here, and the second one sees that the first has alerted.
 */
export async function lockAlertStates(
  tx: Sql,
  input: { rows: readonly PricedState[]; changed: readonly string[]; now: Date },
): Promise<AlertState[]> {
  const json = JSON.stringify(input.rows);
  await tx`
    insert into alert_states (user_id, listing_id, price_minor, currency, rates, created_at)
    select user_id, listing_id, price_minor, currency, nullif(rates, 'null'::jsonb), ${input.now}
    from jsonb_to_recordset(${json}::text::jsonb) as r(
      user_id uuid, listing_id uuid, price_minor bigint, currency text, rates jsonb)
    order by user_id, listing_id
    on conflict do nothing`;
  return await tx<AlertState>`
    select s.user_id, s.listing_id, s.alerted_at, s.price_minor, s.currency, s.rates, s.armed, s.remind_at
    from alert_states s join (
      select user_id, listing_id from jsonb_to_recordset(${json}::text::jsonb) as r(user_id uuid, listing_id uuid)
      union
      select user_id, listing_id from alert_states where listing_id = any(${input.changed}::uuid[])
    ) k using (user_id, listing_id)
    order by s.user_id, s.listing_id
    for update of s`;
}

/** Notes that users were told, on states that this transaction has locked. A reminder under way is over. */
export async function markAlerted(
  tx: Sql,
  rows: readonly (PricedState & { remind_at: Date | null })[],
  now: Date,
): Promise<void> {
  await tx`
    update alert_states s set
      alerted_at = ${now}, price_minor = r.price_minor, currency = r.currency, rates = nullif(r.rates, 'null'::jsonb),
      armed = false, remind_at = r.remind_at, lease_until = null
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(
      user_id uuid, listing_id uuid, price_minor bigint, currency text, rates jsonb, remind_at timestamptz)
    where s.user_id = r.user_id and s.listing_id = r.listing_id`;
}

/** Writes what changed without an alert, on states that this transaction has locked. */
export async function updateStates(
  tx: Sql,
  rows: readonly (PricedState & { armed: boolean; remind_at: Date | null })[],
): Promise<void> {
  await tx`
    update alert_states s set
      price_minor = r.price_minor, currency = r.currency, rates = nullif(r.rates, 'null'::jsonb), armed = r.armed,
      remind_at = r.remind_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(
      user_id uuid, listing_id uuid, price_minor bigint, currency text, rates jsonb, armed boolean, remind_at timestamptz)
    where s.user_id = r.user_id and s.listing_id = r.listing_id`;
}

/** Whether a user was ever told of a listing. */
export async function wasTold(sql: Sql, query: { user_id: string; listing_id: string }): Promise<boolean> {
  const rows = await sql`
    select from alert_states
    where user_id = ${query.user_id} and listing_id = ${query.listing_id} and alerted_at is not null`;
  return rows.length > 0;
}
