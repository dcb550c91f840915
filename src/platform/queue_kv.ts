/** The broker on Deno KV: the only place that opens a KV. Losing its file loses nothing, because rows hold the truth. */
import { monotonicMs } from "./clock.ts";
import { HandlerSlots } from "./handler_slots.ts";
import { type Log, silentLog } from "./log.ts";
import type { Job, JobQueue } from "./queue.ts";
import { claimQueueFile, type QueueFile } from "./queue_files.ts";

/** KV refuses messages above 64 KiB and transactions above 800 KiB. */
const MAX_MESSAGE_BYTES = 60_000;
const MAX_BATCH_BYTES = 400_000;
const MAX_BATCH_MESSAGES = 100;
/** How often, around enqueue, the file is looked at: a stat, so once a second is cheap and soon enough. */
const FILE_CHECK_MS = 1_000;
/** Idle delivery takes 100 ms at most; when nothing at all arrives for this long the listener is deaf. */
const DEAF_AFTER_MS = 1_000;
/** A job lost alone while others arrive is not waited for: its row's lease has run out by then. */
const FORGET_AFTER_MS = 30_000;

/** Where the queue keeps its file. */
export interface KvQueueOptions {
  /** A folder; processes may share it, each has a file of its own. */
  dir: string;
  log?: Log;
  /** How a KV is opened; default `Deno.openKv`. */
  openKv?: (path: string) => Promise<Deno.Kv>;
}

/** What travels: the id tells a message that comes twice. */
interface Message {
  id: number;
  job: Job;
}

/** Whether this runtime has Deno KV queues; where not, use the inline queue. */
export function kvAvailable(): boolean {
  return typeof Deno.openKv === "function";
}

/**
 * Opens a queue on a file of this process in the folder `dir`; files of processes that are gone are removed. A file
 * that is deleted, replaced or broken while in use is exchanged for a fresh one, and the jobs not yet handed out are
 * put into it: a job is then late by about a second, or comes twice.
 */
export async function openKvQueue(options: KvQueueOptions): Promise<JobQueue> {
  const queue = new KvQueue(options);
  await queue.open();
  return queue;
}

class KvQueue implements JobQueue {
  readonly #dir: string;
  readonly #log: Log;
  readonly #openKv: (path: string) => Promise<Deno.Kv>;
  /** Enqueued and not yet handed out; small, because the dispatcher bounds what it claims. */
  readonly #outstanding = new Map<number, { job: Job; sinceMs: number }>();
  #store: { kv: Deno.Kv; file: QueueFile; listening: Promise<void> | null } | null = null;
  #reopening: Promise<void> | null = null;
  #retired: Promise<unknown> = Promise.resolve();
  #slots: HandlerSlots | null = null;
  #closed = false;
  #lastId = 0;
  #checkedMs = monotonicMs();
  #arrivedMs = 0;
  #watch: ReturnType<typeof setTimeout> | null = null;

  constructor({ dir, log = silentLog, openKv = (path) => Deno.openKv(path) }: KvQueueOptions) {
    this.#dir = dir;
    this.#log = log;
    this.#openKv = openKv;
  }

