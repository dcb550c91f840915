/** What main.ts and worker.ts share: reading the configuration, serving, waiting for the end. */
import type { AddressEnv } from "../platform/client_address.ts";
import { complain, type Log } from "../platform/log.ts";
import { type Config, ConfigError, readConfig } from "./config.ts";
import { StartError } from "./compose.ts";

/** Longest wait for requests under way: supervisors kill after 30 s or 10. */
const STOP_SECONDS = 8;

/** The configuration; a wrong one prints its one sentence and ends the process with 1. */
export function configOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (error instanceof ConfigError) return exitWith(`Cannot start: ${error.message}`);
    throw error;
  }
}

/** `starting`; a start that fails in a foreseen way prints its one sentence and ends the process with 1. */
export async function exitOnStartError<T>(starting: Promise<T>): Promise<T> {
  try {
    return await starting;
  } catch (error) {
    if (error instanceof StartError) return exitWith(error.message);
    throw error;
  }
}

/** Serves HTTP, telling the app who is at the other end of the socket; a port that is taken prints one sentence and ends the process with 1. */
export function serve(
  config: Config,
  log: Log,
  app: { fetch: (request: Request, env: AddressEnv["Bindings"]) => Response | Promise<Response> },
): Deno.HttpServer {
  const { host: hostname, port } = config;
  try {
    return Deno.serve(
      { hostname, port, onListen: () => log.info("listening", { host: hostname, port }) },
      (request, { remoteAddr }) => app.fetch(request, { peer: remoteAddr.hostname }),
    );
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      return exitWith(`Cannot start: PORT ${port} on ${hostname} is in use`);
    }
    throw error;
  }
}

/** Settles at SIGTERM or SIGINT, or, with `parentPipe`, when the parent that holds our stdin goes away. */
export async function untilStopped(log: Log, { parentPipe }: { parentPipe: boolean }): Promise<void> {
  const reason = await new Promise<string>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      Deno.addSignalListener(signal, () => resolve(signal));
    }
    if (parentPipe) parentGone().then(() => resolve("parent ended"));
  });
  log.info("stopping", { reason });
}

/**
 * Takes no more requests and waits for those under way, but not for ever: a client that never finishes its request
 * keeps its connection until it likes.
 */
export async function stopServing(
  server: Pick<Deno.HttpServer, "shutdown">,
  { log, seconds = STOP_SECONDS }: { log: Log; seconds?: number },
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), seconds * 1000);
  });
  if (await Promise.race([server.shutdown(), late]) === "late") {
    log.warn("stopped with connections open", { waited_seconds: seconds });
  }
  clearTimeout(timer);
}

async function parentGone(): Promise<void> {
  const chunk = new Uint8Array(64);
  while (await Deno.stdin.read(chunk).catch(() => null) !== null) { /* a parent that writes is alive */ }
}

function exitWith(sentence: string): never {
  complain(sentence);
  Deno.exit(1);
}
