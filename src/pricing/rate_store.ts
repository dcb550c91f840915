import type { Sql } from "../platform/sql.ts";
import type { RateSet } from "./rate_set.ts";

/** Stores the rates of a day. A day stored before takes corrected rates and is left alone otherwise. */
export async function upsertRates(sql: Sql, set: RateSet, now: Date): Promise<void> {
  const rows = [...set.rates].map(([currency, rate]) => ({ currency, rate }));
  await sql`
    insert into fx_rates (source, rate_date, currency, rate, fetched_at)
    select ${set.source}, ${set.date}::text::date, currency, rate, ${now}
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(currency text, rate numeric)
    order by currency
    on conflict (source, rate_date, currency) do update
      set rate = excluded.rate, fetched_at = excluded.fetched_at
      where fx_rates.rate <> excluded.rate`;
}

/** The sets of `since` and later, and the newest one of each source however old, newest first. */
export async function findRateSets(sql: Sql, since: string): Promise<RateSet[]> {
  const rows = await sql<{ source: string; date: string; currency: string; rate: string }>`
    select source, rate_date::text as date, currency, rate::text as rate
    from fx_rates f
    where rate_date >= ${since}::text::date
      or rate_date = (select max(n.rate_date) from fx_rates n where n.source = f.source)
    order by rate_date desc, source, currency`;
  const sets = Map.groupBy(rows, (row) => `${row.source} ${row.date}`);
  return [...sets.values()].map((group) => ({
    source: group[0]!.source,
    date: group[0]!.date,
    rates: new Map(group.map(({ currency, rate }) => [currency, rate])),
  }));
}

/** The newest day stored of a source; null when there is none. */
export async function findNewestRateDate(sql: Sql, source: string): Promise<string | null> {
  const rows = await sql<{ date: string | null }>`
    select max(rate_date)::text as date from fx_rates where source = ${source}`;
  return rows[0]?.date ?? null;
}
