/** The queue folder: one database file per process, its owner marked by a file lock that ends with the process. */
import { join } from "node:path";

/** The guard of the folder: who cleans up or claims a name holds it. */
const GATE = "start.lock";

/** A file this process owns. Disposing removes it with its lock. */
export interface QueueFile extends AsyncDisposable {
  path: string;
  /** Whether the path still leads to the file that was opened; false once it was deleted, replaced or emptied. */
  isIntact(): Promise<boolean>;
  /** Remembers the file as it is now; called when the database has been created in it. */
  seal(): Promise<void>;
}

/** Claims a new file name in `dir` (made if missing) and removes the files of processes that are gone. */
export async function claimQueueFile(dir: string): Promise<QueueFile> {
  await Deno.mkdir(dir, { recursive: true });
  const gate = await openLockFile(join(dir, GATE));
  try {
    await gate.lock(true);
    await removeStaleFiles(dir);
    const base = join(dir, `queue-${Deno.pid}-${crypto.randomUUID().slice(0, 8)}`);
    const lock = await openLockFile(`${base}.lock`);
    await lock.lock(true);
    return queueFile(base, lock);
  } finally {
    gate.close();
  }
}

/** Runs under the gate. Names whose lock is missing belong to nobody: a process that lost its lock opens a new file. */
async function removeStaleFiles(dir: string): Promise<void> {
  const bases = new Set<string>();
  for await (const { name } of Deno.readDir(dir)) {
    const base = /^(queue-\d+-[0-9a-f]+)\.(lock|sqlite3.*)$/.exec(name)?.[1];
    if (base) bases.add(join(dir, base));
  }
  for (const base of bases) {
    if (!await isHeld(`${base}.lock`)) await removeFiles(base);
  }
}

async function isHeld(path: string): Promise<boolean> {
  try {
    using lock = await Deno.open(path, { read: true, write: true });
    return !await lock.tryLock(true);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function queueFile(base: string, lock: Deno.FsFile): QueueFile {
  const path = `${base}.sqlite3`;
  let inode: number | null = null;
  return {
    path,
    async seal() {
      inode = (await Deno.stat(path)).ino;
    },
    async isIntact() {
      const stat = await Deno.stat(path).catch(() => null);
      return stat !== null && stat.ino === inode && stat.size > 0;
    },
    async [Symbol.asyncDispose]() {
      lock.close();
      await removeFiles(base);
    },
  };
}

/** The lock goes last: as long as it exists the other files are known to be someone's. */
async function removeFiles(base: string): Promise<void> {
  for (const suffix of [".sqlite3-wal", ".sqlite3-shm", ".sqlite3", ".lock"]) {
    // A file that is gone already, or still open elsewhere on Windows, is left to the next start.
    await Deno.remove(base + suffix).catch(() => {});
  }
}

function openLockFile(path: string): Promise<Deno.FsFile> {
  return Deno.open(path, { read: true, write: true, create: true });
}
