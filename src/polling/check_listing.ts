import { addSeconds } from "../platform/clock.ts";
import { withHeartbeat } from "../platform/lease.ts";
import { isDatabaseAway } from "../platform/sql.ts";
import { deleteCheck, type ListingCheck, planCheck, renewCheck } from "../alerts/check_store.ts";
import { checkAt } from "../alerts/check_time.ts";
import { backoffSeconds, blocksProvider } from "../providers/backoff.ts";
import { type ListingDraft, type Provider, type ProviderCall, ProviderError } from "../providers/contract.ts";
import { keepCalls, markFailedCall } from "../providers/keep_calls.ts";
import { heedRetryAfter, QuotaEmptyError, quotaGate } from "../providers/quota.ts";
import { findBlock, recordProviderFailure, recordProviderSuccess } from "../providers/state_store.ts";
import { endAndRecord, ingestAndAlert } from "./ingest_and_alert.ts";
import type { PollDeps } from "./run_poll.ts";

/**
 * What became of a claimed check. `dropped`: the row was no longer ours. `planned`: the listing was seen meanwhile, or its
 * provider may not be asked now. `over`: it is not looked at any more. `seen`, `ended`: the provider said so. `failed`:
 * nobody knows.
 */
export type CheckResult = { kind: "dropped" | "planned" | "over" | "seen" | "ended" | "failed" };

/** A check in our hands whose provider can be asked. */
interface Look {
  check: ListingCheck;
  token: number;
  provider: Provider;
  startedAt: Date;
}

/**
 * Asks a provider for one listing that somebody was alerted to and takes the answer as any other: a lower price alerts,
 * an end is noted. Only the provider's own word ends it; a failure is planned again and says nothing of the listing.
 */
export async function checkListing(deps: PollDeps, row: { id: string; token: number }): Promise<CheckResult> {
  const startedAt = deps.clock.now();
  const check = await renewCheck(deps.sql, { ...row, now: startedAt });
  if (!check) return { kind: "dropped" };
  const provider = deps.providers.get(check.provider);
  if (check.status === "ended" || !check.is_wanted || !provider?.findListing) {
    return { kind: await deleteCheck(deps.sql, row) ? "over" : "dropped" };
  }
  const dueAt = checkAt(check);
  if (check.observed_at > check.seen_at && dueAt > startedAt) return await plan(deps, { check, row, dueAt });
  const blockedUntil = await findBlock(deps.sql, { provider: provider.id, now: startedAt });
  if (blockedUntil) return await plan(deps, { check, row, dueAt: blockedUntil });
  const renew = async () => await renewCheck(deps.sql, { ...row, now: deps.clock.now() }) !== null;
  const look = { check, token: row.token, provider, startedAt };
  return await withHeartbeat({ renew }, (signal) => askAndStore(deps, look, signal));
}

async function plan(
  deps: PollDeps,
  { check, row, dueAt }: { check: ListingCheck; row: { id: string; token: number }; dueAt: Date },
): Promise<CheckResult> {
  const planned = { due_at: dueAt, seen_at: check.observed_at, failures: check.failures };
  return { kind: await planCheck(deps.sql, { ...row, ...planned }) ? "planned" : "dropped" };
}

async function askAndStore(deps: PollDeps, look: Look, signal: AbortSignal): Promise<CheckResult> {
  const { check, token, provider } = look;
  const calls: ProviderCall[] = [];
  try {
    const draft = await provider.findListing!(check.external_id, { // safe: checked before
      signal,
      onCall: (call) => void calls.push(call),
      beforeCall: quotaGate(deps, provider, "spare"),
      marketplaces: check.marketplaces,
      url: check.url,
    });
    const result = draft === null ? await end(deps, look) : await store(deps, look, draft);
    await recordProviderSuccess(deps.sql, {
      provider: provider.id,
      now: deps.clock.now(),
      startedAt: look.startedAt,
    });
    return result;
  } catch (error) {
    if (signal.aborted) return { kind: "dropped" };
    if (isDatabaseAway(error)) throw error;
    if (error instanceof QuotaEmptyError) {
      return await plan(deps, { check, row: { id: check.listing_id, token }, dueAt: error.availableAt });
    }
    markFailedCall(calls, error);
    return await recordFailure(deps, look, error);
  } finally {
    await keepCalls(deps, calls, { provider: provider.id, poll_id: null, user_id: null });
  }
}

/** The provider no longer knows it. Who saw it after we asked is right. */
async function end(deps: PollDeps, { check, token, startedAt }: Look): Promise<CheckResult> {
  await endAndRecord(deps, [{ id: check.listing_id, unseen_since: startedAt }]);
  return { kind: await deleteCheck(deps.sql, { id: check.listing_id, token }) ? "ended" : "dropped" };
}

async function store(deps: PollDeps, look: Look, draft: ListingDraft): Promise<CheckResult> {
  const { check, token, provider } = look;
  const row = { id: check.listing_id, token };
  const report = await ingestAndAlert(deps, {
    source: { provider: provider.id, max_age_seconds: provider.capabilities.terms.max_age_seconds },
    // Its own id is what was asked for: an answer under another one is refused by providers.
    drafts: [{ ...draft, external_id: check.external_id }],
    originOf: () => ({ kind: "sweep" }),
    fence: async (tx) => await renewCheck(tx, { ...row, now: deps.clock.now() }) !== null,
    after: async (tx, [one]) => {
      if (!one || one.listing.status === "ended") return void await deleteCheck(tx, row);
      const { listing } = one;
      await planCheck(tx, { ...row, due_at: checkAt(listing), seen_at: listing.observed_at, failures: 0 });
    },
  });
  if (report.fenced) return { kind: "dropped" };
  return { kind: draft.status === "ended" ? "ended" : "seen" };
}

async function recordFailure(
  deps: PollDeps,
  { check, token, provider }: Look,
  thrown: unknown,
): Promise<CheckResult> {
  const error = thrown instanceof ProviderError
    ? thrown
    : new ProviderError("bad_response", "the answer could not be stored", { cause: thrown });
  const now = deps.clock.now();
  const failures = check.failures + (blocksProvider(error.kind) ? 0 : 1);
  const due_at = addSeconds(now, backoffSeconds(Math.max(failures, 1), error.retryAfterSeconds));
  await planCheck(deps.sql, { id: check.listing_id, token, due_at, seen_at: check.observed_at, failures });
  await recordProviderFailure(deps.sql, {
    provider: provider.id,
    now,
    kind: error.kind,
    message: error.message,
    retryAfterSeconds: error.retryAfterSeconds,
  });
  await heedRetryAfter(deps, provider.capabilities.quota, error);
  deps.log.warn("check of a listing failed", {
    provider: provider.id,
    listing_id: check.listing_id,
    error: error.kind,
    detail: error.message,
    cause: error.cause,
  });
  return { kind: "failed" };
}
