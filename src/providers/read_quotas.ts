import type { Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";
import type { Sql } from "../platform/sql.ts";
import { type Provider, type ProviderCall, ProviderError } from "./contract.ts";
import { keepCalls, markFailedCall } from "./keep_calls.ts";
import { upsertQuotaReading } from "./quota_reading_store.ts";
import type { ProviderRegistry } from "./registry.ts";

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
 * Asks every enabled provider that can say so what is left of its quota, and keeps the answers. One that fails is logged
 * and does not count against the provider: it may be well.
 */
export async function readQuotas(deps: QuotaDeps): Promise<{ read_count: number }> {
  const read = await Promise.all(deps.providers.enabled().map((provider) => readQuota(deps, provider)));
  return { read_count: read.filter(Boolean).length };
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
