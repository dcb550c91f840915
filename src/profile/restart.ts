import { sqlState } from "../platform/pg_errors.ts";

/** How often a transaction is tried: what makes it restart is over by the next try, or the one after. */
const MAX_TRIES = 5;
/** SQLSTATE of the one that Postgres ends of two transactions that wait for each other. */
const DEADLOCK = "40P01";

/** The transaction found that it would have to lock something out of order: it rolls back and begins again. */
export class RestartError extends Error {
  override readonly name = "RestartError";

  constructor() {
    super("Cannot go on: something was changed meanwhile that has to be locked first");
  }
}

/**
 * Runs `work` again when it threw RestartError, or when Postgres chose it to end a deadlock: our own lock order has
 * none, but a cascade deletes rows in an order of its own. `work` begins its transactions itself.
 */
export async function withRestarts<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1;; tries++) {
    try {
      return await work();
    } catch (error) {
      const isWorthwhile = error instanceof RestartError || sqlState(error) === DEADLOCK;
      if (!isWorthwhile || tries === MAX_TRIES) throw error;
    }
  }
}
