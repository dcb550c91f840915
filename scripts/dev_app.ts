/** The app as a child process of the development supervisor: its port, its start, its readiness. */
import { join } from "node:path";
import { CannotStart, pause } from "./supervise.ts";

/** What the supervisor needs of the environment; everything else is the app's to read. */
export interface DevConfig {
  host: string;
  port: number;
  dataDir: string;
  /** The folder of the app's job queue, the only place it writes to. */
  kvFolder: string;
  /** null: start the local Postgres. */
  databaseUrl: string | null;
  /** Whether a Discogs of this machine is started: nothing says where or as whom another one is asked. */
  ownDiscogs: boolean;
}

/** An app that an earlier supervisor left behind notices its parent's death at once and drains for a few seconds. */
const ORPHAN_WAIT_MS = 5_000;
const READY_WAIT_MS = 60_000;

/** Reads the supervisor's own variables. @throws {CannotStart} naming the variable and its value */
export function readDevConfig(env: Readonly<Record<string, string | undefined>>): DevConfig {
  const port = env.PORT || "8000";
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
    throw new CannotStart(`PORT must be a whole number from 1 to 65535, not ${JSON.stringify(port)}`);
  }
  const dataDir = env.DATA_DIR || ".data";
  return {
    host: env.HOST || "127.0.0.1",
    port: Number(port),
    dataDir,
    kvFolder: env.KV_PATH || join(dataDir, "queue"),
    databaseUrl: env.DATABASE_URL || null,
    ownDiscogs: !Object.entries(env).some(([name, value]) => name.startsWith("DISCOGS_") && value),
  };
}

/** Where a client on this machine reaches the app. */
export function baseUrl({ host, port }: DevConfig): string {
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}

/** Returns once the app's port is free. @throws {CannotStart} naming PORT when somebody holds it for good */
export async function waitForPort({ host, port }: DevConfig, stop: AbortSignal): Promise<void> {
  const until = performance.now() + ORPHAN_WAIT_MS;
  while (!stop.aborted) {
    const refusal = tryListen(host, port);
    if (refusal === null) return;
    if (!(refusal instanceof Deno.errors.AddrInUse)) {
      throw new CannotStart(`the app cannot listen on HOST=${host} PORT=${port} (${refusal.message})`);
    }
    if (performance.now() > until) {
      throw new CannotStart(
        `PORT=${port} is in use by another program; stop it, or set PORT to another number`,
      );
    }
    await pause(100, stop);
  }
}

/**
 * Starts the app with no more permissions than it needs. Its stdin is a pipe that only this process holds open: when
 * this process dies, however it dies, the app reads the end of it and stops too.
 */
export function spawnApp(
  config: DevConfig,
  { databaseUrl, env }: { databaseUrl: string; env: Readonly<Record<string, string>> },
): Deno.ChildProcess {
  const main = join(import.meta.dirname!, "..", "main.ts");
  const permissions = [
    "--allow-env",
    "--allow-net",
    "--allow-read",
    "--allow-sys",
    `--allow-write=${config.kvFolder}`,
  ];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...permissions, main],
    stdin: "piped",
    env: {
      SIMULATED_MARKET: Deno.env.get("SIMULATED_MARKET") || "true",
      LOG_FORMAT: Deno.env.get("LOG_FORMAT") || "pretty",
      ENVIRONMENT: "dev",
      HOST: config.host,
      PORT: String(config.port),
      DATA_DIR: config.dataDir,
      DATABASE_URL: databaseUrl,
      WAXWATCH_PARENT_PIPE: "1",
      ...env,
    },
  }).spawn();
}

/** Returns when /healthz and /readyz answer 200. @throws {CannotStart} with what /readyz said last */
export async function waitUntilReady(config: DevConfig, stop: AbortSignal): Promise<void> {
  const until = performance.now() + READY_WAIT_MS;
  for (const path of ["/healthz", "/readyz"]) {
    let answer = await probe(baseUrl(config) + path);
    while (answer !== "ok") {
      if (stop.aborted) return;
      if (performance.now() > until) {
        throw new CannotStart(`the app was not ready within ${READY_WAIT_MS / 1000} s: ${path} ${answer}`);
      }
      await pause(50, stop);
      answer = await probe(baseUrl(config) + path);
    }
  }
}

function tryListen(hostname: string, port: number): Error | null {
  try {
    Deno.listen({ hostname, port }).close();
    return null;
  } catch (error) {
    return error as Error;
  }
}

async function probe(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(3_000) });
    const text = await response.text();
    return response.ok ? "ok" : `answered ${response.status} ${text.slice(0, 300)}`;
  } catch (error) {
    return `did not answer (${(error as Error).message})`;
  }
}
