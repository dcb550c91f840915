/** Rate limits that all processes share without a database write per request: permits are leased by the block. */
import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";
import { LeaseDesk } from "./rate_limit_desk.ts";
import { LEASE_SECONDS, type LeaseRequest, slotOf } from "./rate_limit_store.ts";
import type { Sql } from "./sql.ts";

/** A limit on one caller: at most `limit` requests of `key` within any 60 s, whatever the number of processes. */
export interface Budget {
  scope: string;
  key: string;
  limit: number;
}

/** How a budget stands. */
export interface BudgetState {
  scope: string;
  limit: number;
  /** What is left as far as this process knows; other processes may have used some since its last lease. */
  remaining: number;
  /** When the next used permit is free again. */
  resetSeconds: number;
}

/** Whether a request may pass, and the state of the budget that is nearest its end, or that refuses. */
export interface RateDecision {
  allowed: boolean;
  tightest: BudgetState;
}

/** Keys that this process remembers: about 3 MB. A key that is forgotten costs its next request a lease. */
const MAX_KEYS = 10_000;
/** A process leases at most this part of a limit, so that the others find the rest. */
const BLOCK_SHARE = 10;
/** While the database is away, a lease is tried this often. */
const RETRY_MS = 1_000;
const LOG_EVERY_MS = 60_000;

/** What a key has here: a lease, or the knowledge that there is none to be had. */
interface Entry extends Budget {
  granted: number;
  used: number;
  leasedAtMs: number;
  /** Permits that nobody had leased when this process last looked. */
  left: number;
  nextFreeAtMs: number;
  /** None is left before this. */
  exhaustedUntilMs: number;
  waiting: number;
  /** The lease being asked for, which all requests of the key wait for. False: it failed. */
  flight: Promise<boolean> | null;
}

/**
 * Counts requests. A lease may be used for five seconds and is about as large as what was used before it, so a slow
 * client ties up next to nothing; what is left of it goes back with the next. A key without permits is refused from
 * memory until one is free. While the database does not answer, requests pass.
 */
export class RateLimiter {
  readonly #deps: { clock: Clock; log: Log };
  readonly #desk: LeaseDesk;
  readonly #maxKeys: number;
  /** By last use, the longest unused first. */
  readonly #entries = new Map<string, Entry>();
  #isFailing = false;
  #retryAtMs = 0;
  #loggedAtMs = -Infinity;

  constructor(
    deps: { sql: Sql; clock: Clock; log: Log },
    options: { maxKeys?: number; leaseWaitMs?: number } = {},
  ) {
    this.#deps = deps;
    this.#desk = new LeaseDesk(deps, options);
    this.#maxKeys = options.maxKeys ?? MAX_KEYS;
  }

