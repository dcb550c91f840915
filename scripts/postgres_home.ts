/** The folder a local Postgres lives in, and the user it runs as. */
import { dirname, join, resolve } from "node:path";
import { CannotStart } from "./supervise.ts";

/** The unprivileged user that runs Postgres when we are root (it refuses to run as root); empty otherwise. */
export type RunAs = { uid: number; gid: number } | Record<never, never>;

/** A folder that exists, that we can write, and that `runAs` can reach. */
export interface Home {
  path: string;
  runAs: RunAs;
}

/** True where Postgres needs another user than ours. */
export function isRoot(): boolean {
  return Deno.build.os !== "windows" && Deno.uid() === 0;
}

/**
 * Prepares the home of the Postgres asked for at `wanted`. As root it is handed to the user that will run Postgres;
 * when that user cannot enter `wanted` (a root home, every `mktemp -d`), it is a folder under the system's var/tmp
 * with a name made from `wanted`, and `say` is told.
 * @throws {CannotStart} in one sentence when no such folder can be had
 */
export async function prepareHome(wanted: string, say: (line: string) => void): Promise<Home> {
  const asked = resolve(wanted);
  if (isRoot()) await makeFolder(dirname(asked));
  const elsewhere = isRoot() && !await isReachable(dirname(asked));
  const path = elsewhere ? join("/var/tmp", `waxwatch-postgres-${await shortHash(asked)}`) : asked;
  const strange = strangeCharacter(path);
  if (strange) {
    throw new CannotStart(
      `the path ${path} contains a ${strange}, which Postgres cannot handle; set DATA_DIR to another folder, or DATABASE_URL`,
    );
  }
  if (elsewhere) say(`Postgres runs unprivileged and cannot enter ${asked}: its data is in ${path}`);
  await makeFolder(path);
  await probeWritable(path);
  if (!isRoot()) return { path, runAs: {} };
  const runAs = await chooseUser(path, { shared: elsewhere });
  await Deno.chown(path, runAs.uid, runAs.gid);
  await Deno.chmod(path, 0o711);
  return { path, runAs };
}

/** The first character in `path` that initdb and pg_ctl pass to a shell unprotected, in words; null when there is none. */
export function strangeCharacter(path: string): string | null {
  if (Deno.build.os === "windows") return null;
  const [found] = path.match(/["$`\\\n]/) ?? [];
  return found === undefined ? null : found === '"' ? "double quote" : JSON.stringify(found);
}

/** Whether every user may enter `path` and each folder above it. */
export async function isReachable(path: string): Promise<boolean> {
  for (let folder = path;; folder = dirname(folder)) {
    const { mode } = await Deno.stat(folder);
    if (mode !== null && (mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** Twelve hex digits that stand for a path. */
export async function shortHash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).slice(0, 6).toHex();
}

function makeFolder(path: string): Promise<void> {
  return orSayWhy(path, () => Deno.mkdir(path, { recursive: true }));
}

function probeWritable(path: string): Promise<void> {
  const probe = join(path, `.probe-${Deno.pid}`);
  return orSayWhy(path, async () => {
    await Deno.writeTextFile(probe, "");
    await Deno.remove(probe);
  });
}

async function orSayWhy(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    const why = String(cause instanceof Error ? cause.message : cause).replace(
      / \(os error.*$|[:,] [a-z]+ '.*$/,
      "",
    );
    throw new CannotStart(
      `the data folder ${path} cannot be written (${why}); set DATA_DIR to a folder of yours, or DATABASE_URL`,
      { cause },
    );
  }
}

/** The owner of what is there already, else one of the usual unprivileged users of a Unix system. */
async function chooseUser(home: string, options: { shared: boolean }): Promise<{ uid: number; gid: number }> {
  const users = (await Deno.readTextFile("/etc/passwd")).split("\n").map((line) => line.split(":"));
  const usual = ["postgres", "nobody"].flatMap((name) => users.filter((user) => user[0] === name))
    .map((user) => ({ uid: Number(user[2]), gid: Number(user[3]) }));
  const owner = await ownerOf(join(home, "data")) ?? await ownerOf(home);
  // Anybody can make a folder under var/tmp beforehand: never run in one that belongs to a person.
  if (options.shared && owner && !usual.some(({ uid }) => uid === owner.uid)) {
    throw new CannotStart(
      `the folder ${home} belongs to another user (uid ${owner.uid}); remove it, or set DATABASE_URL`,
    );
  }
  const chosen = owner ?? usual[0];
  if (chosen) return chosen;
  throw new CannotStart(
    `Postgres does not run as root, and this system has no user "postgres" or "nobody"; set DATABASE_URL`,
  );
}

/** Who owns `path`; null for root, and where there is nothing. */
async function ownerOf(path: string): Promise<{ uid: number; gid: number } | null> {
  const { uid, gid } = await Deno.lstat(path).catch(() => ({ uid: 0, gid: 0 }));
  return uid ? { uid, gid: gid ?? uid } : null;
}
