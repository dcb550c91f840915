import type { Clock } from "../platform/clock.ts";
import { DomainError, errorText } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import type { Pool } from "../platform/sql.ts";
import { type CallOptions, type ProviderCall, ProviderError } from "../providers/contract.ts";
import { keepCalls, markFailedCall } from "../providers/keep_calls.ts";
import { heedRetryAfter, QuotaEmptyError, quotaGate } from "../providers/quota.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import { DISCOGS } from "./schema.ts";

/** What calling Discogs for one user needs. */
export interface DiscogsCallDeps {
  sql: Pool;
  clock: Clock;
  log: Log;
  providers: Pick<ProviderRegistry, "get">;
}

/** For whom, and how long he waits. */
export interface CallFor {
  user_id: string;
  /** `search`: somebody looks on; `import`: he waits for a job; `poll`: nobody does. */
  use: "search" | "import" | "poll";
  signal: AbortSignal;
}

/**
 * Runs `work` with what its calls to Discogs need: each takes one of the calls that the whole installation shares, and
 * stands in the request log as made for this user alone.
 */
export async function callDiscogs<T>(
  deps: DiscogsCallDeps,
  { user_id, use, signal }: CallFor,
  work: (options: CallOptions) => Promise<T>,
): Promise<T> {
  const calls: ProviderCall[] = [];
  const provider = deps.providers.get(DISCOGS);
  const gate = provider ? { beforeCall: quotaGate(deps, provider, use) } : {};
  try {
    return await work({ signal, onCall: (call) => void calls.push(call), ...gate });
  } catch (error) {
    markFailedCall(calls, error);
    if (error instanceof ProviderError) {
      await heedRetryAfter(deps, provider?.capabilities.quota ?? null, error);
    }
    throw error;
  } finally {
    await keepCalls(deps, calls, { provider: DISCOGS, poll_id: null, user_id });
  }
}

/** What somebody who waits is told of a failure of Discogs, and where it is known what he can do; anything else comes back unchanged. */
export function asAnswer(error: unknown, advice?: string): unknown {
  const message = errorText(error) + (advice === undefined ? "" : `; ${advice}`);
  if (error instanceof ProviderError) return new DomainError("provider_failed", message, { cause: error });
  if (error instanceof QuotaEmptyError) return new DomainError("unavailable", message, { cause: error });
  return error;
}
