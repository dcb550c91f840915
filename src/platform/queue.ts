/** The broker contract: a job says "these rows are yours now"; Postgres knows everything else. */

/** Rows of one kind, each with the fencing token its claim was given. At most 64 KiB when written as JSON. */
export interface Job {
  kind: string;
  rows: { id: string; token: number }[];
}

/** How a process takes jobs. */
export interface ListenOptions {
  /** Most handlers that run at the same time in this process. */
  concurrency: number;
}

/**
 * A job broker. Messages may be lost, late or doubled: the row's lease and token make that harmless. A handler
 * that throws is not retried by the broker; the row's lease runs out and the dispatcher claims it again.
 */
export interface JobQueue extends AsyncDisposable {
  /** Hands jobs over. @throws when the broker cannot take them; the rows are then claimed again after their lease. */
  enqueue(jobs: readonly Job[]): Promise<void>;
  /** Starts handing jobs to `handler`; called once per process. */
  listen(handler: (job: Job) => Promise<void>, options: ListenOptions): void;
  /** Whether the broker takes and hands out messages now; the reason when it does not. */
  check(): Promise<{ ok: true } | { ok: false; reason: string }>;
  /** Stops taking new messages, waits for running handlers, then closes. */
  [Symbol.asyncDispose](): Promise<void>;
}
