import { EventStream, type StreamDeps, type StreamOptions } from "./event_stream.ts";
import { findLastSeq } from "./inbox_store.ts";

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
   * `afterSeq` in order, without a gap and each once; null starts at what is committed after this call. It ends when its
   * user loses the access that `stillAllowed` asks for.
   */
  async open(
    { userId, afterSeq, stillAllowed }: Pick<StreamOptions, "userId" | "stillAllowed"> & {
      afterSeq: number | null;
    },
  ): Promise<ReadableStream<Uint8Array>> {
    const lastSeq = await findLastSeq(this.#deps.sql, userId);
    // A number we never gave (another installation's, or of before a restore) must not silence the stream.
    const start = afterSeq === null ? lastSeq : Math.min(afterSeq, lastSeq);
    const stream = new EventStream(this.#deps, {
      userId,
      stillAllowed,
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
