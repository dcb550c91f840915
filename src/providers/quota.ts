/** Calls that all processes of an installation share. */
import {
  addMilliseconds,
  addSeconds,
  type Clock,
  CLOCKS_APART_SECONDS,
  monotonicMs,
} from "../platform/clock.ts";
import type { Pool, Sql } from "../platform/sql.ts";
import { LONGEST_BACKOFF_SECONDS } from "./backoff.ts";
import type { CallQuota, CallWindow, Capabilities, ProviderError, ProviderId } from "./contract.ts";
import {
  addCall,
  callsCounted,
  callsLeft,
  countedAhead,
  nextCallAt,
  type QuotaCounts,
  type QuotaUse,
  withoutAhead,
} from "./quota_count.ts";
import { endHold, holdQuota, lockQuota, type QuotaRow, readQuotas, writeQuota } from "./quota_store.ts";

/** No call is left now. Not a failure of the provider: whoever wanted to call comes again at `availableAt`. */
export class QuotaEmptyError extends Error {
  override readonly name = "QuotaEmptyError";

  constructor(readonly provider: ProviderId, readonly availableAt: Date) {
    super(`Cannot call ${provider} before ${availableAt.toISOString()}: the calls it allows are used up`);
  }
}

/** What counting calls needs of the service. */
export interface QuotaDeps {
  sql: Pool;
  clock: Clock;
}

/** A permit that took longer than this to come is not used: half of what a call's way may take is gone. */
const LONGEST_TAKE_MS = 1_000;

/**
 * What a provider's `beforeCall` needs: takes one call each time, or nothing when the provider declares no quota.
 * @throws {QuotaEmptyError} when none is left for this use
 */
export function quotaGate(
  deps: QuotaDeps,
  provider: { id: ProviderId; capabilities: Pick<Capabilities, "quota"> },
  use: QuotaUse,
): () => Promise<void> {
  const { id, capabilities: { quota } } = provider;
  if (!quota) return () => Promise.resolve();
  return async () => {
    let startedMs: number;
    do {
      startedMs = monotonicMs();
      const waitMs = await takeCall(deps, { quota, use });
      if (waitMs !== null) throw new QuotaEmptyError(id, addMilliseconds(deps.clock.now(), waitMs));
    } while (monotonicMs() - startedMs > LONGEST_TAKE_MS);
  };
}

/** Takes one call, in all windows or in none; gives the milliseconds to wait for one when none is left. */
export async function takeCall(
  { sql, clock }: QuotaDeps,
  { quota, use }: { quota: CallQuota; use: QuotaUse },
): Promise<number | null> {
  return await sql.begin(async (tx) => {
    const { counts, held_until, at } = await lockQuota(tx, quota.scope);
    const request = { quota, use, now: timeOf(clock, at) };
    if (held_until && held_until > request.now) return held_until.getTime() - request.now.getTime();
    if (callsLeft(counts, request) < 1) {
      return Math.max(1, nextCallAt(counts, request).getTime() - request.now.getTime());
    }
    await writeQuota(tx, quota.scope, addCall(counts, request));
    return null;
  });
}

/** How many calls of a use are left in each of the quotas, by scope: an estimate, others take meanwhile. */
export async function findCallsLeft(
  { sql, clock }: { sql: Sql; clock: Clock },
  quotas: readonly CallQuota[],
  use: QuotaUse,
): Promise<(quota: CallQuota) => number> {
  const found = quotas.length > 0 ? await readQuotas(sql, quotas.map(({ scope }) => scope)) : [];
  const byScope = new Map(found.map((row) => [row.scope, row]));
  return (quota) => {
    const row = byScope.get(quota.scope);
    const none: QuotaCounts = {};
    const now = row ? timeOf(clock, row.at) : clock.now();
    if (row?.held_until && row.held_until > now) return 0;
    return callsLeft(row?.counts ?? none, { quota, use, now });
  };
}

/** How many calls count in each window of the quotas now, by quota: an estimate, others call meanwhile. */
export async function findCallsCounted(
  { sql, clock }: { sql: Sql; clock: Clock },
  quotas: readonly CallQuota[],
): Promise<(quota: CallQuota, window: CallWindow) => number> {
  const found = quotas.length > 0 ? await readQuotas(sql, quotas.map(({ scope }) => scope)) : [];
  const byScope = new Map(found.map((row) => [row.scope, row]));
  return ({ scope }, window) => {
    const row = byScope.get(scope);
    return row ? callsCounted(row.counts, window, timeOf(clock, row.at)) : 0;
  };
}

/**
 * Heeds what a provider that had too many calls asks for: all who share its count wait, other providers of the scope and
 * users' own credentials too. Anything else it failed by holds nobody here.
 */
export async function heedRetryAfter(
  { sql, clock }: { sql: Sql; clock: Clock },
  quota: CallQuota | null,
  { kind, retryAfterSeconds }: Pick<ProviderError, "kind" | "retryAfterSeconds">,
): Promise<void> {
  if (quota === null || kind !== "rate_limited" || retryAfterSeconds === null) return;
  const at = clock.simulated ? clock.now() : null;
  await holdQuota(sql, { scope: quota.scope, seconds: retryAfterSeconds, at });
}

/**
 * Brings back what a clock of the database that was ahead and was set back has counted and held: those calls would count,
 * and nobody could call, until it gets there. Gives in how many scopes.
 */
export async function healQuotas({ sql, clock }: QuotaDeps): Promise<number> {
  const isAhead = ({ counts, held_until, at }: QuotaRow) => {
    const now = timeOf(clock, at);
    const latest = addSeconds(now, CLOCKS_APART_SECONDS + LONGEST_BACKOFF_SECONDS);
    return countedAhead(counts, now) || (held_until !== null && held_until > latest);
  };
  const scopes = (await readQuotas(sql, null)).filter(isAhead).map(({ scope }) => scope);
  for (const scope of scopes) {
    await sql.begin(async (tx) => {
      const row = await lockQuota(tx, scope);
      if (!isAhead(row)) return;
      await writeQuota(tx, scope, withoutAhead(row.counts, timeOf(clock, row.at)));
      await endHold(tx, scope);
    });
  }
  return scopes.length;
}

/** The database's clock is the one that all processes share, however wrong their own are. */
function timeOf(clock: Clock, databaseTime: Date): Date {
  return clock.simulated ? clock.now() : databaseTime;
}
