/** A marketplace of our own that behaves like a real one, for development, tests and benchmarks. */
import { addSeconds, type Clock, monotonicMs } from "../../platform/clock.ts";
import { listingKeys, tokens } from "../../matching/tokens.ts";
import type { RuleQuery } from "../../matching/rule_query.ts";
import {
  type CallOptions,
  type ListingDraft,
  type Page,
  type PageCursor,
  type Provider,
  ProviderError,
  type ProviderQuery,
} from "../contract.ts";
import { SIMULATED_TERMS } from "../terms.ts";
import { planWords } from "../word_plan.ts";
import { CallMeter, DEFAULT_FAULTS, type FaultRates, isOutage } from "./faults.ts";
import {
  BUCKET_MS,
  DEFAULT_RATES,
  HORIZON_MS,
  listingAt,
  type MarketRates,
  type Offer,
  offersOfBucket,
} from "./offers.ts";

/** The provider's id in the database. */
export const SIMULATED_ID = "mock";

/** Offers of one page. */
export const SIMULATED_PAGE_SIZE = 25;

/** The market's clock, its seed and how lively it is. */
export interface SimulatedMarketOptions {
  clock: Clock;
  /** The same seed at the same time is the same market, in every process. */
  seed: string | number;
  rates?: Partial<MarketRates & FaultRates>;
}

/** The market as a provider, with what only tests and benchmarks may know. */
export interface SimulatedMarket extends Provider {
  /** Every offer for sale at `at`, newest first. */
  offersAt(at: Date): ListingDraft[];
  /** The offers a fault-free search of all pages would give at `at`. */
  truth(at: Date, query: ProviderQuery): ListingDraft[];
}

/** A market that is a pure function of seed and time; only the faults also depend on this process. */
export function createSimulatedMarket(options: SimulatedMarketOptions): SimulatedMarket {
  const { clock, seed } = options;
  const rates = { ...DEFAULT_RATES, ...DEFAULT_FAULTS, ...options.rates };
  const stall = new Stall(seed, rates);
  const meter = new CallMeter(rates.callsPerMinute);
  const faultsFrom = addSeconds(clock.now(), rates.graceSeconds);
  const fail = (now: Date) => {
    const retryAfter = meter.count(now);
    if (now < faultsFrom) return;
    if (retryAfter !== null) throw rateLimited(retryAfter);
    if (isOutage(seed, now, rates.outageShare)) throw outage();
  };
  return {
    id: SIMULATED_ID,
    name: "Simulated market",
    capabilities: {
      kind: "offers",
      filters: ["keywords", "any_keywords", "q"],
      gradeSource: "condition",
      currencySource: "listing",
      minIntervalSeconds: 10,
      maxPagesPerPoll: 4,
      quota: null,
      // Offers live for minutes here, so endings have to show within minutes too.
      sweep: { maxPages: 40, everySeconds: 120 },
      terms: SIMULATED_TERMS,
    },
    plan: planSimulated,
    offersAt: (at) => stall.at(at.getTime()).map((offer) => listingAt(offer, at.getTime())),
    truth: (at, query) =>
      stall.find(at.getTime(), wordsOf(query)).map((offer) => listingAt(offer, at.getTime())),
    search: async (query, cursor, callOptions) => {
      // A real search leaves the caller's turn first; so do we, so that no caller relies on the contrary.
      await Promise.resolve();
      const now = clock.now();
      return observed(callOptions, { operation: "search", path: searchPath(query), now }, () => {
        fail(now);
        return pageOf(stall.find(now.getTime(), wordsOf(query)), { cursor, at: now.getTime() });
      });
    },
    findListing: async (external_id, callOptions) => {
      await Promise.resolve();
      const now = clock.now();
      const path = `offers/${encodeURIComponent(external_id)}`;
      return observed(callOptions, { operation: "item", path, now }, () => {
        fail(now);
        return stall.one(now.getTime(), external_id);
      });
    },
  };
}

function searchPath(query: ProviderQuery): string {
  return `search?${new URLSearchParams({ q: String(query.q ?? "") })}`;
}

/** One query per alternative; all its words must occur. Same words, same query. */
function planSimulated(query: RuleQuery): ProviderQuery[] {
  const { required, alternatives } = planWords(query);
  const sets = alternatives.length > 0
    ? alternatives.map((words) => [...required, ...words].sort())
    : [required];
  return sets.filter((words) => words.length > 0).map((words) => ({ q: words.join(" ") }));
}

/** The offers of the last hours, cut into buckets that are drawn once and forgotten when they are over. */
class Stall {
  readonly #seed: string | number;
  readonly #rates: MarketRates;
  readonly #buckets = new Map<number, Offer[]>();
  readonly #tokens = new WeakMap<Offer, ReadonlySet<string>>();

  constructor(seed: string | number, rates: MarketRates) {
    this.#seed = seed;
    this.#rates = rates;
  }

  /** For sale at `at`, newest first; equal times by id, so that the order is total. */
  at(at: number): Offer[] {
    return this.#select(at, () => true);
  }

