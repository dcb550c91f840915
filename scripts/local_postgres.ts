/**
 * The project's own Postgres for development and tests: start, attach, stop. Several processes may use one server;
 * two file locks say who does, and the kernel drops them when a process dies, so nothing is left to clean up after
 * a SIGKILL: the next start attaches to the orphan.
 */
import { join } from "node:path";
import {
  type Cluster,
  clusterMajor,
  createCluster,
  dataFolder,
  findServer,
  logTail,
  readPassword,
  type RunningServer,
  startServer,
  stopServer,
  SUPERUSER,
  wasCutOff,
} from "./postgres_cluster.ts";
import { type Home, prepareHome, shortHash } from "./postgres_home.ts";
import { findPrograms } from "./postgres_programs.ts";
import { CannotStart, pause } from "./supervise.ts";

export interface LocalPostgresOptions {
  /** Folder of the cluster; made when missing. */
  dir: string;
  /** For tests: nothing is synced to disk, and a cluster that was cut off or is of another version is made anew. */
  throwaway?: boolean;
  /** Told where the data is when that is not `dir`. */
  say?: (line: string) => void;
}

/** A running server that this process is a user of. */
export interface LocalPostgres {
  /** With the password; for the `postgres` database. */
  url: string;
  pid: number;
  /** True when the server was running already. */
  attached: boolean;
  /** Where the data is. */
  home: string;
  /** Leaves the server, and stops it when this was its last user and nobody asked to keep it. */
  stop(): Promise<"stopped" | "still used">;
  /** Lets the server run on after its last user has left, until `stopLocalPostgres`. */
  keep(): Promise<void>;
}

/** A tests' server may lose everything: its folder is not worth one fsync. */
const THROWAWAY_SETTINGS = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  // Every test has its own database and pool, and as many files run at once as the machine has cores.
  max_connections: "300",
};

/** Longest wait for another process that is starting or stopping the same server; initdb on a slow disk takes 20 s. */
const LOCK_WAIT_MS = 90_000;

/**
 * Starts the server in `options.dir`, or attaches to it when it runs. Any number of processes may call this at once.
 * @throws {CannotStart} in one sentence: folder, path, version or the server itself
 */
export async function startLocalPostgres(options: LocalPostgresOptions): Promise<LocalPostgres> {
  const { home, locks } = await enter(options);
  try {
    const cluster = await prepareCluster(home, options);
    const found = await findServer(cluster);
    const server = found ?? await startAfresh(cluster, options);
    const password = await readPassword(home);
    await locks.users.lock(false);
    await locks.gate.unlock();
    return {
      url: `postgres://${SUPERUSER}:${password}@127.0.0.1:${server.port}/postgres`,
      pid: server.pid,
      attached: found !== null,
      home: home.path,
      stop: () => leave(cluster, locks),
      keep: () => Deno.writeTextFile(keepFile(home), ""),
    };
  } catch (error) {
    closeLocks(locks);
    throw error;
  }
}

/** Stops the server in `dir` unless a process uses it, also when it was kept; says which. */
export async function stopLocalPostgres(dir: string): Promise<"stopped" | "still used" | "not running"> {
  const { home, locks } = await enter({ dir });
  try {
    await Deno.remove(keepFile(home)).catch(() => {});
    if (await clusterMajor(home) === null) return "not running";
    const cluster = { home, programs: await programsFor(home) };
    if (!await findServer(cluster)) return "not running";
    if (!await locks.users.tryLock(true)) return "still used";
    await stopServer(cluster);
    return "stopped";
  } finally {
    closeLocks(locks);
  }
}

interface Locks {
  /** Held while somebody starts or stops the server. */
  gate: Deno.FsFile;
  /** Held, shared, by every user of the server. */
  users: Deno.FsFile;
}

