/** A bounded number of handlers at a time: what every broker has in front of its listener. */
import type { Log } from "./log.ts";
import type { Job, ListenOptions } from "./queue.ts";

/**
 * Runs `handler` for each job given, at most `concurrency` at a time and the rest in order of arrival. A handler that
 * throws is logged; nothing here rejects.
 */
export class HandlerSlots {
  readonly #handler: (job: Job) => Promise<void>;
  readonly #limit: number;
  readonly #log: Log;
  readonly #waiting: { start(): void; drop(): void }[] = [];
  #running = 0;
  #closed = false;
  #idle: (() => void)[] = [];

  constructor(handler: (job: Job) => Promise<void>, { concurrency }: ListenOptions, log: Log) {
    this.#handler = handler;
    this.#limit = concurrency;
    this.#log = log;
  }

  /** Settles when the handler has ended, or at once when the slots are closed: the row's lease brings the job back. */
  async run(job: Job): Promise<void> {
    if (this.#closed) return;
    if (this.#running >= this.#limit) {
      const started = await new Promise<boolean>((resolve) => {
        this.#waiting.push({ start: () => resolve(true), drop: () => resolve(false) });
      });
      if (!started) return;
    } else {
      this.#running++;
    }
    try {
      await this.#handler(job);
    } catch (error) {
      this.#log.error("job handler failed", { kind: job.kind, rows: job.rows.length, error });
    }
    this.#free();
  }

  /** Settles when no handler runs and none waits. */
  async idle(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Starts no further handler, drops those that wait, and settles when the running ones have ended. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiter of this.#waiting.splice(0)) waiter.drop();
    await this.idle();
  }

  /** Hands the slot on: the count stays, so that no newcomer slips in before the one that waits. */
  #free(): void {
    const next = this.#waiting.shift();
    if (next) return next.start();
    this.#running--;
    if (this.#running === 0) { for (const resolve of this.#idle.splice(0)) resolve(); }
  }
}
