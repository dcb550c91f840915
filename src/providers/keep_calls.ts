import { errorText } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import type { Sql } from "../platform/sql.ts";
import { type ProviderCall, ProviderError, type ProviderId } from "./contract.ts";
import { upsertQuotaReading } from "./quota_reading_store.ts";
import { insertProviderRequests } from "./store.ts";

/** Who made the calls: a shared poll, or a user's own search. */
export interface CallOwner {
  provider: ProviderId;
  poll_id: string | null;
  user_id: string | null;
}

/**
 * Writes calls to the request log, and what the last of them said of the quota. Never throws: what was done with their
 * answers must not fail by it.
 */
export async function keepCalls(
  deps: { sql: Sql; log: Log },
  calls: readonly ProviderCall[],
  { provider, poll_id, user_id }: CallOwner,
): Promise<void> {
  if (calls.length === 0) return;
  try {
    await insertProviderRequests(deps.sql, calls.map((call) => ({ ...call, poll_id, user_id })));
    const told = calls.findLast(({ quota }) => quota);
    if (told?.quota) {
      const reading = { provider: told.provider, reading: told.quota, now: told.started_at };
      await upsertQuotaReading(deps.sql, reading);
    }
  } catch (error) {
    deps.log.warn("provider calls not logged", { provider, error: errorText(error) });
  }
}

/** An answer that arrived well and was refused by what it said is an error in the log too. */
export function markFailedCall(calls: readonly ProviderCall[], error: unknown): void {
  const last = calls.at(-1);
  if (last && last.error === null && error instanceof ProviderError) {
    last.error = `${error.kind}: ${error.message}`;
  }
}