/** Prepares the home and takes the start lock. */
async function enter(options: LocalPostgresOptions): Promise<{ home: Home; locks: Locks }> {
  const home = await prepareHome(options.dir, options.say ?? (() => {}));
  const locks = {
    gate: await openLock(join(home.path, "start.lock")),
    users: await openLock(join(home.path, "users.lock")),
  };
  try {
    await waitForGate(locks.gate, home);
  } catch (error) {
    closeLocks(locks);
    throw error;
  }
  return { home, locks };
}

async function openLock(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { create: true, read: true, write: true });
  } catch (cause) {
    if (!(cause instanceof Deno.errors.PermissionDenied)) throw cause;
    throw new CannotStart(
      `the file ${path} belongs to another user; set DATA_DIR to a folder of yours, or DATABASE_URL`,
      {
        cause,
      },
    );
  }
}

/** Polls instead of waiting in the kernel, so that a stuck holder becomes a sentence and not a silence. */
async function waitForGate(gate: Deno.FsFile, home: Home): Promise<void> {
  const until = performance.now() + LOCK_WAIT_MS;
  while (!await gate.tryLock(true)) {
    if (performance.now() > until) {
      throw new CannotStart(
        `another process has been starting or stopping the Postgres in ${home.path} for ${
          LOCK_WAIT_MS / 1000
        } s`,
      );
    }
    await pause(20);
  }
}

function closeLocks(locks: Locks): void {
  for (const lock of [locks.gate, locks.users]) {
    try {
      lock.close();
    } catch {
      // It was closed before.
    }
  }
}

function programsFor(home: Home) {
  return findPrograms(home.path, { unprivileged: "uid" in home.runAs });
}

/** Programs and a cluster of their version; a missing cluster is made. */
async function prepareCluster(home: Home, options: LocalPostgresOptions): Promise<Cluster> {
  const cluster = { home, programs: await programsFor(home) };
  const major = await clusterMajor(home);
  if (major === null) {
    await createCluster(cluster);
  } else if (major !== cluster.programs.major) {
    if (!options.throwaway) {
      throw new CannotStart(
        `the database in ${home.path} was made by Postgres ${major} and the bundled one is ${cluster.programs.major}; ` +
          `remove that folder to begin anew, or set DATABASE_URL`,
      );
    }
    await recreate(cluster);
  }
  return cluster;
}

/** Starts a server that does not run now; a throwaway cluster that was cut off may be corrupt, so it is made anew. */
async function startAfresh(cluster: Cluster, options: LocalPostgresOptions): Promise<RunningServer> {
  if (options.throwaway && await wasCutOff(cluster.home)) await recreate(cluster);
  const settings = options.throwaway ? THROWAWAY_SETTINGS : {};
  // The same port every time is kind to database clients; one per folder keeps two checkouts apart.
  const usual = 20_000 + Number.parseInt(await shortHash(cluster.home.path), 16) % 10_000;
  for (const preferred of [usual, 0, 0]) {
    const server = await startServer(cluster, { port: freePort(preferred), settings });
    if (server) return server;
  }
  throw new CannotStart(
    `Postgres did not come up in ${cluster.home.path}; its log ends\n${await logTail(cluster.home)}`,
  );
}

async function recreate(cluster: Cluster): Promise<void> {
  await Deno.remove(dataFolder(cluster.home), { recursive: true });
  await createCluster(cluster);
}

function freePort(preferred: number): number {
  try {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: preferred });
    return listener.addr.port;
  } catch (error) {
    if (preferred === 0) throw error;
    return freePort(0);
  }
}

async function leave(cluster: Cluster, locks: Locks): Promise<"stopped" | "still used"> {
  try {
    await waitForGate(locks.gate, cluster.home);
    await locks.users.unlock();
    const kept = await Deno.stat(keepFile(cluster.home)).then(() => true, () => false);
    if (kept || !await locks.users.tryLock(true)) return "still used";
    await stopServer(cluster);
    return "stopped";
  } finally {
    closeLocks(locks);
  }
}

function keepFile(home: Home): string {
  return join(home.path, "keep-running");
}
