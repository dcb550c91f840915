import { addSeconds, type Clock } from "../platform/clock.ts";
import { DomainError } from "../platform/errors.ts";
import { DISCOGS, type Sync } from "./schema.ts";
import { countSyncs } from "./import_store.ts";
import { type StartDeps, startImport } from "./start_import.ts";
import { setSync, takeDueSync } from "./store.ts";

/** How often lists are read by themselves. */
const SYNC_SECONDS = 3_600;
/** How far one reading strays to either side, so that those who came together do not stay so. */
const JITTER = 0.1;
/**
 * Most accounts that are read by themselves at once: more than the calls of a minute suffice for. Those that are due
 * besides stay where they are, the one that waits longest first, and no pile of jobs stands before what people ask for.
 */
const MAX_AT_ONCE = 50;

/**
 * Sets whether a user's wantlist and collection are read again by themselves; the first time comes somewhere within the
 * hour. @throws {DomainError} bad_request when no account is linked
 */
export async function updateSync(
  deps: StartDeps,
  { user_id, sync }: { user_id: string; sync: Sync },
): Promise<void> {
  const next_sync_at = sync === "off" ? null : addSeconds(deps.clock.now(), SYNC_SECONDS * Math.random());
  if (await setSync(deps.sql, { user_id, provider: DISCOGS, sync, next_sync_at })) return;
  throw new DomainError("bad_request", "Cannot set sync: no account at Discogs is linked; connect one first");
}

/** Starts imports for accounts whose lists are due to be read by themselves, as far as there is room; gives how many. */
export async function syncAccounts(deps: StartDeps): Promise<{ started_count: number }> {
  let started_count = 0;
  const room = MAX_AT_ONCE - await countSyncs(deps.sql);
  for (let taken = 0; taken < room; taken++) {
    const next_sync_at = nextSyncAt(deps.clock);
    const user_id = await takeDueSync(deps.sql, { provider: DISCOGS, now: deps.clock.now(), next_sync_at });
    if (user_id === null) break;
    try {
      await startImport(deps, { user_id, import_scope: "both", origin: "sync" });
      started_count++;
    } catch (error) {
      // Deactivated or unlinked in this very moment.
      if (!(error instanceof DomainError)) throw error;
    }
  }
  return { started_count };
}

function nextSyncAt(clock: Clock): Date {
  return addSeconds(clock.now(), SYNC_SECONDS * (1 - JITTER + 2 * JITTER * Math.random()));
}
