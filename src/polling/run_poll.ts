import { addSeconds } from "../platform/clock.ts";
import { errorText } from "../platform/errors.ts";
import { withHeartbeat } from "../platform/lease.ts";
import type { Log } from "../platform/log.ts";
import { DatabaseError } from "../platform/sql.ts";
import type { Poll } from "../polls/schema.ts";
import {
  advancePoll,
  failPoll,
  fencePoll,
  findKnownItems,
  postponePoll,
  renewPoll,
  upsertPollItems,
} from "../polls/store.ts";
import { backoffSeconds, blocksProvider } from "../providers/backoff.ts";
import {
  type ListingDraft,
  type PageCursor,
  type Provider,
  type ProviderCall,
  ProviderError,
} from "../providers/contract.ts";
import { QuotaEmptyError, quotaGate } from "../providers/quota.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import { insertProviderRequests, recordProviderFailure, recordProviderSuccess } from "../providers/store.ts";
import { ingestAndAlert, type IngestDeps } from "./ingest_and_alert.ts";
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
    coverageGap: boolean;
  };

/**
 * Runs one claimed poll: search outside any transaction, then one transaction that ingests, matches, publishes and
 * advances the poll. A provider's failure is a failed run, planned again; it is never taken for "no listings".
 */
export async function runPoll(deps: PollDeps, row: { id: string; token: number }): Promise<PollResult> {
  const poll = await renewPoll(deps.sql, { ...row, now: deps.clock.now() });
  if (!poll) return { kind: "dropped" };
  const renew = async () => await renewPoll(deps.sql, { ...row, now: deps.clock.now() }) !== null;
  return await withHeartbeat({ renew }, async (signal) => {
    const provider = deps.providers.get(poll.provider);
    if (!provider) return { kind: "dropped" };
    const calls: ProviderCall[] = [];
    try {
      const read = await readPages(deps, { poll, provider, signal, onCall: (call) => calls.push(call) });
      return await storeRun(deps, { poll, token: row.token, provider, read });
    } catch (error) {
      if (signal.aborted) return { kind: "dropped" };
      // The database is away: the lease brings the poll back when it is there again.
      if (error instanceof DatabaseError) throw error;
      if (error instanceof QuotaEmptyError) return await postpone(deps, row, error.availableAt);
      markFailedCall(calls, error);
      return await recordFailure(deps, { poll, token: row.token, error });
    } finally {
      await keepCalls(deps, poll, calls);
    }
  });
}

interface PagesRead {
  drafts: ListingDraft[];
  /** The page limit came before an item that the poll knows. */
  coverageGap: boolean;
}

interface Reading {
  poll: Poll;
  provider: Provider;
  signal: AbortSignal;
  onCall: (call: ProviderCall) => void;
}

/**
 * The whole first page, then further ones until an item that this poll read in an earlier run. A poll that never ran
 * reads one page: it has nothing to meet, and what lies behind was for sale before its rules.
 */
async function readPages(deps: PollDeps, { poll, provider, signal, onCall }: Reading): Promise<PagesRead> {
  const drafts: ListingDraft[] = [];
  const beforeCall = quotaGate(deps, provider, "poll");
  let cursor: PageCursor = null;
  for (let pages = 1;; pages++) {
    const page = await provider.search(poll.query, cursor, { signal, onCall, beforeCall });
    drafts.push(...page.listings);
    cursor = page.next;
    if (cursor === null || poll.runs === 0) return { drafts, coverageGap: false };
    const ids = page.listings.map((listing) => listing.external_id);
    const known = await findKnownItems(deps.sql, {
      poll_id: poll.id,
      provider: poll.provider,
      external_ids: ids,
    });
    if (known.size > 0) return { drafts, coverageGap: false };
    if (pages >= provider.capabilities.maxPagesPerPoll) return { drafts, coverageGap: true };
  }
}

async function postpone(
  deps: PollDeps,
  row: { id: string; token: number },
  until: Date,
): Promise<PollResult> {
  return await postponePoll(deps.sql, { ...row, until }) ? { kind: "postponed", until } : { kind: "dropped" };
}

async function storeRun(
  deps: PollDeps,
  { poll, token, provider, read }: { poll: Poll; token: number; provider: Provider; read: PagesRead },
): Promise<PollResult> {
  const report = await ingestAndAlert(deps, {
    source: { provider: poll.provider, max_age_seconds: provider.capabilities.terms.max_age_seconds },
    drafts: read.drafts,
    lastRunAt: poll.last_success_at,
    fence: (tx) => fencePoll(tx, { id: poll.id, token }),
    after: async (tx, ingested, isLast) => {
      const ids = ingested.map((one) => one.listing.id);
      if (ids.length > 0) {
        await upsertPollItems(tx, { poll_id: poll.id, listing_ids: ids, run: poll.runs + 1 });
      }
      if (isLast) {
        await advancePoll(tx, { id: poll.id, now: deps.clock.now(), coverageGap: read.coverageGap });
      }
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
    coverageGap: read.coverageGap,
  };
}

/** An answer that arrived well and was refused by what it said is an error in the log too. */
function markFailedCall(calls: readonly ProviderCall[], error: unknown): void {
  const last = calls.at(-1);
  if (last && last.error === null && error instanceof ProviderError) {
    last.error = `${error.kind}: ${error.message}`;
  }
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

/** The request log must not fail a run that is stored. */
async function keepCalls(deps: PollDeps, poll: Poll, calls: readonly ProviderCall[]): Promise<void> {
  if (calls.length === 0) return;
  const rows = calls.map((call) => ({ ...call, poll_id: poll.id, user_id: null }));
  try {
    await insertProviderRequests(deps.sql, rows);
  } catch (error) {
    deps.log.warn("provider calls not logged", { provider: poll.provider, error: errorText(error) });
  }
}
