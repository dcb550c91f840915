/** The broker without a broker: jobs stay in this process. For hosts without Deno KV, and for tests. */
import { HandlerSlots } from "./handler_slots.ts";
import { type Log, silentLog } from "./log.ts";
import type { Job, JobQueue } from "./queue.ts";

/** An inline queue also says when it has nothing left to do. */
export interface InlineQueue extends JobQueue {
  /** Settles when every job handed over so far has been handled; at once before `listen`. */
  idle(): Promise<void>;
}

/** Opens a queue in memory. Jobs handed over before `listen` wait for it; disposing drops what has not started. */
export function openInlineQueue({ log = silentLog }: { log?: Log } = {}): InlineQueue {
  const early: Job[] = [];
  let slots: HandlerSlots | null = null;
  let closed = false;
  return {
    enqueue(jobs) {
      if (closed) return Promise.reject(new Error("Cannot enqueue: the queue is closed"));
      if (!slots) early.push(...jobs);
      else for (const job of jobs) void slots.run(job);
      return Promise.resolve();
    },
    listen(handler, options) {
      if (slots) throw new Error("Cannot listen: the queue has a listener already");
      slots = new HandlerSlots(handler, options, log);
      for (const job of early.splice(0)) void slots.run(job);
    },
    check: () => Promise.resolve(closed ? { ok: false, reason: "the queue is closed" } : { ok: true }),
    idle: async () => await slots?.idle(),
    async [Symbol.asyncDispose]() {
      closed = true;
      await slots?.close();
    },
  };
}
