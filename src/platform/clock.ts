/** The time, injected: nothing else in the code base reads the system clock. */
export interface Clock {
  /** The present instant. */
  now(): Date;
  /** Of tests alone: time itself, so that what else tells it, the database's clock, is not asked. */
  readonly simulated?: true;
}

/** The real clock of this machine. */
export const systemClock: Clock = { now: () => new Date() };

/**
 * How far the clocks of two processes may lie apart before what one writes is no time at all to the other: much more than
 * they do, because whoever heals too early asks providers too often.
 */
export const CLOCKS_APART_SECONDS = 600;

/** Milliseconds that never go back, for measuring durations; unrelated to the time of day. */
export function monotonicMs(): number {
  return performance.now();
}

/** `at` moved by `milliseconds` (negative moves back). */
export function addMilliseconds(at: Date, milliseconds: number): Date {
  return new Date(at.getTime() + milliseconds);
}

/** `at` moved by `seconds` (negative moves back). */
export function addSeconds(at: Date, seconds: number): Date {
  return addMilliseconds(at, seconds * 1000);
}
