import type { Sql } from "../platform/sql.ts";
import { insertObservations } from "../pricing/store.ts";
import type { Ingested } from "./schema.ts";
import { endUnseenListings } from "./store.ts";

/**
 * Ends listings that nobody has seen since the time named beside each, inside an ingest transaction (`enterIngest`
 * first), keeps the end as an observation at the last price, and says what it did as an ingest would.
 */
export async function endListings(
  tx: Sql,
  rows: readonly { id: string; unseen_since: Date }[],
  now: Date,
): Promise<Ingested[]> {
  const before = await endUnseenListings(tx, rows, now);
  if (before.length === 0) return [];
  const observations = before.map(({ id, price_minor, currency, expires_at }) => ({
    listing_id: id,
    price_minor,
    currency,
    status: "ended" as const,
    expires_at,
  }));
  await insertObservations(tx, observations, now);
  return before.map((previous) => ({
    listing: { ...previous, status: "ended" },
    created: false,
    previous,
    observed: true,
  }));
}
