import { addSeconds, type Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";
import type { Pool } from "../platform/sql.ts";
import { blankSellers, insertClosedSellers } from "../listings/seller_store.ts";
import { waitForIngests } from "../listings/store.ts";
import { insertDeletion, updateDeletion } from "./store.ts";

/** How long he is not kept when he is named again: a search of the marketplace may lag, and his name may be free then. */
const CLOSED_SECONDS = 2 * 86_400;

/** What deleting needs. */
export interface DeleteSellerDeps {
  sql: Pool;
  clock: Clock;
  log: Log;
  /** What searches of this process hold in memory. */
  readings: { forget(): void };
}

/**
 * Takes a seller who closed his account there out of everything that is kept of its listings: his name, and where he is,
 * also when a search names him once more.
 * Exactly once per notice, however often and at how many processes it arrives. The log tells how many, never who.
 */
export async function deleteSeller(
  deps: DeleteSellerDeps,
  notice: { provider: string; notification_id: string; names: readonly string[] },
): Promise<{ repeated: boolean; listing_count: number }> {
  const { provider, notification_id, names } = notice;
  const done = await deps.sql.begin(async (tx) => {
    const key = { provider, notification_id };
    if (!await insertDeletion(tx, { ...key, now: deps.clock.now() })) {
      return { repeated: true, listing_count: 0 };
    }
    // One that began before stores what it read of him; none begins before this is committed.
    await waitForIngests(tx);
    const until = addSeconds(deps.clock.now(), CLOSED_SECONDS);
    await insertClosedSellers(tx, { provider, names, until });
    const listing_count = await blankSellers(tx, { provider, names });
    await updateDeletion(tx, { ...key, listing_count });
    return { repeated: false, listing_count };
  });
  if (done.listing_count > 0) deps.readings.forget();
  deps.log.info("account at a marketplace deleted", { provider, notification_id, ...done });
  return done;
}
