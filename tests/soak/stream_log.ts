import { type EventReader, readEvents } from "../support/events.ts";
import type { Client } from "../support/service.ts";
import { pause } from "./tools.ts";

/** Longest silence; only a guard, because a stream that breaks says so. */
const SILENCE_MS = 600_000;
const RETRY_MS = 50;

/** One message as it arrived. */
export interface Arrival {
  seq: number;
  /** Milliseconds since 1970. */
  atMs: number;
}

/** One person's stream, opened again with `Last-Event-ID` whenever it breaks, as a browser does. */
export class StreamLog implements AsyncDisposable {
  /** Every message in order of arrival, over all connections. */
  readonly arrivals: Arrival[] = [];
  /** Connections so far. */
  opened = 0;
  readonly #person: Client;
  readonly #hop: () => boolean;
  #stopped = false;
  #reader: EventReader | null = null;
  readonly #ended: Promise<void>;

  /** `hop` is asked after every message whether the client goes away and comes back. */
  constructor(person: Client, hop: () => boolean) {
    this.#person = person;
    this.#hop = hop;
    this.#ended = this.#run();
  }

  /** The sequence number seen last; 0 for none. */
  get lastSeq(): number {
    return this.arrivals.at(-1)?.seq ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    // Not by a signal given to fetch: once its Response is garbage-collected, the body no longer hears it.
    await this.#reader?.[Symbol.asyncDispose]();
    await this.#ended;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#readOnce();
      } catch { /* the service is away, or the stream broke */ }
      if (!this.#stopped) await pause(RETRY_MS);
    }
  }

  async #readOnce(): Promise<void> {
    const response = await this.#person.fetch("/api/stream/events", {
      headers: { "last-event-id": String(this.lastSeq) },
    });
    if (response.status !== 200 || this.#stopped) return void await response.body?.cancel();
    this.opened++;
    await using reader = this.#reader = readEvents(response);
    do {
      const { id } = await reader.next(SILENCE_MS);
      this.arrivals.push({ seq: Number(id), atMs: Date.now() });
    } while (!this.#hop());
  }
}
