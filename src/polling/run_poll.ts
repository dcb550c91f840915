import { addSeconds } from "../platform/clock.ts";
import { withHeartbeat } from "../platform/lease.ts";
import type { Log } from "../platform/log.ts";
import { DatabaseError } from "../platform/sql.ts";
import { sweepPages } from "../polls/decide_sweep.ts";
import type { Poll } from "../polls/schema.ts";
import {
  advancePoll,
  failPoll,
  fencePoll,
  postponePoll,
  renewPoll,
  upsertPollItems,
} from "../polls/store.ts";
import { countMissedItems, findUnseenListings } from "../polls/sweep_store.ts";
import { backoffSeconds, blocksProvider } from "../providers/backoff.ts";
import { type Provider, type ProviderCall, ProviderError } from "../providers/contract.ts";
import { keepCalls, markFailedCall } from "../providers/keep_calls.ts";
import { QuotaEmptyError } from "../providers/quota.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import { recordProviderFailure, recordProviderSuccess } from "../providers/store.ts";
import { endAndRecord, ingestAndAlert, type IngestDeps } from "./ingest_and_alert.ts";
import { type PagesRead, readPages } from "./read_pages.ts";
import { settleFloors } from "./settle_floors.ts";

/** What running a poll needs. */
export interface PollDeps extends IngestDeps {
  providers: ProviderRegistry;
  log: Log;
}

/** What one run of a poll did. `dropped`: the lease was not ours (any more); nothing was written. */
export type PollResult =
  | { kind: "dropped" }
  | { kind: "failed"; error: string }
  /** The calls of this minute are used up: it comes again, as late as it is. */
  | { kind: "postponed"; until: Date }
  | {
    kind: "completed";
    fetched: number;
    created: number;
    observed: number;
    matches: number;
    alerts: number;
    /** Every page was read in order to see what is gone. */
    completeSweep: boolean;
    /** Listings that complete sweeps no longer found. */
    ended: number;
    coverageGap: boolean;
  };

/**
 * Runs one claimed poll: search outside any transaction, then one transaction that ingests, matches, publishes and
 * advances the poll. A provider's failure is a failed run, planned again; it is never taken for "no listings".
 */
export async function runPoll(deps: PollDeps, row: { id: string; token: number }): Promise<PollResult> {
  const poll = await renewPoll(deps.sql, { ...row, now: deps.clock.now() });
  if (!poll) return { kind: "dropped" };
  let isStoring = false;
  // While the run is stored its own transactions hold the row and extend the lease: a renewal would wait for them and
  // keep a connection from somebody.
  const renew = async () =>
    isStoring || await renewPoll(deps.sql, { ...row, now: deps.clock.now() }) !== null;
  const result = await withHeartbeat({ renew }, async (signal): Promise<PollResult> => {
    const provider = deps.providers.get(poll.provider);
    if (!provider) return { kind: "dropped" };
    const calls: ProviderCall[] = [];
    try {
      const startedAt = deps.clock.now();
      const pages = sweepPages(poll, provider.capabilities, startedAt);
      const onCall = (call: ProviderCall) => void calls.push(call);
      const read = await readPages(deps, { poll, provider, sweepPages: pages, signal, onCall });
      const isSweep = pages !== null;
      isStoring = true;
      return await storeRun(deps, { poll, token: row.token, provider, startedAt, isSweep, read });
    } catch (error) {
      if (signal.aborted) return { kind: "dropped" };
      // The database is away: the lease brings the poll back when it is there again.
      if (error instanceof DatabaseError) throw error;
      if (error instanceof QuotaEmptyError) return await postpone(deps, row, error.availableAt);
      markFailedCall(calls, error);
      return await recordFailure(deps, { poll, token: row.token, error });
    } finally {
      await keepCalls(deps, calls, { provider: poll.provider, poll_id: poll.id, user_id: null });
    }
  });
  // The run is stored and its lease given back: what fails here is no failure of the provider.
  if (result.kind !== "completed" || !result.completeSweep) return result;
  return { ...result, ended: await endUnseen(deps, poll.id) };
}

