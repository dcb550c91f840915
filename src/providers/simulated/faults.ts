/** How the simulated market fails: rarely, briefly, and never in its first minute. */
import { Draws, hashOf } from "./random.ts";

/** How often the market fails; see SimulatedMarketOptions. */
export interface FaultRates {
  /** Share of time, 0 to 1, in which every call is answered as unavailable; decided for five seconds at a time. */
  outageShare: number;
  /** Calls a process may make in any 60 s; more are rate limited. */
  callsPerMinute: number;
  /** Seconds after creation without any fault, so that a newcomer's first alert is not late. */
  graceSeconds: number;
}

/** About one short outage every eight minutes; the limit is twenty calls a second. */
export const DEFAULT_FAULTS: FaultRates = { outageShare: 0.01, callsPerMinute: 1_200, graceSeconds: 60 };

const OUTAGE_MS = 5_000;
const WINDOW_MS = 60_000;

/** Whether the market is down at `now`: a pure function of seed and time. */
export function isOutage(seed: string | number, now: Date, share: number): boolean {
  return new Draws(hashOf(seed, "outage", Math.floor(now.getTime() / OUTAGE_MS))).chance(share);
}

/** Counts calls over the last minute. */
export class CallMeter {
  readonly #limit: number;
  #calls: number[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts a call; null when it is allowed, else the whole seconds until one is. Refused calls are not counted. */
  count(now: Date): number | null {
    const at = now.getTime();
    this.#calls = this.#calls.filter((call) => call > at - WINDOW_MS);
    if (this.#calls.length < this.#limit) {
      this.#calls.push(at);
      return null;
    }
    const oldest = this.#calls[0] ?? at;
    return Math.max(1, Math.ceil((oldest + WINDOW_MS - at) / 1000));
  }
}