  /** One offer, also when it is over; null: it is not there yet, or so long over that nobody remembers. */
  one(at: number, id: string): ListingDraft | null {
    const bucket = Number.parseInt(id.split("-", 1)[0] ?? "", 36);
    const first = Math.floor((at - HORIZON_MS) / BUCKET_MS);
    if (!(bucket >= first && bucket <= Math.floor(at / BUCKET_MS))) return null;
    const offer = this.#bucket(bucket).find((one) => one.id === id);
    if (!offer || offer.from > at) return null;
    return { ...listingAt(offer, at), status: at < offer.until ? "active" : "ended" };
  }

  find(at: number, words: readonly string[]): Offer[] {
    return this.#select(at, (offer) => {
      const known = this.#tokensOf(offer);
      return words.every((word) => known.has(word));
    });
  }

  #select(at: number, wanted: (offer: Offer) => boolean): Offer[] {
    const last = Math.floor(at / BUCKET_MS);
    const first = Math.floor((at - HORIZON_MS) / BUCKET_MS);
    this.#forgetIfLarge(last - first);
    const found: Offer[] = [];
    for (let bucket = last; bucket >= first; bucket--) {
      for (const offer of this.#bucket(bucket)) {
        if (offer.from <= at && at < offer.until && wanted(offer)) found.push(offer);
      }
    }
    return found.sort(newestFirst);
  }

  #bucket(number: number): Offer[] {
    let offers = this.#buckets.get(number);
    if (!offers) this.#buckets.set(number, offers = offersOfBucket(this.#seed, number, this.#rates));
    return offers;
  }

  /** Everything can be drawn again, so the cache is emptied rather than kept in order. */
  #forgetIfLarge(bucketsInUse: number): void {
    if (this.#buckets.size > 3 * bucketsInUse) this.#buckets.clear();
  }

  #tokensOf(offer: Offer): ReadonlySet<string> {
    let known = this.#tokens.get(offer);
    if (!known) this.#tokens.set(offer, known = new Set(listingKeys(tokens(offer.title))));
    return known;
  }
}

function newestFirst(a: Pick<Offer, "from" | "id">, b: Pick<Offer, "from" | "id">): number {
  return b.from - a.from || (a.id === b.id ? 0 : a.id < b.id ? -1 : 1);
}

function wordsOf(query: ProviderQuery): string[] {
  const words = typeof query.q === "string" ? query.q.split(" ").flatMap((word) => tokens(word)) : [];
  if (words.length > 0) return words;
  throw new ProviderError("bad_response", "Cannot search the simulated market: the query has no word");
}

/** A page begins after an offer, not at a number: what is listed meanwhile neither doubles nor hides one. */
function pageOf(found: readonly Offer[], page: { cursor: PageCursor; at: number }): Page {
  const after = page.cursor === null ? null : readCursor(page.cursor);
  const rest = after ? found.filter((offer) => newestFirst(offer, after) > 0) : found;
  const offers = rest.slice(0, SIMULATED_PAGE_SIZE);
  const last = offers.at(-1);
  return {
    listings: offers.map((offer) => listingAt(offer, page.at)),
    next: last && rest.length > offers.length ? `${last.from}:${last.id}` : null,
  };
}

function readCursor(cursor: string): Pick<Offer, "from" | "id"> {
  const match = /^(\d{1,15}):([\w-]{1,40})$/.exec(cursor);
  if (match) return { from: Number(match[1]), id: match[2] ?? "" };
  throw new ProviderError(
    "bad_response",
    "Cannot search the simulated market: the cursor is not one of its own",
  );
}

/** Runs the call, reports it as an HTTP call of a real marketplace would be, and lets only ProviderError out. */
function observed<T>(
  options: CallOptions,
  asked: { operation: string; path: string; now: Date },
  work: () => T,
): T {
  const started = monotonicMs();
  const report = (status_code: number | null, error: string | null) =>
    options.onCall({
      provider: SIMULATED_ID,
      operation: asked.operation,
      method: "GET",
      url: `https://market.example/${asked.path}`,
      started_at: asked.now,
      duration_ms: Math.round(monotonicMs() - started),
      status_code,
      error,
    });
  try {
    if (options.signal.aborted) {
      throw new ProviderError("unavailable", "Cannot search the simulated market: cancelled");
    }
    const answer = work();
    report(200, null);
    return answer;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    report(options.signal.aborted ? null : STATUS[error.kind], error.message);
    throw error;
  }
}

/** The status a real marketplace would have sent. */
const STATUS = {
  rate_limited: 429,
  unavailable: 503,
  blocked: 403,
  bad_response: 400,
  unauthorized: 401,
} as const;

function rateLimited(retryAfter: number): ProviderError {
  return new ProviderError(
    "rate_limited",
    "Cannot search the simulated market: too many calls in one minute",
    {
      retryAfterSeconds: retryAfter,
    },
  );
}

function outage(): ProviderError {
  return new ProviderError(
    "unavailable",
    "Cannot search the simulated market: it has one of its short outages",
  );
}