  async open(): Promise<void> {
    const file = await claimQueueFile(this.#dir);
    try {
      const kv = await this.#openKv(file.path);
      this.#store = { kv, file, listening: null };
      await file.seal();
    } catch (error) {
      await this.#closeStore();
      await file[Symbol.asyncDispose]();
      throw error;
    }
    if (this.#slots) this.#startListening();
  }

  async enqueue(jobs: readonly Job[]): Promise<void> {
    if (this.#closed) throw new Error("Cannot enqueue: the queue is closed");
    const messages = jobs.map((job): Message => ({ id: ++this.#lastId, job }));
    for (const batch of batches(messages)) {
      await this.#ensureFile();
      for (const { id, job } of batch) this.#outstanding.set(id, { job, sinceMs: monotonicMs() });
      try {
        await this.#send(batch);
      } catch (error) {
        // Puts the batch into the fresh file too: it is outstanding.
        await this.#reopen("enqueue failed", error);
      }
    }
    this.#watchDelivery();
  }

  listen(handler: (job: Job) => Promise<void>, options: { concurrency: number }): void {
    if (this.#slots) throw new Error("Cannot listen: the queue has a listener already");
    this.#slots = new HandlerSlots(handler, options, this.#log);
    this.#startListening();
    this.#watchDelivery();
  }

  async check(): Promise<{ ok: true } | { ok: false; reason: string }> {
    if (this.#closed) return { ok: false, reason: "the queue is closed" };
    try {
      this.#checkedMs = -Infinity;
      await this.#ensureFile();
      await this.#store?.kv.get(["check"]);
      return this.#store ? { ok: true } : { ok: false, reason: "the queue has no file" };
    } catch (error) {
      return { ok: false, reason: error instanceof Error ? error.message : String(error) };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    if (this.#watch !== null) clearTimeout(this.#watch);
    await this.#reopening?.catch(() => {});
    // Handlers first: closing the KV would lose their acknowledgements.
    await this.#slots?.close();
    await this.#closeStore();
    await this.#retired;
  }

  async #send(batch: readonly Message[]): Promise<void> {
    if (!this.#store) throw new Error("Cannot enqueue: the queue has no file");
    let write = this.#store.kv.atomic();
    for (const message of batch) write = write.enqueue(message);
    await write.commit();
  }

  #startListening(): void {
    const store = this.#store;
    if (!store || store.listening) return;
    store.listening = store.kv.listenQueue((message) => this.#receive(message)).catch((error) => {
      // The watch over outstanding jobs exchanges the file when this one was still in use.
      if (this.#store === store) this.#log.warn("queue listener ended", { error });
    });
  }

  async #receive(message: unknown): Promise<void> {
    this.#arrivedMs = monotonicMs();
    if (!isMessage(message)) {
      this.#log.warn("queue message dropped: not a job", { received: message });
      return;
    }
    // Not outstanding: it came before, from this file or from the one exchanged for it.
    if (this.#outstanding.delete(message.id)) await this.#slots?.run(message.job);
  }

  async #ensureFile(): Promise<void> {
    if (this.#reopening) return await this.#reopening;
    if (!this.#store) return await this.#reopen("the last attempt failed");
    if (monotonicMs() - this.#checkedMs < FILE_CHECK_MS) return;
    this.#checkedMs = monotonicMs();
    if (!await this.#store.file.isIntact()) await this.#reopen("the file was removed or replaced");
  }

  /** While jobs are outstanding, looks whether any arrives; a listener can go deaf without an error. */
  #watchDelivery(): void {
    if (this.#watch !== null || !this.#slots || this.#outstanding.size === 0 || this.#closed) return;
    const sinceMs = monotonicMs();
    this.#watch = setTimeout(async () => {
      this.#watch = null;
      for (const [id, one] of this.#outstanding) {
        if (one.sinceMs < sinceMs - FORGET_AFTER_MS) this.#outstanding.delete(id);
      }
      const deaf = this.#outstanding.size > 0 && this.#arrivedMs < sinceMs;
      if (deaf) await this.#reopen("no message arrived").catch(() => {});
      this.#watchDelivery();
    }, DEAF_AFTER_MS);
  }

  /** Exchanges the file; callers at the same time share one exchange. @throws when no new file can be opened */
  #reopen(reason: string, error?: unknown): Promise<void> {
    return this.#reopening ??= this.#exchange(reason, error).finally(() => this.#reopening = null);
  }

  async #exchange(reason: string, error?: unknown): Promise<void> {
    if (this.#closed) return;
    this.#log.warn("queue file exchanged", { reason, outstanding: this.#outstanding.size, error });
    // Not awaited: the listener may wait for a handler, and that handler for this exchange.
    this.#retired = Promise.all([this.#retired, this.#closeStore()]);
    await this.open();
    const again = [...this.#outstanding].map(([id, { job }]): Message => ({ id, job }));
    for (const batch of batches(again)) await this.#send(batch);
  }

  /** Takes the store out of use at once; settles when its listener has ended and its file is removed. */
  async #closeStore(): Promise<void> {
    const store = this.#store;
    this.#store = null;
    if (!store) return;
    try {
      store.kv.close();
    } catch (error) {
      this.#log.warn("queue file did not close", { error });
    }
    await store.listening;
    await store.file[Symbol.asyncDispose]();
  }
}

/** Cuts messages into writes that KV takes. @throws {Error} for a job that is too big for one message */
function batches(messages: readonly Message[]): Message[][] {
  const cut: Message[][] = [];
  let room = 0;
  for (const message of messages) {
    const bytes = new TextEncoder().encode(JSON.stringify(message)).length;
    if (bytes > MAX_MESSAGE_BYTES) {
      throw new Error(
        `Cannot enqueue: a ${message.job.kind} job of ${bytes} bytes is above ${MAX_MESSAGE_BYTES}`,
      );
    }
    const last = cut.at(-1);
    if (last && bytes <= room && last.length < MAX_BATCH_MESSAGES) last.push(message);
    else {
      cut.push([message]);
      room = MAX_BATCH_BYTES;
    }
    room -= bytes;
  }
  return cut;
}

function isMessage(value: unknown): value is Message {
  if (typeof value !== "object" || value === null || !("id" in value) || !("job" in value)) return false;
  const job = value.job as Partial<Job> | null; // safe: every field is looked at below
  return typeof value.id === "number" && typeof job?.kind === "string" && Array.isArray(job.rows) &&
    job.rows.every((row) => typeof row?.id === "string" && typeof row.token === "number");
}
