/** The connection pool: small, with a deadline on every statement, healthy again by itself after the server was away. */
import { monotonicMs } from "./clock.ts";
import { Connection, registerScript } from "./connection.ts";
import { listenForever } from "./listen.ts";
import { type Log, silentLog } from "./log.ts";
import { DatabaseError, type Pool, type Sql, type SqlValue } from "./sql.ts";
import { runTransaction } from "./transaction.ts";

export { isUniqueViolation, sqlState, startupFailureText } from "./pg_errors.ts";

/** Where the pool leads and its limits. */
export interface PoolOptions {
  /** `postgres://user:password@host:5432/database?sslmode=require`; `sslmode` as the driver understands it. */
  url: string;
  /** Most connections for statements; every `listen` has one more. Default 10. */
  max?: number;
  /** Longest a statement, or a whole transaction, may take; then its connection is killed. Default 10 s. */
  deadlineMs?: number;
  /** Longest wait for a free connection, and for a new one to be made. Default 5 s. */
  acquireMs?: number;
  /** A connection unused for this long is closed. Default 60 s. */
  idleMs?: number;
  /** A connection older than this is closed when it comes back. Default 30 min. */
  lifetimeMs?: number;
  /** Shown in pg_stat_activity. Default `waxwatch`. */
  applicationName?: string;
  log?: Log;
}

/** How often unused connections are looked for. */
const REAP_EVERY_MS = 10_000;
/** While the server is away every attempt fails: one log line per this time is enough. */
const LOG_EVERY_MS = 1_000;
/** How long closing waits for running statements and transactions before it kills them. */
const CLOSE_GRACE_MS = 2_000;

/**
 * Opens a pool; connections are made when first needed, so a wrong address shows with the first statement. A
 * connection that fails is replaced, only what ran on it rejects. Disposing waits up to 2 s for running work.
 * @throws {TypeError} when the URL cannot be read
 */
export function openPool(options: PoolOptions): Pool {
  if (!/^postgres(ql)?:\/\/./.test(options.url)) {
    throw new TypeError(
      "Cannot open the database: the URL is not of the form postgres://user:password@host:5432/database",
    );
  }
  const core = new PoolCore(options);
  const query = (text: TemplateStringsArray, ...values: readonly SqlValue[]) =>
    core.use(core.deadlineMs, (connection) => connection.query(text, values));
  const pool: Pool = Object.assign(query as Sql, { // safe: `Row` only names what the SQL says
    begin: <T>(work: (tx: Sql) => Promise<T>, { deadlineMs = core.deadlineMs } = {}) =>
      core.use(deadlineMs, (connection) => {
        const limitMs = deadlineMs === core.deadlineMs ? null : deadlineMs;
        return runTransaction(connection, work, limitMs);
      }),
    listen: (channel: string, handlers: Parameters<Pool["listen"]>[1]) => core.listen(channel, handlers),
    stats: () => core.stats(),
    [Symbol.asyncDispose]: () => core.close(),
  });
  registerScript(pool, (text) => core.use(core.deadlineMs, (connection) => connection.script(text)));
  return pool;
}

/**
 * Asks the server for one row. @throws {DatabaseError} when it cannot be reached or does not answer within
 * `deadlineMs` (`deadline`; the question itself ends with the pool's own deadline)
 */
export async function pingDatabase(sql: Sql, deadlineMs: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new DatabaseError("deadline", `The database did not answer within ${deadlineMs} ms`)),
      deadlineMs,
    );
  });
  try {
    await Promise.race([sql`select 1`, late]);
  } finally {
    clearTimeout(timer);
  }
}

interface Waiter {
  give(connection: Connection): void;
  fail(reason: DatabaseError): void;
}

class PoolCore {
  readonly deadlineMs: number;
  readonly #options: Required<PoolOptions>;
  readonly #all = new Set<Connection>();
  readonly #idle: { connection: Connection; sinceMs: number }[] = [];
  readonly #waiters: Waiter[] = [];
  readonly #closing = new Set<Promise<void>>();
  readonly #listeners = new Set<Disposable>();
  readonly #reaper: ReturnType<typeof setInterval>;
  #closed = false;
  #drained: (() => void) | null = null;
  #replaced = 0;
  #deadlines = 0;
  #loggedMs = -Infinity;

