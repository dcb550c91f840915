import type { Clock } from "../platform/clock.ts";
import { errorText } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import type { Sql } from "../platform/sql.ts";
import type { Rate } from "./money.ts";
import { dayMs, dayOf, ECB, type RateSet, SEED } from "./rate_set.ts";
import { findRateSets } from "./rate_store.ts";

/** Oldest rate that converts a price (semantics §3), counted from the first instant of its day. */
export const MAX_RATE_AGE_DAYS = 7;

/** Rates change once a day; a process that did not fetch them itself sees them this late. */
const RELOAD_SECONDS = 300;

const DAY_MS = 86_400_000;

/** What a book needs of the service. */
export interface RateBookDeps {
  sql: Sql;
  clock: Clock;
  log: Log;
}

/** How strict a book is. */
export interface RateBookOptions {
  /** Where nothing newer is there, the shipped rates convert whatever their age. For development only. */
  allowOldSeed: boolean;
}

/** Loads a book and keeps it up to date until it is disposed. */
export async function openRateBook(deps: RateBookDeps, options: RateBookOptions): Promise<RateBook> {
  const book = new RateBook(deps, options);
  await book.load();
  book.start();
  return book;
}

/**
 * The stored exchange rates, in memory: what verdicts convert with. A pair is converted by the newest usable day of one
 * source that has both currencies, through the euro; of two sources of one day the central bank's counts.
 */
export class RateBook {
  readonly #deps: RateBookDeps;
  readonly #options: RateBookOptions;
  #sets: readonly LoadedSet[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;
  #said = "";
  #loading = Promise.resolve();

  constructor(deps: RateBookDeps, options: RateBookOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  /** Units of `to` for one unit of `from`, 12 digits; null when no usable day has both. */
  rate(from: string, to: string): Rate | null {
    const nowMs = this.#deps.clock.now().getTime();
    for (const set of this.#sets) {
      const one = set.perEuro.get(from);
      const other = set.perEuro.get(to);
      if (one === undefined || other === undefined || !this.#isUsable(set, nowMs)) continue;
      return { rate: Number((other / one).toPrecision(12)), date: set.date, source: set.source };
    }
    return null;
  }

  /** Reads the stored rates anew. @throws when the database does not answer; the book stays as it was */
  async load(): Promise<void> {
    const now = this.#deps.clock.now();
    const since = dayOf(new Date(now.getTime() - (MAX_RATE_AGE_DAYS + 1) * DAY_MS));
    this.#sets = (await findRateSets(this.#deps.sql, since)).map(loaded).sort(byUse);
    this.#tell(now.getTime());
  }

  /** Reloads every five minutes from now on; a reload that fails leaves the book as it was. */
  start(): void {
    this.#timer ??= setInterval(() => {
      this.#loading = this.load().catch((error) =>
        this.#deps.log.warn("exchange rates not reloaded", { error: errorText(error) })
      );
    }, RELOAD_SECONDS * 1_000);
  }

  /** Ends reloading, also one that is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#loading;
  }

  #isUsable(set: LoadedSet, nowMs: number): boolean {
    if (this.#options.allowOldSeed && set.source === SEED) return true;
    return nowMs - set.startMs <= MAX_RATE_AGE_DAYS * DAY_MS;
  }

  /** Says which rates are in use when that is worth knowing, once per state. */
  #tell(nowMs: number): void {
    const used = this.#sets.find((set) => this.#isUsable(set, nowMs));
    const state = used ? `${used.source} ${used.date}` : "none";
    if (state === this.#said) return;
    this.#said = state;
    if (!used) {
      this.#deps.log.warn("no usable exchange rate: prices in other currencies match no price bound", {
        newest: this.#sets[0]?.date ?? null,
        max_age_days: MAX_RATE_AGE_DAYS,
      });
    } else if (nowMs - used.startMs > MAX_RATE_AGE_DAYS * DAY_MS) {
      const fields = { source: used.source, date: used.date };
      this.#deps.log.warn("prices convert with old shipped rates, as development allows", fields);
    } else {
      this.#deps.log.info("exchange rates in use", { source: used.source, date: used.date });
    }
  }
}

interface LoadedSet {
  source: string;
  date: string;
  startMs: number;
  /** With the euro itself. */
  perEuro: ReadonlyMap<string, number>;
}

function loaded({ source, date, rates }: RateSet): LoadedSet {
  const entries = [...rates].map(([currency, rate]): [string, number] => [currency, Number(rate)]);
  return { source, date, startMs: dayMs(date), perEuro: new Map([["EUR", 1], ...entries]) };
}

function byUse(a: LoadedSet, b: LoadedSet): number {
  return b.startMs - a.startMs || Number(b.source === ECB) - Number(a.source === ECB);
}
