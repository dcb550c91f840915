import type { Doorbell } from "../platform/doorbell.ts";
import type { Log } from "../platform/log.ts";
import type { Sql } from "../platform/sql.ts";
import { findLastSeq, listNotificationsAfter } from "./inbox_store.ts";
import { type InboxRow, toStreamJson } from "./schema.ts";

/** A comment this often keeps proxies from closing a quiet stream. */
const PING_SECONDS = 10;
/** Rows read at once; a stream that is further behind reads again. */
const READ_PAGE = 200;
/** A stream reads again this often even when nothing rang: a ring lost with a connection costs no more than this. */
const SWEEP_SECONDS = 5;

export interface StreamDeps {
  sql: Sql;
  doorbell: Doorbell;
  log: Log;
  providerName: (id: string) => string;
}

/** All open streams of this process. */
export class StreamHub implements Disposable {
  readonly #deps: StreamDeps;
  readonly #open = new Set<EventStream>();
  #closed = false;

  constructor(deps: StreamDeps) {
    this.#deps = deps;
  }

  /**
   * A `text/event-stream` body for one user: first a comment at once, then every inbox row with a sequence number above
   * `afterSeq` in order, without a gap and each once; null starts at what is committed after this call.
   */
  async open(userId: string, afterSeq: number | null): Promise<ReadableStream<Uint8Array>> {
    const lastSeq = await findLastSeq(this.#deps.sql, userId);
    // A number we never gave (another installation's, or of before a restore) must not silence the stream.
    const start = afterSeq === null ? lastSeq : Math.min(afterSeq, lastSeq);
    const stream = new EventStream(this.#deps, {
      userId,
      afterSeq: start,
      onEnd: () => this.#open.delete(stream),
    });
    this.#open.add(stream);
    if (this.#closed) stream.close();
    return stream.body;
  }

  /** Open streams now. */
  get size(): number {
    return this.#open.size;
  }

  /** Ends every stream; clients reconnect with their last id. Before a server's shutdown, which waits for them. */
  close(): void {
    this.#closed = true;
    for (const stream of [...this.#open]) stream.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

const encoder = new TextEncoder();

class EventStream {
  readonly body: ReadableStream<Uint8Array>;
  readonly #deps: StreamDeps;
  readonly #userId: string;
  readonly #onEnd: () => void;
  readonly #subscription: Disposable;
  readonly #timers: ReturnType<typeof setInterval>[] = [];
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  #lastSeq: number;
  #rang = false;
  #reading = false;

  constructor(deps: StreamDeps, options: { userId: string; afterSeq: number; onEnd: () => void }) {
    this.#deps = deps;
    this.#userId = options.userId;
    this.#lastSeq = options.afterSeq;
    this.#onEnd = options.onEnd;
    this.body = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
        this.#send(": connected\nretry: 1000\n\n");
      },
      cancel: () => this.close(),
    });
    // Subscribe before the first read: an event committed in between is then seen by one of the two.
    this.#subscription = deps.doorbell.subscribe((ring) => {
      if (ring.users === "all" || ring.users.has(this.#userId)) this.#wake();
    });
    this.#timers.push(setInterval(() => this.#send(": ping\n\n"), PING_SECONDS * 1000));
    this.#timers.push(setInterval(() => this.#wake(), SWEEP_SECONDS * 1000));
    this.#wake();
  }

  close(): void {
    const controller = this.#controller;
    if (controller === null) return;
    this.#controller = null;
    for (const timer of this.#timers) clearInterval(timer);
    this.#subscription[Symbol.dispose]();
    this.#onEnd();
    try {
      controller.close();
    } catch { /* the reader has already gone */ }
  }

  #wake(): void {
    this.#rang = true;
    if (!this.#reading) this.#readAll();
  }

  async #readAll(): Promise<void> {
    this.#reading = true;
    try {
      while (this.#rang && this.#controller) {
        this.#rang = false;
        await this.#readOnce();
      }
    } catch (error) {
      // The database is away: the next ring or sweep reads from the same place.
      this.#deps.log.warn("stream could not read", { error });
    } finally {
      this.#reading = false;
    }
  }

  async #readOnce(): Promise<void> {
    let rows: InboxRow[];
    do {
      rows = await listNotificationsAfter(this.#deps.sql, {
        user_id: this.#userId,
        afterSeq: this.#lastSeq,
        limit: READ_PAGE,
      });
      for (const row of rows) {
        this.#send(message(row, this.#deps.providerName));
        this.#lastSeq = row.seq;
      }
    } while (rows.length === READ_PAGE && this.#controller);
  }

  #send(text: string): void {
    try {
      this.#controller?.enqueue(encoder.encode(text));
    } catch {
      this.close();
    }
  }
}

function message(row: InboxRow, providerName: (id: string) => string): string {
  return `event: notification\nid: ${row.seq}\ndata: ${JSON.stringify(toStreamJson(row, providerName))}\n\n`;
}
