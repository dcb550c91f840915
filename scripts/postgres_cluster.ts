/** One database cluster on disk: made by initdb, started and stopped by pg_ctl, asked whether it is alive. */
import { join } from "node:path";
import type { Home } from "./postgres_home.ts";
import type { Programs } from "./postgres_programs.ts";
import { CannotStart, pause } from "./supervise.ts";

/** The one database user of a local cluster. */
export const SUPERUSER = "waxwatch";

/** Where a cluster is and what runs it. */
export interface Cluster {
  home: Home;
  programs: Programs;
}

/** A server that answered just now. */
export interface RunningServer {
  pid: number;
  port: number;
}

/** Longest wait for a server that is recovering or shutting down. */
const SETTLE_MS = 60_000;

/** The data folder inside a home. */
export function dataFolder(home: Home): string {
  return join(home.path, "data");
}

/** The password of the cluster's user, which only the owner of the home can read. */
export async function readPassword(home: Home): Promise<string> {
  try {
    return (await Deno.readTextFile(join(home.path, "password"))).trim();
  } catch (cause) {
    throw new CannotStart(
      `the password file in ${home.path} cannot be read; remove that folder to begin anew, or set DATABASE_URL`,
      { cause },
    );
  }
}

/** The major version of the cluster on disk, null where there is none. */
export async function clusterMajor(home: Home): Promise<number | null> {
  const text = await Deno.readTextFile(join(dataFolder(home), "PG_VERSION")).catch(() => null);
  return text === null ? null : Number.parseInt(text);
}

