import { addSeconds } from "../platform/clock.ts";
import { withHeartbeat } from "../platform/lease.ts";
import type { Log } from "../platform/log.ts";
import { isDatabaseAway } from "../platform/sql.ts";
import { hastenChecks } from "../alerts/check_store.ts";
import { sweepPages } from "../polls/decide_sweep.ts";
import type { Poll } from "../polls/schema.ts";
import { postponePoll } from "../polls/claim_store.ts";
import { advancePoll, failPoll, failsAlone, fencePoll, renewPoll, upsertPollItems } from "../polls/store.ts";
import { countMissedItems, findUnseenListings } from "../polls/sweep_store.ts";
import { backoffSeconds, blocksProvider } from "../providers/backoff.ts";
import { type Provider, type ProviderCall, ProviderError } from "../providers/contract.ts";
import { keepCalls, markFailedCall } from "../providers/keep_calls.ts";
import { findCallsLeft, heedRetryAfter, QuotaEmptyError } from "../providers/quota.ts";
import type { QuotaUse } from "../providers/quota_count.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import {
  admitCall,
  recordProviderFailure,
  recordProviderSuccess,
  releaseProbe,
} from "../providers/state_store.ts";
import { endAndRecord, ingestAndAlert, type IngestDeps } from "./ingest_and_alert.ts";
import { nextRunSeconds } from "./decide_next.ts";
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
  /** It may not call now: it comes again, as late as it is. */
  | { kind: "postponed"; until: Date; why: "quota" | "backing_off" }
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
export async function runPoll(
  deps: PollDeps,
  row: { id: string; token: number },
  { use = "poll" }: { use?: QuotaUse } = {},
): Promise<PollResult> {
  const poll = await renewPoll(deps.sql, { ...row, now: deps.clock.now() });
  if (!poll) return { kind: "dropped" };
  const provider = deps.providers.get(poll.provider);
  if (!provider) return { kind: "dropped" };
  const startedAt = deps.clock.now();
  const admission = await admitCall(deps.sql, { provider: provider.id, now: startedAt });
  if (admission.kind === "blocked") {
    return await postpone(deps, { ...row, use }, { until: admission.until, why: "backing_off" });
  }
  const probe = admission.kind === "probe" ? admission : null;
  const result = await searchAndStore(deps, {
    poll,
    token: row.token,
    provider,
    use,
    startedAt,
    isProbe: probe !== null,
  });
  // Without a word of how the provider is: it failed by this query alone, or was not asked.
  if (probe && result.kind !== "completed") {
    await releaseProbe(deps.sql, { provider: provider.id, until: probe.until });
  }
  // The run is stored and its lease given back: what fails here is no failure of the provider.
  if (result.kind !== "completed" || !result.completeSweep) return result;
  const ended = await endUnseen(deps, poll.id);
  await hastenChecks(deps.sql, { poll_id: poll.id, now: deps.clock.now() });
  return { ...result, ended };
}

/** A poll in our hands whose provider may be asked. */
interface Run {
  poll: Poll;
  token: number;
  provider: Provider;
  use: QuotaUse;
  startedAt: Date;
  /** It is the first call after a block: others wait for it. */
  isProbe: boolean;
}

async function searchAndStore(deps: PollDeps, run: Run): Promise<PollResult> {
  const { poll, token, provider, startedAt } = run;
  const row = { id: poll.id, token };
  let isStoring = false;
  // While the run is stored its own transactions hold the row and extend the lease: a renewal would wait for them and
  // keep a connection from somebody.
  const renew = async () =>
    isStoring || await renewPoll(deps.sql, { ...row, now: deps.clock.now() }) !== null;
  return await withHeartbeat({ renew }, async (signal): Promise<PollResult> => {
    const calls: ProviderCall[] = [];
    try {
      const pages = sweepPages(poll, provider.capabilities, startedAt);
      const read = await readPages(deps, {
        ...run,
        sweepPages: pages,
        signal,
        onCall: (call) => void calls.push(call),
        onFirstPage: () => liftBlock(deps, run),
      });
      if (signal.aborted) return { kind: "dropped" };
      const begin = () => void (isStoring = true);
      const result = await storeRun(deps, run, { isSweep: pages !== null, read, begin });
      if (result.kind === "completed" && read.cutBy instanceof ProviderError) {
        markFailedCall(calls, read.cutBy);
        await noteFailure(deps, { poll, error: read.cutBy, nextPollAt: null });
      }
      return result;
    } catch (error) {
      if (signal.aborted) return { kind: "dropped" };
      if (isDatabaseAway(error)) throw error;
      if (error instanceof QuotaEmptyError) {
        return await postpone(deps, { ...row, use: run.use }, { until: error.availableAt, why: "quota" });
      }
      markFailedCall(calls, error);
      return await recordFailure(deps, { poll, token, error });
    } finally {
      await keepCalls(deps, calls, { provider: poll.provider, poll_id: poll.id, user_id: null });
    }
  });
}

