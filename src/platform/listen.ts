/** LISTEN that survives the server: its own connection, checked, made again with back-off for as long as it is wanted. */
import type { Connection } from "./connection.ts";
import { errorText } from "./errors.ts";
import type { Log } from "./log.ts";
import { DatabaseError } from "./sql.ts";

/** Waits before a new connection: 50 ms, doubled to at most 2 s, each cut by up to half so that processes spread. */
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;
/** A silent connection may be half open: ask this often. */
const CHECK_EVERY_MS = 15_000;

/** What to listen for and how to get a connection. */
export interface ListenOptions {
  channel: string;
  onNotify: (payload: string) => void;
  /** Runs after every (re)connect: notices sent meanwhile are lost. */
  onReady: () => void;
  /** Longest wait for an answer of the server. */
  answerMs: number;
  log: Log;
  open: (onNotify: (payload: string) => void) => Connection;
}

/** Listens until disposed; `ended` settles when the loop is over. A handler that throws is logged, never fatal. */
export function listenForever(options: ListenOptions): { listener: Disposable; ended: Promise<void> } {
  const stop = new AbortController();
  return {
    listener: { [Symbol.dispose]: () => stop.abort() },
    ended: listenUntil(stop.signal, options),
  };
}

async function listenUntil(stop: AbortSignal, options: ListenOptions): Promise<void> {
  const { channel, log } = options;
  const safely = (run: () => void) => {
    try {
      run();
    } catch (error) {
      log.error("database notice handler failed", { channel, error });
    }
  };
  let retryMs = FIRST_RETRY_MS;
  while (!stop.aborted) {
    const connection = options.open((payload) => stop.aborted || safely(() => options.onNotify(payload)));
    const end = () => connection.kill(new DatabaseError("closed", "The listener has ended"));
    stop.addEventListener("abort", end, { once: true });
    try {
      await answered(connection, `listen "${channel.replaceAll('"', '""')}"`, options.answerMs);
      retryMs = FIRST_RETRY_MS;
      safely(options.onReady);
      while (!connection.dead) {
        await pause(CHECK_EVERY_MS, connection);
        await answered(connection, "select 1", options.answerMs);
      }
    } catch (error) {
      if (!stop.aborted) log.warn("database listener reconnects", { channel, reason: errorText(error) });
    }
    stop.removeEventListener("abort", end);
    end();
    await connection.closed();
    if (!stop.aborted) await retryPause(retryMs * (0.5 + Math.random() / 2), stop);
    retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
  }
}

/** Runs a statement; kills the connection when the server stays silent. */
async function answered(connection: Connection, text: string, limitMs: number): Promise<void> {
  const timer = setTimeout(() => {
    connection.kill(new DatabaseError("deadline", `The database did not answer within ${limitMs} ms`));
  }, limitMs);
  await connection.script(text).finally(() => clearTimeout(timer));
}

/** Waits, or rejects as soon as the connection dies. */
async function pause(milliseconds: number, connection: Connection): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const waited = new Promise<void>((resolve) => timer = setTimeout(resolve, milliseconds));
  await connection.guard(waited).finally(() => clearTimeout(timer));
}

function retryPause(milliseconds: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      stop.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    stop.addEventListener("abort", done, { once: true });
  });
}
