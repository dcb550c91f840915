/**
 * One database connection: one driver instance that is thrown away with its first socket. The driver re-uses a
 * connection object after the server dropped it and then hangs; an instance that never reconnects cannot.
 */
import postgres from "postgres";
import { connect, type Socket } from "node:net";
import { monotonicMs } from "./clock.ts";
import { PG_TYPES, toParameter, UnreadableValueError } from "./pg_types.ts";
import { DatabaseError, type Sql, type SqlValue } from "./sql.ts";

/** How long a closed socket may take to say goodbye before it is torn down. */
const GOODBYE_MS = 500;

/** One row, by column name. */
// deno-lint-ignore no-explicit-any -- rows have the shape their SQL says; `Sql` lets the caller name it
export type Row = Record<string, any>;

/** Where a connection leads and who hears of it. */
export interface ConnectionOptions {
  url: string;
  applicationName: string;
  /** The server ends any statement after this. */
  statementTimeoutMs: number;
  /** The longest a connection may take to be made, log-in included. */
  connectMs: number;
  onNotify?: (payload: string) => void;
  /** Runs once, when the connection can no longer be used, whoever ended it. */
  onDead: (connection: Connection, reason: DatabaseError) => void;
}

/**
 * A connection that is made on its first statement and dies once: by the server, by a network error or by `kill`.
 * From then on every statement, also one that is running, rejects with the reason.
 */
