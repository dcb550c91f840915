import { z } from "zod";
import { addSeconds, type Clock } from "../platform/clock.ts";
import type { PageRequest } from "../platform/paging.ts";
import type { Sql } from "../platform/sql.ts";
import { toNumber } from "../pricing/money.ts";
import { listObservations, type ObservationRow } from "../pricing/store.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import { findListingOf, type ListingPolicy } from "./find_listing.ts";

/** A price or status of a listing from `observed_at` on. */
export const observationSchema = z.object({
  observed_at: z.date(),
  price: z.number().nullable().describe("In whole units of currency; null: unknown"),
  currency: z.string().nullable(),
  status: z.enum(["active", "ended"]),
}).meta({ id: "PriceObservation", description: "What a listing cost from a moment on" });

/**
 * What a listing cost over time, newest first; one row more than the page's limit when there is more. Observations older
 * than its provider's terms let us show are left out.
 * @throws {DomainError} not_found when there is no such listing, or none that this user may see
 */
export async function findPrices(
  deps: ListingPolicy & { sql: Sql; clock: Clock; providers: Pick<ProviderRegistry, "get"> },
  query: { id: string; user_id: string; page: PageRequest },
): Promise<ObservationRow[]> {
  const { provider } = await findListingOf(deps, query);
  const maxAge = deps.providers.get(provider)?.capabilities.terms.max_age_seconds ?? null;
  const after = maxAge === null ? null : addSeconds(deps.clock.now(), -maxAge);
  return await listObservations(deps.sql, { listing_id: query.id, after, page: query.page });
}

/** An observation as clients read it. */
export function toObservationJson(row: ObservationRow): z.input<typeof observationSchema> {
  const { created_at: observed_at, price_minor: minor, currency, status } = row;
  const price = minor === null || currency === null ? null : toNumber(minor, currency);
  return { observed_at, price, currency, status };
}
