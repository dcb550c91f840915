import { findPastListings } from "../listings/read_store.ts";
import { endAndRecord, type IngestDeps } from "./ingest_and_alert.ts";

/** Most listings ended in one go; the rest follows a minute later. */
const MAX_ENDED = 2_000;

/**
 * Ends what is over by its own date, as an auction is, without asking anybody: no search shows it again. Safe to repeat;
 * one that is seen for sale meanwhile stays.
 */
export async function endPastListings(deps: IngestDeps): Promise<{ ended_count: number }> {
  const past = await findPastListings(deps.sql, { now: deps.clock.now(), limit: MAX_ENDED });
  const ended = await endAndRecord(deps, past.map(({ id, ends_at }) => ({ id, unseen_since: ends_at })));
  return { ended_count: ended };
}
