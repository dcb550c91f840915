import { addMilliseconds, type Clock, monotonicMs } from "./clock.ts";
import type { Doorbell } from "./doorbell.ts";
import { errorText } from "./errors.ts";
import { LEASE_SECONDS, SWEEP_SECONDS } from "./lease.ts";
import type { Log } from "./log.ts";
import type { JobQueue } from "./queue.ts";

/** A claimed row; `lanes`: where it takes a place, each of them, when the source has lanes. */
export interface ClaimedRow {
  id: string;
  token: number;
  lanes?: readonly string[];
}

/** Rows of one kind that become due. */
export interface WorkSource {
  /** The job kind under which they are handed out. */
  kind: string;
  /** Most claimed rows of this kind that no handler has finished; default: the process's own limit. */
  maxOutstanding?: number;
  /**
   * Most of them in one lane: what one lane holds up leaves the others their places. Default: no limit.
   */
  maxOfLane?: (lane: string) => number;
  /** Claims rows due at `now`, each with a new token, and of each lane no more than `roomOf` says; absent: no limit. */
  claim(options: { now: Date; limit: number; roomOf?: (lane: string) => number }): Promise<ClaimedRow[]>;
  /**
   * When the next row is due; null: none is planned. A source whose rows may wait for a place in a lane leaves out those
   * due until `after`, which was just claimed for: else they would hide what is due next.
   */
  nextDueAt(options: { after: Date }): Promise<Date | null>;
}

/** What a dispatcher works with. */
export interface DispatcherDeps {
  clock: Clock;
  log: Log;
  queue: JobQueue;
  doorbell: Doorbell;
  sources: readonly WorkSource[];
  /** Most claimed rows of this process that no handler has finished; a few times what it works at once. */
  maxOutstanding: number;
}

/**
 * Claims due rows and hands them to the queue: woken by its sweep, by the doorbell, by the minute cron, by a finished
 * job and by the earliest due row. The rows are the truth; a wake too many or a message lost costs time, never a row.
 */
