/** How often something may be tried: free at first, then slower and slower, and forgotten with time. Pure. */
import { addSeconds } from "../platform/clock.ts";

/** What is counted apart from each other. */
export type ThrottleName =
  | "login_pair"
  | "login_device"
  | "login_address"
  | "login_account"
  | "current_password"
  | "mail";

/** How many attempts cost nothing, how long those after them wait, and how fast they are forgotten. */
export interface Limit {
  /** Attempts without a wait. */
  free: number;
  /** Wait behind the last free attempt; it doubles with each further one, up to `maxWaitSeconds`. */
  firstWaitSeconds: number;
  maxWaitSeconds: number;
  /** One attempt is forgotten in this time: what can be kept up for ever is one attempt in it. */
  forgetSeconds: number;
}

/**
 * Guessing is slowed by what a stranger cannot choose for others. One account from one address: a person mistypes five
 * times, a machine gets about 100 guesses a day. One address: an office shares it, so its limit is wide. One account
 * from everywhere: the widest, as it also slows the owner; a browser that logged in before has `login_device` in place of
 * all three, so that strangers never keep it out. Mails: five, then one in twenty minutes, whoever asks for them.
 */
export const LIMITS = {
  login_pair: { free: 5, firstWaitSeconds: 30, maxWaitSeconds: 900, forgetSeconds: 900 },
  login_device: { free: 10, firstWaitSeconds: 30, maxWaitSeconds: 900, forgetSeconds: 900 },
  login_address: { free: 30, firstWaitSeconds: 10, maxWaitSeconds: 900, forgetSeconds: 60 },
  login_account: { free: 100, firstWaitSeconds: 60, maxWaitSeconds: 900, forgetSeconds: 300 },
  current_password: { free: 5, firstWaitSeconds: 30, maxWaitSeconds: 900, forgetSeconds: 900 },
  mail: { free: 5, firstWaitSeconds: 1_200, maxWaitSeconds: 1_200, forgetSeconds: 1_200 },
} as const satisfies Record<ThrottleName, Limit>;

/** What is remembered of attempts. */
export interface ThrottleState {
  /** Attempts not yet forgotten, at `last_at`. */
  level: number;
  last_at: Date;
}

/** Milliseconds until the next attempt is let through; 0: now. Null: nothing was tried lately. */
export function waitMs(state: ThrottleState | null, limit: Limit, now: Date): number {
  if (state === null) return 0;
  // Wholly forgotten or not at all: else the fifth attempt would be free again a moment later.
  const beyond = Math.ceil(state.level - 1e-9) - limit.free;
  if (beyond < 0) return 0;
  const wait = Math.min(limit.firstWaitSeconds * 2 ** beyond, limit.maxWaitSeconds);
  return Math.max(0, addSeconds(state.last_at, wait).getTime() - now.getTime());
}

/** What is remembered after one more attempt at `now`, and when it will all be forgotten. */
export function countAttempt(
  state: ThrottleState | null,
  limit: Limit,
  now: Date,
): ThrottleState & { forget_at: Date } {
  const level = levelAt(state, limit, now) + 1;
  return { level, last_at: now, forget_at: addSeconds(now, level * limit.forgetSeconds) };
}

function levelAt(state: ThrottleState | null, limit: Limit, now: Date): number {
  if (state === null) return 0;
  const elapsedSeconds = Math.max(0, now.getTime() - state.last_at.getTime()) / 1000;
  return Math.max(0, state.level - elapsedSeconds / limit.forgetSeconds);
}
