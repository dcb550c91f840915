import type { Clock } from "../platform/clock.ts";
import { errorText } from "../platform/errors.ts";
import type { HttpClient } from "../platform/http_client.ts";
import type { Log } from "../platform/log.ts";
import type { Pool } from "../platform/sql.ts";
import { parseEcbRates, RatesUnreadableError } from "./ecb_rates.ts";
import { MAX_RATE_AGE_DAYS, type RateBook } from "./rate_book.ts";
import { dayMs, dayOf, ECB, type RateSet } from "./rate_set.ts";
import { findNewestRateDate, upsertRates } from "./rate_store.ts";
import { readSeedRates } from "./seed_rates.ts";

/** What a feed needs of the service. */
export interface RateFeedDeps {
  sql: Pool;
  clock: Clock;
  log: Log;
  http: HttpClient;
  rates: RateBook;
}

/** What a refresh did; `current`: nothing newer can be there yet. */
export type RefreshResult = "off" | "current" | "unchanged" | "stored" | "failed";

const DAY_MS = 86_400_000;
/** The bank publishes at about 16:00 in Frankfurt: 15:00 UTC in winter. A quarter of an hour for it to be there. */
const PUBLISHED_AT_MS = (15 * 60 + 15) * 60_000;
/** How long a start waits for its first rates. */
const FIRST_FETCH_MS = 5_000;
/** The file of 90 days has 160 kB. */
const MAX_BYTES = 2_000_000;

/** Fetches rates and stores them. Nothing here throws: without new rates the service works with those it has. */
export class RateFeed {
  readonly #deps: RateFeedDeps;
  readonly #url: string | null;
  readonly #closing = new AbortController();
  #running: Promise<RefreshResult> | null = null;
  #isFailing = false;

  /** `url`: an ECB rates file; null fetches nothing. */
  constructor(deps: RateFeedDeps, { url }: { url: string | null }) {
    this.#deps = deps;
    this.#url = url;
  }

  /**
   * Makes rates available at the start of a process: stores the shipped ones where no newer are stored, and fetches.
   * Waits for the answer only where nothing else can convert, and then at most five seconds.
   */
  async start(): Promise<void> {
    await this.#storeSeed();
    const refreshing = this.refresh();
    if (this.#deps.rates.rate("EUR", "USD") !== null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const enough = new Promise<void>((resolve) => timer = setTimeout(resolve, FIRST_FETCH_MS));
    await Promise.race([refreshing, enough]);
    clearTimeout(timer);
  }

  /** Fetches the rates when newer ones should be out. One at a time; the first failure of a row is logged. */
  refresh(): Promise<RefreshResult> {
    return this.#running ??= this.#refresh().finally(() => this.#running = null);
  }

  /** Ends a fetch that is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #refresh(): Promise<RefreshResult> {
    if (this.#url === null) return "off";
    try {
      const before = await findNewestRateDate(this.#deps.sql, ECB);
      if (before !== null && before >= newestPublished(this.#deps.clock.now())) return "current";
      const sets = await this.#fetch(this.#url);
      for (const set of sets) await upsertRates(this.#deps.sql, set, this.#deps.clock.now());
      await this.#deps.rates.load();
      if (this.#isFailing) this.#deps.log.info("exchange rates fetched again");
      this.#isFailing = false;
      return sets.some(({ date }) => before === null || date > before) ? "stored" : "unchanged";
    } catch (error) {
      if (!this.#isFailing && !this.#closing.signal.aborted) {
        this.#deps.log.warn("exchange rates not fetched; those stored are used while they are young enough", {
          error: errorText(error),
        });
      }
      this.#isFailing = true;
      return "failed";
    }
  }

  async #fetch(url: string): Promise<RateSet[]> {
    const { status, text } = await this.#deps.http.request({
      url,
      headers: { accept: "application/xml, text/xml" },
      maxBytes: MAX_BYTES,
      maxRedirects: 3,
      signal: this.#closing.signal,
    });
    if (status !== 200) {
      throw new RatesUnreadableError(`Cannot read the exchange rates: the answer has status ${status}`);
    }
    const tomorrow = dayOf(new Date(this.#deps.clock.now().getTime() + DAY_MS));
    // A day in the future would be "newest" until it comes.
    const sets = parseEcbRates(text()).filter(({ date }) => date <= tomorrow);
    if (sets.length > 0) return sets;
    throw new RatesUnreadableError("Cannot read the exchange rates: all are of days to come");
  }

  async #storeSeed(): Promise<void> {
    try {
      const newest = await findNewestRateDate(this.#deps.sql, ECB);
      const youngMs = this.#deps.clock.now().getTime() - MAX_RATE_AGE_DAYS * DAY_MS;
      if (newest !== null && dayMs(newest) >= youngMs) return;
      const seed = await readSeedRates();
      if (!seed || (newest !== null && newest >= seed.date)) return;
      await upsertRates(this.#deps.sql, seed, this.#deps.clock.now());
      await this.#deps.rates.load();
    } catch (error) {
      this.#deps.log.warn("shipped exchange rates not stored", { error: errorText(error) });
    }
  }
}

/** The day of the newest rates that are certainly out at `now`; bank holidays are not known here. */
export function newestPublished(now: Date): string {
  let atMs = now.getTime() - PUBLISHED_AT_MS;
  while ([0, 6].includes(new Date(atMs).getUTCDay())) atMs -= DAY_MS;
  return dayOf(new Date(atMs));
}
