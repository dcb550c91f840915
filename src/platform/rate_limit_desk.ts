import type { Clock } from "./clock.ts";
import { type Lease, leasePermits, type LeaseRequest } from "./rate_limit_store.ts";
import { DatabaseError, type Sql } from "./sql.ts";

/** Longest the database is waited for. */
const LEASE_WAIT_MS = 1_000;
/** Most leases of one statement. */
const MAX_BATCH = 200;

/** A lease and since when it runs. */
export type GrantedLease = Lease & { leasedAt: Date };

interface Asking {
  request: () => LeaseRequest;
  resolve: (lease: GrantedLease) => void;
  reject: (error: unknown) => void;
}

/**
 * Fetches leases for a whole process, one statement at a time and many leases in each: a flood of new callers takes one
 * connection of the pool, not all.
 */
export class LeaseDesk {
  readonly #deps: { sql: Sql; clock: Clock };
  readonly #leaseWaitMs: number;
  readonly #queue: Asking[] = [];
  #isBusy = false;

  constructor(deps: { sql: Sql; clock: Clock }, options: { leaseWaitMs?: number } = {}) {
    this.#deps = deps;
    this.#leaseWaitMs = options.leaseWaitMs ?? LEASE_WAIT_MS;
  }

  /**
   * The lease that `request` asks for, which is called when the statement is sent. A key must not be asked for twice
   * at a time. @throws when the database gave no answer in time; the lease may then still count
   */
  ask(request: () => LeaseRequest): Promise<GrantedLease> {
    const answer = new Promise<GrantedLease>((resolve, reject) => {
      this.#queue.push({ request, resolve, reject });
    });
    if (!this.#isBusy) void this.#serve();
    return answer;
  }

  async #serve(): Promise<void> {
    this.#isBusy = true;
    // What else is asked for in this tick goes into the same statement.
    await Promise.resolve();
    while (this.#queue.length > 0) await this.#serveBatch(this.#queue.splice(0, MAX_BATCH));
    this.#isBusy = false;
  }

  async #serveBatch(batch: readonly Asking[]): Promise<void> {
    const leasedAt = this.#deps.clock.now();
    const requests = batch.map(({ request }) => request());
    try {
      const leases = await withinMs(
        leasePermits(this.#deps.sql, { requests, now: leasedAt }),
        this.#leaseWaitMs,
      );
      batch.forEach(({ resolve }, index) => resolve({ ...leases[index]!, leasedAt })); // safe: one each
    } catch (error) {
      // Those behind would wait as long for the same answer.
      for (const { reject } of [...batch, ...this.#queue.splice(0)]) reject(error);
    }
  }
}

async function withinMs<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const text = `The database gave no lease within ${limitMs} ms`;
    timer = setTimeout(() => reject(new DatabaseError("deadline", text)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