  /** Keys remembered now. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Takes one permit of each budget, or none: of a request that one refuses the others are not charged. Never throws.
   */
  async take(budgets: readonly [Budget, ...Budget[]]): Promise<RateDecision> {
    const taken: { entry: Entry; lease: number }[] = [];
    for (const budget of budgets) {
      const entry = this.#entryOf(budget);
      if (await this.#takeOne(entry)) taken.push({ entry, lease: entry.leasedAtMs });
      else {
        for (const one of taken) if (one.entry.leasedAtMs === one.lease) giveBack(one.entry);
        return { allowed: false, tightest: this.#stateOf(entry) };
      }
    }
    const states = taken.map(({ entry }) => this.#stateOf(entry));
    return { allowed: true, tightest: states.reduce((a, b) => b.remaining < a.remaining ? b : a) };
  }

  #nowMs(): number {
    return this.#deps.clock.now().getTime();
  }

  #entryOf(budget: Budget): Entry {
    const name = `${budget.scope} ${budget.key}`;
    const entry = this.#entries.get(name) ?? newEntry(budget);
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    if (this.#entries.size > this.#maxKeys) this.#forgetOne();
    return entry;
  }

  /** Not one that is being leased: its key must not be asked for a second time meanwhile. */
  #forgetOne(): void {
    for (const [name, entry] of this.#entries) {
      if (entry.flight === null) return void this.#entries.delete(name);
    }
  }

  async #takeOne(entry: Entry): Promise<boolean> {
    for (;;) {
      const nowMs = this.#nowMs();
      if (entry.exhaustedUntilMs > nowMs) return false;
      if (freeOf(entry, nowMs) > 0) {
        entry.used++;
        return true;
      }
      if (!entry.flight && this.#isFailing) {
        if (nowMs < this.#retryAtMs) return true;
        this.#retryAtMs = nowMs + RETRY_MS;
      }
      entry.waiting++;
      try {
        if (!await (entry.flight ??= this.#lease(entry))) return true;
      } finally {
        entry.waiting--;
      }
    }
  }

  /** Asks for the next lease; false when the database does not answer. */
  async #lease(entry: Entry): Promise<boolean> {
    try {
      const { leasedAt, ...lease } = await this.#desk.ask(() => requestOf(entry));
      entry.leasedAtMs = leasedAt.getTime();
      entry.granted = lease.granted;
      entry.left = lease.left;
      entry.nextFreeAtMs = lease.nextFreeAt.getTime();
      entry.exhaustedUntilMs = lease.granted === 0 ? entry.nextFreeAtMs : 0;
      this.#isFailing = false;
      return true;
    } catch (error) {
      this.#noteFailure(error);
      return false;
    } finally {
      entry.flight = null;
    }
  }

  #noteFailure(error: unknown): void {
    const nowMs = this.#nowMs();
    this.#isFailing = true;
    this.#retryAtMs = nowMs + RETRY_MS;
    if (nowMs - this.#loggedAtMs < LOG_EVERY_MS) return;
    this.#loggedAtMs = nowMs;
    this.#deps.log.warn("rate limits cannot be read, requests pass uncounted", { error });
  }

  #stateOf(entry: Entry): BudgetState {
    const nowMs = this.#nowMs();
    const { scope, limit, nextFreeAtMs } = entry;
    const isExhausted = entry.exhaustedUntilMs > nowMs;
    return {
      scope,
      limit,
      remaining: isExhausted ? 0 : entry.left + freeOf(entry, nowMs),
      resetSeconds: Math.max(isExhausted ? 1 : 0, Math.ceil((nextFreeAtMs - nowMs) / 1000)),
    };
  }
}

function newEntry(budget: Budget): Entry {
  return {
    ...budget,
    granted: 0,
    used: 0,
    leasedAtMs: 0,
    left: budget.limit,
    nextFreeAtMs: 0,
    exhaustedUntilMs: 0,
    waiting: 0,
    flight: null,
  };
}

/** Permits of the present lease that may be used now. */
function freeOf(entry: Entry, nowMs: number): number {
  const isCurrent = nowMs < entry.leasedAtMs + LEASE_SECONDS * 1000;
  return isCurrent ? entry.granted - entry.used : 0;
}

function giveBack(entry: Entry): void {
  if (entry.used > 0) entry.used--;
}

/** What an entry asks for at the moment of asking. */
function requestOf(entry: Entry): LeaseRequest {
  const { scope, key, limit, granted, used, leasedAtMs } = entry;
  const unused = { slot: slotOf(new Date(leasedAtMs)), count: granted - used };
  // As many as wait; else twice what was used up, or as many as were used of what was not.
  const demand = used < granted ? used : 2 * used;
  const block = Math.max(1, Math.floor(limit / BLOCK_SHARE));
  const wanted = Math.min(Math.max(entry.waiting, demand, 1), block);
  // Gone whatever the answer: permits that may have been given back are not used, nor given back twice.
  entry.granted = entry.used = 0;
  return { scope, key, limit, wanted, unused };
}
