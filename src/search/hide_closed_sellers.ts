import { findClosedSellers } from "../listings/seller_store.ts";
import type { Listing } from "../listings/schema.ts";
import type { Clock } from "../platform/clock.ts";
import type { Sql } from "../platform/sql.ts";

/**
 * Listings without the name and place of sellers who closed their accounts. What a process remembers of a provider may
 * name one whose notice came to another process.
 */
export async function hideClosedSellers(
  { sql, clock }: { sql: Sql; clock: Clock },
  listings: readonly Listing[],
): Promise<Listing[]> {
  const names = new Map<string, string[]>();
  for (const { provider, seller } of listings) {
    if (seller !== null) names.set(provider, [...names.get(provider) ?? [], seller]);
  }
  const now = clock.now();
  const closed = new Map<string, Set<string>>();
  for (const [provider, sellers] of names) {
    closed.set(provider, await findClosedSellers(sql, { provider, names: sellers, now }));
  }
  return listings.map((one) =>
    one.seller !== null && closed.get(one.provider)?.has(one.seller)
      ? { ...one, seller: null, location: null }
      : one
  );
}