export class Dispatcher implements AsyncDisposable {
  readonly #deps: DispatcherDeps;
  /** Claimed rows, when, and their lanes; a message that never came back stops counting when its lease is over. */
  readonly #outstanding = new Map<string, { atMs: number; lanes: readonly string[] }>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #subscription: Disposable | null = null;
  #running: Promise<void> | null = null;
  #woken = false;
  /** Sources whose last claim was cut by its limit: more is due than this process may hold. */
  readonly #cut = new Set<WorkSource>();
  /** Lanes whose last claim took their last place. */
  readonly #fullLanes = new Map<string, WorkSource>();
  #stopped = false;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
  }

  /** Begins to claim, now and whenever something may be due. */
  start(): void {
    this.#subscription = this.#deps.doorbell.subscribe(() => this.wake());
    this.wake();
  }

  /** Claimed rows that no handler has finished. */
  get outstanding(): number {
    return this.#outstanding.size;
  }

  /** Something may be due: claims soon, once for any number of wakes meanwhile. */
  wake(): void {
    if (this.#stopped) return;
    this.#woken = true;
    this.#running ??= this.#run().finally(() => this.#running = null);
  }

  /** A handler works on a row: it counts until it is settled, however long that takes. */
  begin(kind: string, row: { id: string; token: number }): void {
    const key = `${kind} ${row.id} ${row.token}`;
    this.#outstanding.set(key, { atMs: Infinity, lanes: this.#outstanding.get(key)?.lanes ?? [] });
  }

  /** A handler has finished a row (or dropped it). */
  settle(kind: string, row: { id: string; token: number }): void {
    const key = `${kind} ${row.id} ${row.token}`;
    const lanes = this.#outstanding.get(key)?.lanes ?? [];
    this.#outstanding.delete(key);
    // Only what was cut for want of room has rows waiting that nothing else will announce; half empty, so that a claim
    // is worth it.
    for (const source of this.#cut) if (this.#room(source) >= this.#mostOf(source) / 2) return this.wake();
    for (const lane of lanes) {
      const source = this.#fullLanes.get(lane);
      if (!source || this.#roomOfLane(source, lane) < this.#mostOfLane(source, lane) / 2) continue;
      this.#fullLanes.delete(lane);
      this.wake();
    }
  }

  /** Claims what is due now, once, and hands it over. */
  async dispatchOnce(): Promise<{ claimed_count: number }> {
    this.#forgetLost();
    this.#cut.clear();
    let claimed = 0;
    for (const source of this.#deps.sources) {
      const limit = this.#room(source);
      const roomOf = (lane: string) => this.#roomOfLane(source, lane);
      const rows = limit > 0 ? await source.claim({ now: this.#deps.clock.now(), limit, roomOf }) : [];
      if (rows.length >= limit) this.#cut.add(source);
      for (const { id, token, lanes = [] } of rows) {
        this.#outstanding.set(`${source.kind} ${id} ${token}`, { atMs: monotonicMs(), lanes });
        for (const lane of lanes) if (roomOf(lane) <= 0) this.#fullLanes.set(lane, source);
      }
      claimed += rows.length;
      // One row a message: a slow one does not hold up the others.
      if (rows.length > 0) {
        const handed = rows.map(({ id, token }) => ({ kind: source.kind, rows: [{ id, token }] }));
        await this.#deps.queue.enqueue(handed);
      }
    }
    return { claimed_count: claimed };
  }

  /** Stops claiming and waits for a claim under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#subscription?.[Symbol.dispose]();
    await this.#running;
  }

  async #run(): Promise<void> {
    clearTimeout(this.#timer);
    let next: Date | null = null;
    while (this.#woken && !this.#stopped) {
      this.#woken = false;
      try {
        const startedAt = this.#deps.clock.now();
        await this.dispatchOnce();
        next = await this.#nextDueAt(startedAt);
        // Due since the claim, which could not see it; what was due before it and was not claimed waits for the sweep.
        if (next && next > startedAt && next <= this.#deps.clock.now()) this.#woken = true;
      } catch (error) {
        this.#deps.log.warn("dispatcher could not claim", { error: errorText(error) });
      }
    }
    if (!this.#stopped) this.#timer = setTimeout(() => this.wake(), this.#delayMs(next));
  }

  async #nextDueAt(after: Date): Promise<Date | null> {
    const due = await Promise.all(this.#deps.sources.map((source) => source.nextDueAt({ after })));
    const times = due.filter((at) => at !== null).map((at) => at.getTime());
    return times.length > 0 ? addMilliseconds(new Date(0), Math.min(...times)) : null;
  }

  /** Never longer than a sweep; a row that is due but could not be claimed (full, or another's) waits for the sweep too. */
  #delayMs(next: Date | null): number {
    const sweep = SWEEP_SECONDS * 1000;
    const wait = next === null ? sweep : next.getTime() - this.#deps.clock.now().getTime();
    return wait <= 0 ? sweep : Math.min(wait, sweep);
  }

  /** How many more rows of this source may be claimed now. */
  #room(source: WorkSource): number {
    return Math.min(
      this.#deps.maxOutstanding - this.#outstanding.size,
      this.#mostOf(source) - this.#countOf(source.kind),
    );
  }

  #mostOf(source: WorkSource): number {
    return source.maxOutstanding ?? this.#deps.maxOutstanding;
  }

  #mostOfLane(source: WorkSource, lane: string): number {
    return source.maxOfLane?.(lane) ?? Infinity;
  }

  #roomOfLane(source: WorkSource, lane: string): number {
    const ofLane = [...this.#outstanding].filter(([key, one]) =>
      one.lanes.includes(lane) && key.startsWith(`${source.kind} `)
    );
    return this.#mostOfLane(source, lane) - ofLane.length;
  }

  #countOf(kind: string): number {
    return [...this.#outstanding.keys()].filter((key) => key.startsWith(`${kind} `)).length;
  }

  #forgetLost(): void {
    const before = monotonicMs() - LEASE_SECONDS * 1000;
    for (const [key, { atMs }] of this.#outstanding) if (atMs < before) this.#outstanding.delete(key);
  }
}
