import type { Clock } from "../platform/clock.ts";
import type { Sql } from "../platform/sql.ts";
import { healPolls } from "../polls/heal_store.ts";
import { healProviderStates } from "../providers/heal_store.ts";

/**
 * Makes due what a clock that was ahead and was set back has left in the future: polls and blocks of providers would say
 * nothing until then. Safe to repeat and to run anywhere; gives how many of each.
 */
export async function healTimes(
  { sql, clock }: { sql: Sql; clock: Clock },
): Promise<{ poll_count: number; provider_count: number }> {
  const now = clock.now();
  return { poll_count: await healPolls(sql, now), provider_count: await healProviderStates(sql, now) };
}
