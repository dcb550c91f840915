/** Calls per minute that all processes of an installation share. */
import type { Clock } from "../platform/clock.ts";
import type { Sql } from "../platform/sql.ts";
import type { CallQuota, Provider, ProviderId } from "./contract.ts";
import { nextCallAt, type QuotaUse, takeCall } from "./quota_store.ts";

/** No call is left now. Not a failure of the provider: whoever wanted to call comes again at `availableAt`. */
export class QuotaEmptyError extends Error {
  override readonly name = "QuotaEmptyError";

  constructor(readonly provider: ProviderId, readonly availableAt: Date) {
    super(
      `Cannot call ${provider} before ${availableAt.toISOString()}: the calls of this minute are used up`,
    );
  }
}

/**
 * What a provider's `beforeCall` needs: takes one call each time, or nothing when the provider declares no quota. People
 * who search get at most half of a minute's calls between them: many of them do not stop the polls of everybody.
 */
export function quotaGate(
  deps: { sql: Sql; clock: Clock },
  provider: Pick<Provider, "id" | "capabilities">,
  use: QuotaUse,
): () => Promise<void> {
  const { id, capabilities: { quota } } = provider;
  if (!quota) return () => Promise.resolve();
  // The share first: a call of it that finds the whole quota empty costs only searches.
  const counted = use === "search" ? [searchShare(quota), quota] : [quota];
  return async () => {
    const now = deps.clock.now();
    for (const one of counted) {
      const request = { provider: id, quota: one, use, now };
      if (!await takeCall(deps.sql, request)) {
        throw new QuotaEmptyError(id, await nextCallAt(deps.sql, request));
      }
    }
  };
}

function searchShare({ scope, perMinute, reserve }: CallQuota): CallQuota {
  const share = Math.max(1, reserve, Math.floor(perMinute / 2));
  return { scope: `${scope}/search`, perMinute: share, reserve: 0 };
}
