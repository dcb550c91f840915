/** One page of one provider for a person who waits. */
import { errorText } from "../platform/errors.ts";
import { DatabaseError } from "../platform/sql.ts";
import type { Listing } from "../listings/schema.ts";
import type { PollDeps } from "../polling/run_poll.ts";
import { storeFound } from "../polling/store_found.ts";
import {
  type Page,
  type PageCursor,
  type Provider,
  type ProviderCall,
  ProviderError,
  type ProviderQuery,
} from "../providers/contract.ts";
import { keepCalls, markFailedCall } from "../providers/keep_calls.ts";
import { heedRetryAfter, QuotaEmptyError, quotaGate } from "../providers/quota.ts";
import {
  admitCall,
  recordProviderFailure,
  recordProviderSuccess,
  releaseProbe,
} from "../providers/state_store.ts";

/** Which page, for whom, and how long he waits. */
export interface PageAsk {
  provider: Provider;
  query: ProviderQuery;
  cursor: PageCursor;
  /** Whose search makes the call. */
  user_id: string;
  /** The longest wait for a provider in one search, and what is left of it. */
  deadlineMs: number;
  leftMs: number;
}

/** The page's listings as stored, or why there are none; the error is fit for users. */
export type PageRead =
  | { kind: "read"; listings: Listing[]; next: PageCursor }
  | { kind: "failed"; error: string };

/**
 * Asks the provider for a page and stores what it says before anybody sees it. Health, request log and quota are kept
 * as a poll keeps them; a provider that is left alone or has no call left is not asked.
 * @throws {DatabaseError} when the database is away: what cannot be stored is not shown either
 */
export async function readPage(deps: PollDeps, ask: PageAsk): Promise<PageRead> {
  const { provider } = ask;
  const doing = `search ${provider.name}`;
  const startedAt = deps.clock.now();
  const admission = await admitCall(deps.sql, { provider: provider.id, now: startedAt });
  if (admission.kind === "blocked") {
    const until = admission.until.toISOString();
    return { kind: "failed", error: `Cannot ${doing}: after a failure it is left alone until ${until}` };
  }
  const calls: ProviderCall[] = [];
  try {
    const page = await call(deps, ask, (one) => void calls.push(one));
    const listings = await storeFound(deps, {
      provider,
      query: ask.query,
      isFirst: ask.cursor === null,
      drafts: page.listings,
    });
    await recordProviderSuccess(deps.sql, { provider: provider.id, now: deps.clock.now(), startedAt });
    return { kind: "read", listings, next: page.next };
  } catch (error) {
    if (error instanceof DatabaseError) throw error;
    if (error instanceof QuotaEmptyError) return { kind: "failed", error: error.message };
    markFailedCall(calls, error);
    return { kind: "failed", error: await recordFailure(deps, provider, error) };
  } finally {
    // Still held only where nothing was said of the provider itself.
    if (admission.kind === "probe") {
      await releaseProbe(deps.sql, { provider: provider.id, until: admission.until });
    }
    await keepCalls(deps, calls, { provider: provider.id, poll_id: null, user_id: ask.user_id });
  }
}

/** The person stopped waiting, which a poll would not have done yet. */
class TooLateError extends ProviderError {
  constructor(provider: Provider, deadlineMs: number) {
    super("unavailable", `Cannot search ${provider.name}: it took longer than ${deadlineMs / 1000} s`);
  }
}

async function call(deps: PollDeps, ask: PageAsk, onCall: (call: ProviderCall) => void): Promise<Page> {
  const { provider, query, cursor, deadlineMs, leftMs } = ask;
  if (leftMs <= 0) throw new TooLateError(provider, deadlineMs);
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), leftMs);
  try {
    const beforeCall = quotaGate(deps, provider, "search");
    return await provider.search(query, cursor, { signal: controller.signal, onCall, beforeCall });
  } catch (error) {
    const isOurs = controller.signal.aborted && error instanceof ProviderError;
    throw isOurs ? new TooLateError(provider, deadlineMs) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** Notes what went wrong as a poll would, and gives the sentence for the user. */
async function recordFailure(deps: PollDeps, provider: Provider, thrown: unknown): Promise<string> {
  const error = thrown instanceof ProviderError
    ? thrown
    : new ProviderError("bad_response", `Cannot search ${provider.name}: the answer could not be stored`, {
      cause: thrown,
    });
  await recordProviderFailure(deps.sql, {
    provider: provider.id,
    now: deps.clock.now(),
    kind: error.kind,
    message: error.message,
    retryAfterSeconds: error.retryAfterSeconds,
    // A provider slower than a person's patience may still serve polls, which wait longer.
    blocks: !(error instanceof TooLateError),
  });
  await heedRetryAfter(deps, provider.capabilities.quota, error);
  deps.log.warn("search failed", {
    provider: provider.id,
    error: error.kind,
    detail: error.message,
    cause: error.cause === undefined ? null : errorText(error.cause),
  });
  return error.message;
}
