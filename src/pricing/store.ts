import type { Sql } from "../platform/sql.ts";

/** One price or status of a listing at a time. */
export interface Observation {
  listing_id: string;
  price_minor: number | null;
  currency: string | null;
  status: "active" | "ended";
}

/** Records observations made at `now`. A second one of a listing in the same millisecond is dropped. */
export async function insertObservations(tx: Sql, rows: readonly Observation[], now: Date): Promise<void> {
  await tx`
    insert into price_observations (listing_id, observed_at, price_minor, currency, status)
    select listing_id, ${now}, price_minor, currency, status
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(
      listing_id uuid, price_minor bigint, currency text, status text)
    on conflict do nothing`;
}
