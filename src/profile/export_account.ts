import type { Clock } from "../platform/clock.ts";
import { DomainError, errorText } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import type { Pool, Sql } from "../platform/sql.ts";
import { readAccount, takeSnapshot } from "./export_account_store.ts";
import { EXPORT_FORMAT, EXPORT_VERSION } from "./export_schema.ts";
import { EXPORT_SECTIONS, type ExportSection } from "./export_sections.ts";

/** Exports of one process at once: each holds a database connection and a snapshot while its reader reads. */
const MAX_AT_ONCE = 4;
/** Longest a whole export may take: the snapshot keeps the database from cleaning up behind it. */
const EXPORT_DEADLINE_MS = 5 * 60_000;
/** Bytes that may lie ready: a page is read while the one before leaves. */
const BUFFER_BYTES = 64 * 1024;
/** A reader who takes nothing for so long is given up. */
const STALL_MS = 30_000;

/** What exporting needs. */
export interface ExportDeps {
  sql: Pool;
  clock: Clock;
  log: Log;
}

/** Everything that is kept of a user as one JSON document, as of one moment, in as little memory as a page takes. */
export class AccountExporter {
  readonly #deps: ExportDeps;
  readonly #stallMs: number;
  readonly #underWay = new Set<string>();

  constructor(deps: ExportDeps, { stallMs = STALL_MS }: { stallMs?: number } = {}) {
    this.#deps = deps;
    this.#stallMs = stallMs;
  }

  /**
   * The document's bytes. It is read as fast as its reader takes it; one that breaks off, stalls or takes longer than
   * EXPORT_DEADLINE_MS ends without the closing brace, and the reader sees the connection break.
   * @throws {DomainError} conflict while this user's export is under way, unavailable while too many others are
   */
  start(userId: string): ReadableStream<Uint8Array> {
    if (this.#underWay.has(userId)) {
      throw new DomainError("conflict", "Cannot export your account now: one is under way");
    }
    if (this.#underWay.size >= MAX_AT_ONCE) {
      throw new DomainError(
        "unavailable",
        `Cannot export your account now: ${MAX_AT_ONCE} others are under way`,
      );
    }
    this.#underWay.add(userId);
    const reader = new SlowReader(this.#stallMs);
    void this.#run(userId, reader);
    return reader.stream;
  }

  async #run(userId: string, reader: SlowReader): Promise<void> {
    try {
      await this.#deps.sql.begin(async (tx) => {
        await takeSnapshot(tx);
        for await (const text of documentOf(tx, { user_id: userId, now: this.#deps.clock.now() })) {
          await reader.give(text);
        }
      }, { deadlineMs: EXPORT_DEADLINE_MS });
      reader.end();
    } catch (error) {
      // A reader who left is no failure; anything else he has to notice, and we too.
      this.#deps.log.info("export ended early", { user_id: userId, error: errorText(error) });
      reader.breakOff(error);
    } finally {
      this.#underWay.delete(userId);
    }
  }
}

/** A stream that takes no more than its reader reads. */
class SlowReader {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #stallMs: number;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  #room = Promise.withResolvers<void>();

  constructor(stallMs: number) {
    this.#stallMs = stallMs;
    this.stream = new ReadableStream<Uint8Array>({
      start: (controller) => void (this.#controller = controller),
      pull: () => this.#room.resolve(),
      cancel: () => {
        this.#controller = null;
        this.#room.resolve();
      },
    }, { highWaterMark: BUFFER_BYTES, size: (chunk) => chunk.byteLength });
  }

  /** Waits until the reader has read what came before. @throws when he left, or takes nothing for too long */
  async give(text: string): Promise<void> {
    this.#room = Promise.withResolvers();
    if (this.#controller?.desiredSize! <= 0) await this.#wait(); // safe: null compares as false
    if (!this.#controller) throw new Error("its reader left");
    this.#controller.enqueue(encoder.encode(text));
  }

  end(): void {
    this.#controller?.close();
  }

  breakOff(error: unknown): void {
    this.#controller?.error(error);
  }

  async #wait(): Promise<void> {
    const timer = setTimeout(() => {
      this.#room.reject(new Error(`its reader took nothing for ${this.#stallMs} ms`));
    }, this.#stallMs);
    await this.#room.promise.finally(() => clearTimeout(timer));
  }
}

const encoder = new TextEncoder();

async function* documentOf(tx: Sql, query: { user_id: string; now: Date }): AsyncGenerator<string> {
  const account = await readAccount(tx, query.user_id);
  if (!account) throw new Error(`Cannot export user ${query.user_id}: there is none`);
  const head = { format: EXPORT_FORMAT, version: EXPORT_VERSION, exported_at: query.now, account };
  yield JSON.stringify(head).slice(0, -1);
  for (const [key, section] of Object.entries(EXPORT_SECTIONS)) {
    yield `,\n${JSON.stringify(key)}:`;
    yield* sectionOf(tx, section, query);
  }
  yield "}\n";
}

async function* sectionOf(
  tx: Sql,
  section: ExportSection,
  query: { user_id: string; now: Date },
): AsyncGenerator<string> {
  if ("read" in section) return yield JSON.stringify(await section.read(tx, query));
  await section.open(tx, query);
  let isFirst = true;
  yield "[";
  for (let rows = await section.fetch(tx); rows.length > 0; rows = await section.fetch(tx)) {
    yield (isFirst ? "" : ",\n") + rows.map((row) => JSON.stringify(row)).join(",\n");
    isFirst = false;
  }
  yield "]";
}
