/** What main.ts and worker.ts share: reading the configuration, serving, waiting for the end. */
import { complain, type Log } from "../platform/log.ts";
import { type Config, ConfigError, readConfig } from "./config.ts";
import { StartError } from "./compose.ts";

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

/** Serves HTTP; a port that is taken prints one sentence and ends the process with 1. */
export function serve(
  config: Config,
  log: Log,
  handler: (request: Request) => Response | Promise<Response>,
): Deno.HttpServer {
  const { host: hostname, port } = config;
  try {
    return Deno.serve(
      { hostname, port, onListen: () => log.info("listening", { host: hostname, port }) },
      handler,
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

async function parentGone(): Promise<void> {
  const chunk = new Uint8Array(64);
  while (await Deno.stdin.read(chunk).catch(() => null) !== null) { /* a parent that writes is alive */ }
}

function exitWith(sentence: string): never {
  complain(sentence);
  Deno.exit(1);
}
