/** What may be sent as a parameter. Objects go as `${JSON.stringify(x)}::text::jsonb`, so nothing is encoded twice. */
export type SqlValue =
  | string
  | number
  | boolean
  | null
  | Date
  | Uint8Array
  | readonly string[]
  | readonly number[];

/**
 * Runs one statement and gives its rows: `` sql<Row>`select … where id = ${id}` ``. What stores receive: it is a pool
 * or a transaction, and the type keeps a store from opening a transaction of its own. int8 arrives as a number
 * (refused above 2^53), timestamptz as Date, jsonb parsed, text[]/uuid[]/int[] as arrays.
 * @throws {DatabaseError} when the connection is lost, the deadline passes or no connection is free
 */
export interface Sql {
  // deno-lint-ignore no-explicit-any -- a row type is asserted by the caller beside its SQL
  <Row extends Record<string, any> = Record<string, any>>(
    text: TemplateStringsArray,
    ...values: readonly SqlValue[]
  ): Promise<Row[]>;
}

/** The pool: the only thing that can open a transaction. */
export interface Pool extends Sql, AsyncDisposable {
  /**
   * Runs `work` in one transaction on one connection. Commits when it returns, rolls back when it throws. A commit
   * the server answers with ROLLBACK (a caught statement error inside `work`) throws.
   */
  begin<T>(work: (tx: Sql) => Promise<T>, options?: { deadlineMs?: number }): Promise<T>;
  /**
   * LISTEN on a connection of its own, for ever, with back-off. `onReady` runs after every (re)connect: notices
   * sent meanwhile are lost, so sweep there.
   */
  listen(channel: string, handlers: { onNotify: (payload: string) => void; onReady: () => void }): Disposable;
  /** Connections open now, and how often one was replaced or a deadline passed. */
  stats(): { open: number; replaced: number; deadlines: number };
}

/** Why a statement could not be answered, apart from errors of the statement itself. */
export type DatabaseErrorCode = "deadline" | "lost" | "busy" | "closed";

/**
 * Whether the database is away, so that a lease brings the work back when it is there again. What it is too slow for it may
 * be too slow for the next time too: that work waits as after a failure of its own.
 */
export function isDatabaseAway(error: unknown): boolean {
  return error instanceof DatabaseError && error.code !== "deadline";
}

/** The database could not answer; the statement may or may not have run. */
export class DatabaseError extends Error {
  readonly code: DatabaseErrorCode;

  constructor(code: DatabaseErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = "DatabaseError";
    this.code = code;
  }
}
