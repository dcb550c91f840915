/** What every supervisor script shares: saying a line, refusing to start in one sentence, ending on a signal. */
import { watchLauncher } from "./launcher.ts";

/** A reason not to start that the reader can act on. Printed as `Cannot start: <reason>`, exit code 1, no stack. */
export class CannotStart extends Error {
  override name = "CannotStart";

  constructor(reason: string, options: { cause?: unknown } = {}) {
    super(`Cannot start: ${reason.replace(/^Cannot /, "cannot ")}`, options);
  }
}

/** Prints one line to the person at the terminal. */
export function say(line: string): void {
  // deno-lint-ignore no-console -- scripts talk to a terminal, the service's log is for services
  console.log(line);
}

const STOP_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs a script to its end and exits with the code it returns. `stop` is aborted by the first stop signal (later
 * ones are swallowed: npx, the task runner and the terminal may each pass the same one on), so the work decides in
 * which order things end.
 */
export async function runScript(work: (stop: AbortSignal) => Promise<number>): Promise<never> {
  const stopping = new AbortController();
  for (const signal of STOP_SIGNALS) Deno.addSignalListener(signal, () => stopping.abort(signal));
  watchLauncher(() => stopping.abort("SIGTERM"));
  try {
    Deno.exit(await work(stopping.signal));
  } catch (error) {
    // Ctrl-C in the terminal also reaches initdb and pg_ctl: that they failed then is no news.
    if (stopping.signal.aborted) Deno.exit(130);
    say(error instanceof CannotStart ? error.message : String(error instanceof Error ? error.stack : error));
    Deno.exit(1);
  }
}

/** Waits `milliseconds`, or less when `stop` is aborted; never rejects. */
export function pause(milliseconds: number, stop?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop?.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      stop?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    stop?.addEventListener("abort", end);
  });
}

/** Asks `child` to end, kills it when it has not ended after `graceMs`, and gives its status. */
export async function endChild(child: Deno.ChildProcess, graceMs: number): Promise<Deno.CommandStatus> {
  signalChild(child, "SIGTERM");
  const killer = setTimeout(() => signalChild(child, "SIGKILL"), graceMs);
  try {
    return await child.status;
  } finally {
    clearTimeout(killer);
  }
}

function signalChild(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has ended by itself.
  }
}