/** Makes a new cluster under a temporary name, then renames it: a killed initdb leaves no half cluster. */
export async function createCluster({ home, programs }: Cluster): Promise<void> {
  const unfinished = join(home.path, "data.new");
  const secret = join(home.path, "password");
  await Deno.remove(unfinished, { recursive: true }).catch(() => {});
  await Deno.remove(secret).catch(() => {});
  const password = crypto.getRandomValues(new Uint8Array(24)).toHex();
  await Deno.writeTextFile(secret, password, { createNew: true, mode: 0o600 });
  if ("uid" in home.runAs) await Deno.chown(secret, home.runAs.uid, home.runAs.gid);
  // The built-in locale is the same on every machine, so an index order never depends on the system's libraries.
  const { code, text } = await run({ home, programs }, "initdb", [
    ...["-D", unfinished, "-U", SUPERUSER, `--pwfile=${secret}`, "--auth=scram-sha-256", "--no-sync"],
    ...["-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
  ]);
  if (code !== 0) throw new CannotStart(`initdb could not make a cluster in ${home.path}\n${text.trim()}`);
  // TCP only: a socket file's path may be longer than the 107 bytes a system allows.
  const settings = [
    "listen_addresses='127.0.0.1'",
    "unix_socket_directories=''",
    "log_timezone='UTC'",
    "timezone='UTC'",
  ];
  await Deno.writeTextFile(join(unfinished, "postgresql.conf"), `\n${settings.join("\n")}\n`, {
    append: true,
  });
  await Deno.rename(unfinished, dataFolder(home));
}

/**
 * The live server of this cluster, after waiting for one that is recovering or stopping; null when none runs. A pid
 * file whose process number belongs to another program by now is removed, because Postgres would refuse to start.
 */
export async function findServer(cluster: Cluster): Promise<RunningServer | null> {
  const until = performance.now() + SETTLE_MS;
  while (await processAlive(cluster)) {
    const server = await readPidFile(cluster.home);
    if (server && await speaksPostgres(server.port)) return server;
    if (server && await isStale(cluster.home)) {
      await Deno.remove(join(dataFolder(cluster.home), "postmaster.pid")).catch(() => {});
      return null;
    }
    if (performance.now() > until) {
      throw new CannotStart(
        `the Postgres in ${cluster.home.path} has not been ready for ${
          SETTLE_MS / 1000
        } s; see postgres.log there`,
      );
    }
    await pause(100);
  }
  return null;
}

/** Starts the server on `port` and waits until it answers; null when it did not start (the port may be taken). */
export async function startServer(
  cluster: Cluster,
  options: { port: number; settings: Readonly<Record<string, string>> },
): Promise<RunningServer | null> {
  const settings = Object.entries(options.settings).map(([name, value]) => ` -c ${name}=${value}`).join("");
  const log = join(cluster.home.path, "postgres.log");
  await run(cluster, "pg_ctl", [
    ...["start", "-D", dataFolder(cluster.home), "-w", "-t", "60", "-l", log],
    ...["-o", `-p ${options.port}${settings}`],
  ]);
  const server = await readPidFile(cluster.home);
  return server && await speaksPostgres(server.port) ? server : null;
}

/** Stops the server: open sessions are ended, then what is still there after 20 s is cut off. */
export async function stopServer(cluster: Cluster): Promise<void> {
  for (const mode of ["fast", "immediate"]) {
    const { code } = await run(cluster, "pg_ctl", [
      "stop",
      "-D",
      dataFolder(cluster.home),
      "-m",
      mode,
      "-w",
      "-t",
      "20",
    ]);
    if (code === 0 || !await processAlive(cluster)) return;
  }
}

/** The last lines of the server's log. */
export async function logTail(home: Home): Promise<string> {
  const text = await Deno.readTextFile(join(home.path, "postgres.log")).catch(() => "");
  return text.trimEnd().split("\n").slice(-6).join("\n");
}

/** Whether the last run of this cluster ended without a shutdown (its pid file is still there). */
export function wasCutOff(home: Home): Promise<boolean> {
  return Deno.stat(join(dataFolder(home), "postmaster.pid")).then(() => true, () => false);
}

async function run(
  { home, programs }: Cluster,
  program: "initdb" | "pg_ctl",
  args: string[],
): Promise<{ code: number; text: string }> {
  // A pipe would be inherited by the server and stay open for as long as it runs.
  const output = args[0] === "start" ? "null" : "piped";
  const command = new Deno.Command(join(programs.bin, program), {
    args,
    ...home.runAs,
    cwd: home.path,
    env: { LC_ALL: "C", TZ: "UTC" },
    stdin: "null",
    stdout: output,
    stderr: output,
  });
  // Not executable, or a C library this build was not made for: the system says "not found" of the loader.
  const result = await command.output().catch((cause) => {
    throw new CannotStart(`the bundled Postgres cannot be run here (${cause.message}); set DATABASE_URL`, {
      cause,
    });
  });
  if (output === "null") return { code: result.code, text: "" };
  const decoder = new TextDecoder();
  return { code: result.code, text: decoder.decode(result.stdout) + decoder.decode(result.stderr) };
}

async function processAlive(cluster: Cluster): Promise<boolean> {
  return (await run(cluster, "pg_ctl", ["status", "-D", dataFolder(cluster.home)])).code === 0;
}

/** Lines of postmaster.pid: pid, data folder, start time, port, socket folder, address, shared memory, status. */
async function readPidFile(home: Home): Promise<RunningServer | null> {
  const text = await Deno.readTextFile(join(dataFolder(home), "postmaster.pid")).catch(() => "");
  const lines = text.split("\n").map((line) => line.trim());
  return lines[7] === "ready" ? { pid: Number(lines[0]), port: Number(lines[3]) } : null;
}

/** A pid file that says ready over a port that refuses, twice: its process is somebody else's. */
async function isStale(home: Home): Promise<boolean> {
  await pause(300);
  const server = await readPidFile(home);
  return server !== null && !await speaksPostgres(server.port);
}

/** Sends an SSLRequest, which a live server answers with one byte, N or S; false when nobody listens or answers so. */
async function speaksPostgres(port: number): Promise<boolean> {
  const answered = new AbortController();
  try {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const answer = new Uint8Array(1);
    await connection.write(new Uint8Array([0, 0, 0, 8, 4, 210, 22, 47]));
    // Another program on that port may wait for more and never answer.
    await Promise.race([connection.read(answer), pause(2_000, answered.signal)]);
    return answer[0] === 78 || answer[0] === 83;
  } catch {
    return false;
  } finally {
    answered.abort();
  }
}
