import type { Clock } from "../platform/clock.ts";
import type { Doorbell } from "../platform/doorbell.ts";
import type { Log } from "../platform/log.ts";
import type { Sql } from "../platform/sql.ts";
import { listNotificationsAfter } from "./inbox_store.ts";
import { type DescribeProvider, type InboxRow, toStreamJson } from "./schema.ts";

/** A comment this often keeps proxies from closing a quiet stream. */
const PING_SECONDS = 10;
/** Every so many pings a stream asks whether it may go on: one whose session expires ends within a minute. */
const PINGS_BETWEEN_CHECKS = 6;
/** Rows read at once; a stream that is further behind reads again. */
const READ_PAGE = 200;
/** A stream whose read failed tries again after this, rung or not. */
const RETRY_SECONDS = 1;
/** Bytes a reader may be behind before its stream stops reading rows for it. */
const BUFFER_BYTES = 64 * 1024;

/** What every stream of a process shares. */
export interface StreamDeps {
  sql: Sql;
  clock: Clock;
  doorbell: Doorbell;
  log: Log;
  describeProvider: DescribeProvider;
  /** Default: PING_SECONDS. */
  pingSeconds?: number;
}

/** Whose stream it is, behind which sequence number it begins, and how long it may go on. */
export interface StreamOptions {
  userId: string;
  afterSeq: number;
  /** Whether what its reader showed to be let in still stands. Asked when somebody's access ended, and now and then. */
  stillAllowed: () => Promise<boolean>;
  /** Called once, when the stream is over. */
  onEnd: () => void;
}

const encoder = new TextEncoder();

/**
 * One reader's stream. Rows are read when the doorbell rings for the user, in order behind the last one sent; a reader
 * that is slow holds up nobody and fills no memory, because its rows stay in the database until it has read on.
 */
export class EventStream {
  /** The bytes to answer with. */
  readonly body: ReadableStream<Uint8Array>;
  readonly #deps: StreamDeps;
  readonly #options: StreamOptions;
  readonly #subscription: Disposable;
  readonly #pings: ReturnType<typeof setInterval>;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  #lastSeq: number;
  /** There may be rows that were not read. */
  #behind = true;
  #reading = false;
  #pingsToCheck = PINGS_BETWEEN_CHECKS;
  #checking = false;
  /** Access may have ended since the last answer was asked for. */
  #inDoubt = false;

  constructor(deps: StreamDeps, options: StreamOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#lastSeq = options.afterSeq;
    // Subscribe before the first read: an event committed in between is then seen by one of the two.
    this.#subscription = deps.doorbell.subscribe((ring) => {
      if (ring.users !== "all" && !ring.users.has(options.userId)) return;
      if (ring.accessEnded) this.#doubt();
      this.#wake();
    });
    this.#pings = setInterval(() => this.#ping(), (deps.pingSeconds ?? PING_SECONDS) * 1000);
    this.body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
        // With the id of where it begins, a stream that breaks off before its first message goes on from there.
        this.#send(`: connected\nretry: 1000\nid: ${options.afterSeq}\n\n`);
      },
      pull: () => void this.#readAll(),
      cancel: () => this.close(),
    }, { highWaterMark: BUFFER_BYTES, size: (chunk) => chunk.byteLength });
    // It may have ended after the request was let in and before we subscribed.
    this.#doubt();
  }

  /** Ends the stream; the client reconnects with its last id. */
  close(): void {
    const controller = this.#controller;
    if (controller === null) return;
    this.#controller = null;
    clearInterval(this.#pings);
    clearTimeout(this.#retry);
    this.#subscription[Symbol.dispose]();
    this.#options.onEnd();
    try {
      controller.close();
    } catch { /* the reader has already gone */ }
  }

  #wake(): void {
    this.#behind = true;
    void this.#readAll();
  }

  async #readAll(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.#behind && this.#hasRoom()) await this.#readPage();
    } catch (error) {
      this.#deps.log.warn("stream could not read", { error });
      this.#behind = true;
      if (this.#controller) this.#retry = setTimeout(() => this.#wake(), RETRY_SECONDS * 1000);
    } finally {
      this.#reading = false;
    }
  }

  async #readPage(): Promise<void> {
    this.#behind = false;
    const rows = await listNotificationsAfter(this.#deps.sql, {
      user_id: this.#options.userId,
      afterSeq: this.#lastSeq,
      limit: READ_PAGE,
      now: this.#deps.clock.now(),
    });
    for (const row of rows) {
      this.#send(message(row, this.#deps.describeProvider));
      this.#lastSeq = row.seq;
    }
    if (rows.length === READ_PAGE) this.#behind = true;
  }

  #ping(): void {
    if (this.#hasRoom()) this.#send(": ping\n\n");
    if (--this.#pingsToCheck <= 0) this.#doubt();
  }

  #doubt(): void {
    this.#inDoubt = true;
    void this.#check();
  }

  /** Asks again when another doubt came while it asked: the answer may be of before. */
  async #check(): Promise<void> {
    if (this.#checking) return;
    this.#checking = true;
    try {
      while (this.#inDoubt && this.#controller) {
        this.#inDoubt = false;
        this.#pingsToCheck = PINGS_BETWEEN_CHECKS;
        if (!await this.#options.stillAllowed()) this.close();
      }
    } catch (error) {
      this.#deps.log.warn("stream could not ask whether it may go on", { error });
      this.#pingsToCheck = 1;
    } finally {
      this.#checking = false;
    }
  }

  #hasRoom(): boolean {
    return (this.#controller?.desiredSize ?? 0) > 0;
  }

  #send(text: string): void {
    try {
      this.#controller?.enqueue(encoder.encode(text));
    } catch {
      this.close();
    }
  }
}

function message(row: InboxRow, describe: DescribeProvider): string {
  return `event: notification\nid: ${row.seq}\ndata: ${JSON.stringify(toStreamJson(row, describe))}\n\n`;
}