/** At once, and not when the run is stored: everybody waits for the probe. */
async function liftBlock(deps: PollDeps, { provider, startedAt, isProbe }: Run): Promise<void> {
  if (!isProbe) return;
  await recordProviderSuccess(deps.sql, { provider: provider.id, now: deps.clock.now(), startedAt });
}

/** When people may call again says nothing of when the poll may: its other subscribers wait for that. */
async function postpone(
  deps: PollDeps,
  { id, token, use }: { id: string; token: number; use: QuotaUse },
  { until, why }: { until: Date; why: "quota" | "backing_off" },
): Promise<PollResult> {
  const isOurs = await postponePoll(deps.sql, { id, token, until: use === "poll" ? until : null });
  return isOurs ? { kind: "postponed", until, why } : { kind: "dropped" };
}

async function storeRun(
  deps: PollDeps,
  run: Run,
  { isSweep, read, begin }: { isSweep: boolean; read: PagesRead; begin: () => void },
): Promise<PollResult> {
  const { poll, token, provider, startedAt, isProbe } = run;
  const completeSweep = isSweep && read.reachedEnd;
  const spareCalls = await findSpareCalls(deps, provider);
  // Nothing of it is known to the poll yet: the next run pages on behind it as this one would have.
  const isUnfinished = read.cutBy === "quota" && read.coverageGap;
  let foundNew = false;
  const report = await ingestAndAlert(deps, {
    source: { provider: poll.provider, max_age_seconds: provider.capabilities.terms.max_age_seconds },
    drafts: read.drafts,
    begin,
    originOf: (listing) =>
      read.olderIds.has(listing.external_id)
        ? { kind: "sweep" }
        : { kind: "poll", lastRunAt: poll.last_success_at },
    fence: (tx) => fencePoll(tx, { id: poll.id, token, now: deps.clock.now() }),
    after: async (tx, ingested, isLast) => {
      const ids = ingested.map((one) => one.listing.id);
      const runNumber = poll.runs + 1;
      if (ids.length > 0 && !isUnfinished) {
        await upsertPollItems(tx, { poll_id: poll.id, listing_ids: ids, run: runNumber });
      }
      foundNew ||= poll.runs > 0 && ingested.some((one) => one.created);
      if (!isLast) return;
      if (completeSweep) await countMissedItems(tx, { poll_id: poll.id, run: runNumber, startedAt });
      const { interval_seconds } = poll;
      const nextSeconds = nextRunSeconds({ interval_seconds, foundNew, spareCalls }, provider.capabilities);
      await advancePoll(tx, {
        id: poll.id,
        now: deps.clock.now(),
        coverageGap: read.coverageGap,
        isSweep: isSweep && read.cutBy !== "quota",
        nextSeconds,
      });
    },
  });
  if (report.fenced) return { kind: "dropped" };
  if (report.floors > 0) await settleFloors(deps);
  if (!isProbe) {
    await recordProviderSuccess(deps.sql, { provider: poll.provider, now: deps.clock.now(), startedAt });
  }
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

async function findSpareCalls(deps: PollDeps, { capabilities: { quota } }: Provider): Promise<number> {
  return quota ? (await findCallsLeft(deps, [quota], "spare"))(quota) : 0;
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
  // What concerns the whole provider is held back by its own state; the poll need only come again. Where the provider
  // answers others meanwhile, it is the search that fails, and each of its failures holds everybody up.
  const escalates = !blocksProvider(error.kind) ||
    (error.kind === "unavailable" && await failsAlone(deps.sql, poll.id));
  const waitSeconds = backoffSeconds(escalates ? poll.failures + 1 : 1, error.retryAfterSeconds);
  const failure = {
    error: `${error.kind}: ${error.message}`,
    nextPollAt: addSeconds(now, waitSeconds),
    escalates,
  };
  await failPoll(deps.sql, { id: poll.id, token, now, ...failure });
  await noteFailure(deps, { poll, error, nextPollAt: failure.nextPollAt });
  return { kind: "failed", error: failure.error };
}

/** What a failure says of the provider. `nextPollAt`: when the poll comes again; null: it was a sweep alone that failed. */
async function noteFailure(
  deps: PollDeps,
  { poll, error, nextPollAt }: { poll: Poll; error: ProviderError; nextPollAt: Date | null },
): Promise<void> {
  const { kind, message, retryAfterSeconds } = error;
  const { provider } = poll;
  await recordProviderFailure(deps.sql, {
    provider,
    now: deps.clock.now(),
    kind,
    message,
    retryAfterSeconds,
  });
  await heedRetryAfter(deps, deps.providers.get(provider)?.capabilities.quota ?? null, error);
  deps.log.warn(nextPollAt ? "poll failed" : "sweep failed", {
    provider,
    poll_id: poll.id,
    error: kind,
    detail: message,
    next_poll_at: nextPollAt,
    cause: error.cause,
  });
}
