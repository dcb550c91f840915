/** Calls per minute that all processes of an installation share. */
import type { Clock } from "../platform/clock.ts";
import type { Sql } from "../platform/sql.ts";
import type { Provider, ProviderId } from "./contract.ts";
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

/** What a provider's `beforeCall` needs: takes one call each time, or nothing when the provider declares no quota. */
export function quotaGate(
  deps: { sql: Sql; clock: Clock },
  provider: Pick<Provider, "id" | "capabilities">,
  use: QuotaUse,
): () => Promise<void> {
  const { id, capabilities: { quota } } = provider;
  if (!quota) return () => Promise.resolve();
  return async () => {
    const now = deps.clock.now();
    if (await takeCall(deps.sql, { provider: id, quota, use, now })) return;
    throw new QuotaEmptyError(id, await nextCallAt(deps.sql, { provider: id, quota, use, now }));
  };
}
