import type { Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";
import type { Sql } from "../platform/sql.ts";
import { type Provider, type ProviderCall, ProviderError, type QuotaReading } from "./contract.ts";
import { keepCalls, markFailedCall } from "./keep_calls.ts";
import { upsertQuotaReading } from "./quota_reading_store.ts";
import type { ProviderRegistry } from "./registry.ts";
import { recordProviderFailure } from "./state_store.ts";

/** How long one provider is waited for. */
const CALL_TIMEOUT_MS = 10_000;

/** What reading quotas needs. */
export interface QuotaDeps {
  sql: Sql;
  clock: Clock;
  log: Log;
  providers: Pick<ProviderRegistry, "enabled">;
}

/**
 * Asks every enabled provider that can say so what is left of its quota, and keeps the answers. One that has nothing left
 * is left alone until its window begins anew. A failure is logged and does not count against the provider: it may be well.
 */
export async function readQuotas(deps: QuotaDeps): Promise<{ read_count: number }> {
  const read = await Promise.all(deps.providers.enabled().map((provider) => readQuota(deps, provider)));
  return { read_count: read.filter(Boolean).length };
}

/** Whoever else uses the same credentials is not in our own count. */
async function leaveAlone(
  { sql, clock }: QuotaDeps,
  { id: provider, name }: Provider,
  { limit, remaining, resetAt, windowSeconds }: QuotaReading,
): Promise<void> {
  const now = clock.now();
  if (remaining > 0 || resetAt === null || resetAt <= now) return;
  await recordProviderFailure(sql, {
    provider,
    now,
    kind: "rate_limited",
    message:
      `Cannot call ${name} before ${resetAt.toISOString()}: all ${limit} calls of ${windowSeconds} s are used`,
    retryAfterSeconds: (resetAt.getTime() - now.getTime()) / 1000,
  });
}

async function readQuota(deps: QuotaDeps, provider: Provider): Promise<boolean> {
  if (!provider.readQuota) return false;
  const calls: ProviderCall[] = [];
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), CALL_TIMEOUT_MS);
  try {
    const options = { signal: controller.signal, onCall: (call: ProviderCall) => void calls.push(call) };
    const reading = await provider.readQuota(options);
    await upsertQuotaReading(deps.sql, { provider: provider.id, reading, now: deps.clock.now() });
    await leaveAlone(deps, provider, reading);
    return true;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    markFailedCall(calls, error);
    deps.log.warn("quota not read", { provider: provider.id, error: error.kind, detail: error.message });
    return false;
  } finally {
    clearTimeout(timer);
    await keepCalls(deps, calls, { provider: provider.id, poll_id: null, user_id: null });
  }
}
