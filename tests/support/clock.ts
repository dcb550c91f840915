/** A clock that stands still until a test moves it. */
import type { Clock } from "../../src/platform/clock.ts";

/** When tests happen: Monday, 23 November 2026, 12:00 UTC. */
export const NOON = new Date("2026-11-23T12:00:00Z");

/** A clock for tests: time passes only by `advance` and `set`. */
export interface FakeClock extends Clock {
  /** Moves the time on by milliseconds (negative moves back). */
  advance(milliseconds: number): void;
  set(at: Date): void;
}

/** A clock standing at `start`; every `now()` is a Date of its own. */
export function fakeClock(start: Date = NOON): FakeClock {
  let atMs = start.getTime();
  return {
    now: () => new Date(atMs),
    simulated: true,
    advance: (milliseconds) => void (atMs += milliseconds),
    set: (at) => void (atMs = at.getTime()),
  };
}