interface Run {
  poll: Poll;
  token: number;
  provider: Provider;
  startedAt: Date;
  isSweep: boolean;
  read: PagesRead;
}

async function postpone(
  deps: PollDeps,
  row: { id: string; token: number },
  until: Date,
): Promise<PollResult> {
  return await postponePoll(deps.sql, { ...row, until }) ? { kind: "postponed", until } : { kind: "dropped" };
}

async function storeRun(deps: PollDeps, run: Run): Promise<PollResult> {
  const { poll, token, provider, startedAt, isSweep, read } = run;
  const completeSweep = isSweep && read.reachedEnd;
  const report = await ingestAndAlert(deps, {
    source: { provider: poll.provider, max_age_seconds: provider.capabilities.terms.max_age_seconds },
    drafts: read.drafts,
    originOf: (listing) =>
      read.olderIds.has(listing.external_id)
        ? { kind: "sweep" }
        : { kind: "poll", lastRunAt: poll.last_success_at },
    fence: (tx) => fencePoll(tx, { id: poll.id, token, now: deps.clock.now() }),
    after: async (tx, ingested, isLast) => {
      const ids = ingested.map((one) => one.listing.id);
      const runNumber = poll.runs + 1;
      if (ids.length > 0) await upsertPollItems(tx, { poll_id: poll.id, listing_ids: ids, run: runNumber });
      if (!isLast) return;
      if (completeSweep) await countMissedItems(tx, { poll_id: poll.id, run: runNumber, startedAt });
      await advancePoll(tx, { id: poll.id, now: deps.clock.now(), coverageGap: read.coverageGap, isSweep });
    },
  });
  if (report.fenced) return { kind: "dropped" };
  if (report.floors > 0) await settleFloors(deps);
  await recordProviderSuccess(deps.sql, { provider: poll.provider, now: deps.clock.now() });
  return {
    kind: "completed",
    fetched: read.drafts.length,
    created: report.ingested.filter((one) => one.created).length,
    observed: report.ingested.filter((one) => one.observed).length,
    matches: report.matchedListingIds.length,
    alerts: report.alerts,
    ended: 0,
    completeSweep,
    coverageGap: read.coverageGap,
  };
}

/**
 * In transactions of its own, because listings are locked before alert states. A crash before it costs nothing but
 * time: the next complete sweep ends what this one counted.
 */
async function endUnseen(deps: PollDeps, pollId: string): Promise<number> {
  const unseen = await findUnseenListings(deps.sql, pollId);
  return await endAndRecord(deps, unseen.map(({ id, missed_since }) => ({ id, unseen_since: missed_since })));
}

/** Plans a failed run again. Also one that failed by a mistake of ours: it must not burn quota at every lease. */
async function recordFailure(
  deps: PollDeps,
  { poll, token, error: thrown }: { poll: Poll; token: number; error: unknown },
): Promise<PollResult> {
  const error = thrown instanceof ProviderError
    ? thrown
    : new ProviderError("bad_response", "the answer could not be stored", { cause: thrown });
  const now = deps.clock.now();
  // What concerns the whole provider is held back by its own state; the poll need only come again.
  const failures = blocksProvider(error.kind) ? 1 : poll.failures + 1;
  const nextPollAt = addSeconds(now, backoffSeconds(failures, error.retryAfterSeconds));
  await failPoll(deps.sql, { id: poll.id, token, error: `${error.kind}: ${error.message}`, nextPollAt, now });
  await recordProviderFailure(deps.sql, {
    provider: poll.provider,
    now,
    kind: error.kind,
    message: error.message,
    retryAfterSeconds: error.retryAfterSeconds,
  });
  deps.log.warn("poll failed", {
    provider: poll.provider,
    poll_id: poll.id,
    error: error.kind,
    detail: error.message,
    next_poll_at: nextPollAt,
    cause: error.cause,
  });
  return { kind: "failed", error: `${error.kind}: ${error.message}` };
}