  constructor(options: PoolOptions) {
    this.#options = {
      max: 10,
      deadlineMs: 10_000,
      acquireMs: 5_000,
      idleMs: 60_000,
      lifetimeMs: 30 * 60_000,
      applicationName: "waxwatch",
      log: silentLog,
      ...options,
    };
    this.deadlineMs = this.#options.deadlineMs;
    this.#reaper = setInterval(() => this.#reap(), REAP_EVERY_MS);
  }

  stats(): ReturnType<Pool["stats"]> {
    return { open: this.#all.size, replaced: this.#replaced, deadlines: this.#deadlines };
  }

  /** Lends one connection to `work`; when the deadline passes the connection is killed, which ends `work` too. */
  async use<T>(deadlineMs: number, work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.#acquire();
    const timer = setTimeout(() => {
      this.#deadlines++;
      connection.kill(new DatabaseError("deadline", `The database did not finish within ${deadlineMs} ms`));
    }, deadlineMs);
    try {
      return await work(connection);
    } finally {
      clearTimeout(timer);
      this.#release(connection);
    }
  }

  listen(channel: string, handlers: Parameters<Pool["listen"]>[1]): Disposable {
    if (this.#closed) throw closedError();
    const { listener, ended } = listenForever({
      channel,
      ...handlers,
      answerMs: this.#options.acquireMs,
      log: this.#options.log,
      open: (onNotify) => this.#connect({ onNotify }),
    });
    this.#listeners.add(listener);
    this.#track(ended.then(() => void this.#listeners.delete(listener)));
    return listener;
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      clearInterval(this.#reaper);
      for (const waiter of this.#waiters.splice(0)) waiter.fail(closedError());
      for (const listener of [...this.#listeners]) listener[Symbol.dispose]();
      for (const { connection } of [...this.#idle]) connection.kill(closedError());
      await this.#drain();
    }
    while (this.#closing.size > 0) await Promise.all(this.#closing);
  }

  async #drain(): Promise<void> {
    if (this.#all.size === 0) return;
    const drained = new Promise<void>((resolve) => this.#drained = resolve);
    const timer = setTimeout(() => {
      for (const connection of [...this.#all]) connection.kill(closedError());
    }, CLOSE_GRACE_MS);
    await drained;
    clearTimeout(timer);
  }

  #acquire(): Promise<Connection> {
    if (this.#closed) return Promise.reject(closedError());
    if (this.#idle.length > 0 || this.#all.size < this.#options.max) return Promise.resolve(this.#take());
    const { acquireMs } = this.#options;
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        give: (connection) => (clearTimeout(timer), resolve(connection)),
        fail: (reason) => (clearTimeout(timer), reject(reason)),
      };
      const timer = setTimeout(() => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        reject(new DatabaseError("busy", `No database connection was free within ${acquireMs} ms`));
      }, acquireMs);
      this.#waiters.push(waiter);
    });
  }

  #serve(): void {
    while (this.#waiters.length > 0 && (this.#idle.length > 0 || this.#all.size < this.#options.max)) {
      this.#waiters.shift()!.give(this.#take()); // safe: the length was checked
    }
  }

  /** An idle connection, the last used first so that the others may age out, or a new one. */
  #take(): Connection {
    const idle = this.#idle.pop();
    if (idle) return idle.connection;
    const connection = this.#connect({});
    this.#all.add(connection);
    return connection;
  }

  #connect({ onNotify }: { onNotify?: (payload: string) => void }): Connection {
    const { url, applicationName, deadlineMs, acquireMs } = this.#options;
    return new Connection({
      url,
      applicationName,
      statementTimeoutMs: deadlineMs,
      connectMs: acquireMs,
      onNotify,
      onDead: (connection, reason) => this.#forget(connection, reason),
    });
  }

  #release(connection: Connection): void {
    if (connection.dead) return;
    const old = monotonicMs() - connection.bornMs > this.#options.lifetimeMs;
    if (this.#closed || old) return connection.kill(closedError());
    this.#idle.push({ connection, sinceMs: monotonicMs() });
    this.#serve();
  }

  #forget(connection: Connection, reason: DatabaseError): void {
    this.#track(connection.closed());
    if (reason.code !== "closed") {
      this.#replaced++;
      this.#logLoss(reason);
    }
    if (!this.#all.delete(connection)) return;
    const index = this.#idle.findIndex((one) => one.connection === connection);
    if (index >= 0) this.#idle.splice(index, 1);
    if (this.#all.size === 0) this.#drained?.();
    this.#serve();
  }

  #logLoss(reason: DatabaseError): void {
    if (monotonicMs() - this.#loggedMs < LOG_EVERY_MS) return;
    this.#loggedMs = monotonicMs();
    this.#options.log.warn("database connection replaced", {
      code: reason.code,
      replaced_total: this.#replaced,
      error: reason,
    });
  }

  #reap(): void {
    const oldestMs = monotonicMs() - this.#options.idleMs;
    for (const { connection, sinceMs } of [...this.#idle]) {
      if (sinceMs < oldestMs) connection.kill(closedError());
    }
  }

  #track(closing: Promise<void>): void {
    const tracked = closing.finally(() => this.#closing.delete(tracked));
    this.#closing.add(tracked);
  }
}

function closedError(): DatabaseError {
  return new DatabaseError("closed", "The database pool is closed");
}
