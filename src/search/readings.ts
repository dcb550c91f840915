import { addSeconds, type Clock } from "../platform/clock.ts";
import { canonicalJson } from "../platform/crypto.ts";
import type { ProviderId, ProviderQuery } from "../providers/contract.ts";
import { Reading } from "./reading.ts";

/** How long a new search may be answered by what a provider said before, in seconds. */
export const FRESH_SECONDS = 60;
/** How long whoever pages through results stays with them, in seconds: far within the age that terms allow. */
export const PAGING_SECONDS = 600;
/** Listings of all readings together, about 2 kB each. */
const MAX_LISTINGS = 20_000;
/** Readings of whatever size: most searches find little. */
const MAX_READINGS = 1_000;

/** What providers said lately to searches of this process, so that equal searches cost one call. Bounded. */
export class Readings {
  readonly #clock: Clock;
  /** Oldest first. */
  readonly #byKey = new Map<string, Reading>();

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  /**
   * The reading of these queries, a new one when there is none that will do: the first page of a search wants a fresh one
   * that did not fail at once, a later page the one that its page before was cut from.
   */
  open(input: { provider: ProviderId; queries: readonly ProviderQuery[]; isFirstPage: boolean }): Reading {
    const key = `${input.provider} ${canonicalJson(input.queries)}`;
    const now = this.#clock.now();
    const known = this.#byKey.get(key);
    if (known && willDo(known, { now, isFirstPage: input.isFirstPage })) return known;
    const reading = new Reading(input.queries, now);
    this.#byKey.delete(key);
    this.#byKey.set(key, reading);
    this.#forget(now);
    return reading;
  }

  /** Drops everything: what providers said must not be shown again. */
  forget(): void {
    this.#byKey.clear();
  }

  /** Drops what nobody may use any more, then the oldest while there is too much. One in flight is only forgotten here. */
  #forget(now: Date): void {
    let listings = 0;
    for (const reading of this.#byKey.values()) listings += reading.size;
    for (const [key, reading] of this.#byKey) {
      const isOver = reading.startedAt <= addSeconds(now, -PAGING_SECONDS);
      if (!isOver && listings <= MAX_LISTINGS && this.#byKey.size <= MAX_READINGS) return;
      this.#byKey.delete(key);
      listings -= reading.size;
    }
  }
}

function willDo(reading: Reading, { now, isFirstPage }: { now: Date; isFirstPage: boolean }): boolean {
  const failedAtOnce = reading.error !== null && reading.pages === 0;
  if (isFirstPage && failedAtOnce) return false;
  return reading.startedAt > addSeconds(now, isFirstPage ? -FRESH_SECONDS : -PAGING_SECONDS);
}
