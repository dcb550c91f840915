import { sha256Hex } from "../platform/crypto.ts";
import type { Sql } from "../platform/sql.ts";
import { countAttempt, LIMITS, type ThrottleName, type ThrottleState, waitMs } from "./throttle.ts";
import { ensureThrottles, lockThrottles, updateThrottles } from "./throttle_store.ts";

/** What is counted: under which limit, and whose. */
export interface Attempt {
  name: ThrottleName;
  /** Address, account or both, as text. */
  of: readonly string[];
}

/** One attempt counted: what the counter said before and after. */
export interface Taken {
  name: ThrottleName;
  /** In hex. */
  key: string;
  before: ThrottleState;
  after: ThrottleState;
}

/** Whether something may be tried now; if not, which limit is in the way and for how long. */
export type Permit =
  | { granted: true; taken: Taken[] }
  | { granted: false; name: ThrottleName; retryAfterSeconds: number };

/**
 * Counts one attempt under each limit, before it is made, so that a hundred at once are not all free. All or nothing:
 * what is refused is not counted, and waiting it out suffices.
 */
export async function takeAttempts(tx: Sql, attempts: readonly Attempt[], now: Date): Promise<Permit> {
  const counted = await Promise.all(
    attempts.map(async (one) => ({ ...one, key: await throttleKey(one), limit: LIMITS[one.name] })),
  );
  const keys = counted.map(({ key }) => key);
  await ensureThrottles(tx, keys, now);
  const states = await lockThrottles(tx, keys);
  const waits = counted.map(({ key, limit, name }) => ({
    name,
    ms: waitMs(states.get(key) ?? null, limit, now),
  }));
  const longest = waits.reduce((most, one) => one.ms > most.ms ? one : most);
  if (longest.ms > 0) {
    return { granted: false, name: longest.name, retryAfterSeconds: Math.ceil(longest.ms / 1000) };
  }
  const taken = counted.map(({ name, key, limit }) => {
    const before = states.get(key) ?? { level: 0, last_at: now };
    return { name, key, before, after: countAttempt(before, limit, now) };
  });
  await updateThrottles(tx, taken.map(({ key, after }) => ({ key, ...after })));
  return { granted: true, taken };
}

/** The key of a counter, in hex. */
export function throttleKey({ name, of }: Attempt): Promise<string> {
  return sha256Hex(JSON.stringify([name, ...of]));
}
