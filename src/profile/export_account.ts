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
   * @throws {DomainError} unavailable while this user's export or too many others are under way
   */
  start(userId: string): ReadableStream<Uint8Array> {
    if (this.#underWay.has(userId) || this.#underWay.size >= MAX_AT_ONCE) {
      const why = this.#underWay.has(userId) ? "one is under way" : `${MAX_AT_ONCE} others are under way`;
      throw new DomainError("unavailable", `Cannot export your account now: ${why}`);
    }
    this.#underWay.add(userId);
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    void this.#run(userId, writable.getWriter());
    return readable;
  }

  async #run(userId: string, writer: WritableStreamDefaultWriter<Uint8Array>): Promise<void> {
    try {
      await this.#deps.sql.begin(async (tx) => {
        await takeSnapshot(tx);
        for await (const text of documentOf(tx, { user_id: userId, now: this.#deps.clock.now() })) {
          await this.#write(writer, text);
        }
      }, { deadlineMs: EXPORT_DEADLINE_MS });
      await writer.close();
    } catch (error) {
      // A reader who left is no failure; anything else he has to notice, and we too.
      this.#deps.log.info("export ended early", { user_id: userId, error: errorText(error) });
      await writer.abort(error).catch(() => {});
    } finally {
      this.#underWay.delete(userId);
    }
  }

  async #write(writer: WritableStreamDefaultWriter<Uint8Array>, text: string): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stalled = new Promise<never>((_, reject) => {
      const why = `Cannot go on with an export: its reader took nothing for ${this.#stallMs} ms`;
      timer = setTimeout(() => reject(new Error(why)), this.#stallMs);
    });
    try {
      await Promise.race([writer.write(encoder.encode(text)), stalled]);
    } finally {
      clearTimeout(timer);
    }
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