export class Connection {
  readonly bornMs = monotonicMs();
  readonly #options: ConnectionOptions;
  readonly #driver: postgres.Sql;
  readonly #pending = new Set<(reason: DatabaseError) => void>();
  #dead: DatabaseError | null = null;
  #answered = false;
  #dialled = false;
  #socket: Socket | null = null;
  #closing: Promise<void> = Promise.resolve();

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#driver = postgres(
      options.url,
      driverOptions(options, {
        socket: (target: DialTarget) => this.#dial(target),
        onclose: () => this.kill(new DatabaseError("lost", "The database closed the connection")),
      }),
    );
  }

  /** Why the connection can no longer be used, or null while it can. */
  get dead(): DatabaseError | null {
    return this.#dead;
  }

  /** Runs one statement with parameters and gives its rows. */
  async query(text: TemplateStringsArray, values: readonly SqlValue[]): Promise<Row[]> {
    const parameters = values.map(toParameter);
    // slice(): the driver's rows are a subclass of Array, which strict comparisons tell apart.
    return (await this.#run(() => this.#driver<Row[]>(text, ...parameters))).slice();
  }

  /** Runs statements separated by semicolons, without parameters, and gives the command tag of the last one. */
  async script(text: string): Promise<string> {
    const answer = await this.#run(() => this.#driver.unsafe(text).simple());
    const last: unknown = Array.isArray(answer[0]) ? answer.at(-1) : answer;
    return (last as { command: string | null }).command ?? ""; // safe: a result of the driver has a command tag
  }

  /** `work`, or the reason of death as soon as the connection dies. Errors of `work` pass unchanged. */
  guard<T>(work: PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      // Still observed when dead: what `work` rejects with later must not be an unhandled rejection.
      if (this.#dead) reject(this.#dead);
      else this.#pending.add(reject);
      work.then(
        (value) => (this.#pending.delete(reject), resolve(value)),
        (error) => (this.#pending.delete(reject), reject(error)),
      );
    });
  }

  /** Ends the connection at once; what runs on it rejects with `reason`. Only the first call counts. */
  kill(reason: DatabaseError): void {
    if (this.#dead) return;
    this.#dead = reason;
    const busy = this.#pending.size > 0;
    for (const reject of this.#pending) reject(reason);
    this.#pending.clear();
    this.#closing = this.#tearDown(busy);
    this.#options.onDead(this, reason);
  }

  /** Settles when a killed connection has given its socket back; at once when it was not killed. */
  closed(): Promise<void> {
    return this.#closing;
  }

  async #run<T>(send: () => PromiseLike<T>): Promise<T> {
    if (this.#dead) throw this.#dead;
    try {
      const answer = await this.guard(send());
      this.#answered = true;
      return answer;
    } catch (error) {
      throw this.#judge(error);
    }
  }

  /** Tells a failed statement (thrown as it is) from a failed connection, which is ended. */
  #judge(error: unknown): unknown {
    if (this.#dead) return this.#dead;
    if (error instanceof UnreadableValueError || error instanceof SyntaxError) return error;
    const refused = error instanceof postgres.PostgresError ? error : null;
    if (refused && !/^(FATAL|PANIC)$/.test(refused.severity)) {
      // 57014: the server's own statement_timeout came before our deadline.
      if (refused.code !== "57014") return error;
      return new DatabaseError("deadline", `The database stopped a statement after its time`, {
        cause: error,
      });
    }
    const unsent = errorCode(error) === "UNDEFINED_VALUE" || errorCode(error) === "MAX_PARAMETERS_EXCEEDED";
    if (!refused && this.#answered && (unsent || !isConnectionCode(errorCode(error)))) return error;
    const reason = refused?.code === "53300"
      ? new DatabaseError("busy", "The database has no free connection", { cause: error })
      : new DatabaseError(
        "lost",
        this.#answered ? "The database connection was lost" : "Cannot connect to the database",
        {
          cause: error,
        },
      );
    this.kill(reason);
    return reason;
  }

  async #dial(target: DialTarget): Promise<Socket> {
    // The driver dials again when a socket ends during log-in; by then this connection has had its one chance.
    if (this.#dead || this.#dialled) {
      throw this.#fail(this.#dead ?? new Error("The server closed the connection during log-in"));
    }
    this.#dialled = true;
    let failure: unknown;
    for (const [index, host] of target.host.entries()) {
      try {
        return await this.#connectTo(target, host, target.port[index] ?? 5432);
      } catch (error) {
        failure = error;
      }
      if (this.#dead) break;
    }
    throw this.#fail(failure);
  }

  #connectTo(target: DialTarget, host: string, port: number): Promise<Socket> {
    const socket = target.path ? connect(target.path) : connect({ port, host });
    // The driver names the server for TLS after this field.
    this.#socket = Object.assign(socket, { host });
    return new Promise<Socket>((resolve, reject) => {
      const late = setTimeout(
        () => socket.destroy(connectTimeout(this.#options.connectMs)),
        this.#options.connectMs,
      );
      const settle = (act: () => void) => () => (clearTimeout(late), act());
      const ended = settle(() => reject(new Error("The connection was closed")));
      // Stays for good: an error after the driver took its own listeners off must not be uncaught.
      socket.on("error", (error) => settle(() => reject(error))());
      socket.once("close", ended);
      socket.once("connect", settle(() => (socket.off("close", ended), resolve(socket))));
    });
  }

  #fail(cause: unknown): DatabaseError {
    this.kill(new DatabaseError("lost", "Cannot connect to the database", { cause }));
    return this.#dead!; // safe: kill() sets it
  }

  async #tearDown(busy: boolean): Promise<void> {
    const ended = this.#driver.end({ timeout: 0 }).catch(() => {});
    const socket = this.#socket;
    if (socket && !socket.closed) {
      // A running statement would keep the socket open: do not wait for its goodbye.
      const destroy = setTimeout(() => socket.destroy(), busy ? 0 : GOODBYE_MS);
      await new Promise<void>((resolve) => {
        const atLast = setTimeout(resolve, 2 * GOODBYE_MS);
        socket.once("close", () => (clearTimeout(atLast), resolve()));
      });
      clearTimeout(destroy);
    }
    await ended;
  }
}

interface DialTarget {
  host: string[];
  port: number[];
  path: string | false | null;
}

const scripts = new WeakMap<Sql, (text: string) => Promise<string>>();

/** Lets `runScript` reach the connection behind a pool or a transaction without widening `Sql`. */
export function registerScript(sql: Sql, run: (text: string) => Promise<string>): void {
  scripts.set(sql, run);
}

/**
 * Runs several statements without parameters, for migrations and test set-up only: nothing in `text` is escaped.
 * Gives the command tag of the last statement.
 */
export function runScript(sql: Sql, text: string): Promise<string> {
  const run = scripts.get(sql);
  if (!run) {
    throw new TypeError("Cannot run a script: this handle is not a pool or transaction of openPool()");
  }
  return run(text);
}

// deno-lint-ignore no-explicit-any -- `socket` is missing in the driver's option types
function driverOptions(options: ConnectionOptions, hooks: { socket: unknown; onclose: () => void }): any {
  return {
    ...hooks,
    max: 1,
    max_pipeline: 0,
    // Its query for the array types can throw outside any promise: PG_TYPES declares those in use.
    fetch_types: false,
    no_subscribe: true,
    idle_timeout: null,
    max_lifetime: null,
    connect_timeout: Math.ceil(options.connectMs / 1000),
    types: PG_TYPES,
    connection: {
      application_name: options.applicationName,
      TimeZone: "UTC",
      DateStyle: "ISO",
      statement_timeout: options.statementTimeoutMs,
      idle_in_transaction_session_timeout: 2 * options.statementTimeoutMs,
    },
    onnotice: () => {},
    onnotify: (_channel: string, payload: string) => options.onNotify?.(payload),
  };
}

function connectTimeout(limitMs: number): Error {
  return Object.assign(new Error(`No answer within ${limitMs} ms`), { code: "CONNECT_TIMEOUT" });
}

function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function isConnectionCode(code: string): boolean {
  return /^(CONNECTION_|CONNECT_TIMEOUT|SASL_|08|E(CONN|PIPE|TIMEDOUT|NOTFOUND|AI_|HOST|NET))/.test(code);
}
