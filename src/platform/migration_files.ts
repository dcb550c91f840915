/** Migration files: `0001_<what>.sql`, each with an up and a down section, numbered without gaps. */
import { join } from "node:path";

/** One file, read and checked. */
export interface Migration {
  version: number;
  /** What follows the number: `create_users` of `0001_create_users.sql`. */
  name: string;
  /** SHA-256 of the file in hex; line endings do not count, because a checkout may change them. */
  checksum: string;
  up: string;
  down: string;
}

const FILE_NAME = /^(\d{4})_([a-z0-9_]+)\.sql$/;
const SECTIONS = /^-- migrate:up[ \t]*\n(.*)^-- migrate:down[ \t]*\n(.*)$/ms;
/** The runner owns the transaction; plpgsql's BEGIN and END blocks carry no semicolon after BEGIN. */
const TRANSACTION_VERB = /^\s*(begin|commit|rollback)(\s+(work|transaction))?\s*;/im;

/**
 * The migrations of a folder in order. Files of other kinds are ignored.
 * @throws {Error} for a misnamed SQL file, a number used twice or left out, and a file without its two sections
 */
export async function readMigrations(dir: string): Promise<Migration[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(dir)) {
    if (entry.isFile && entry.name.endsWith(".sql")) names.push(entry.name);
  }
  const migrations: Migration[] = [];
  for (const fileName of names.sort()) {
    const migration = await parseMigration(fileName, await Deno.readTextFile(join(dir, fileName)));
    const expected = migrations.length + 1;
    const before = migrations.at(-1);
    if (before?.version === migration.version) {
      throw new Error(
        `Cannot read migrations: ${label(before)} and ${label(migration)} have the same number`,
      );
    }
    if (migration.version !== expected) {
      throw new Error(`Cannot read migrations: ${pad(expected)} is missing before ${label(migration)}`);
    }
    migrations.push(migration);
  }
  return migrations;
}

/** Writes an empty migration with the next number and gives its path. `name` becomes snake_case. */
export async function newMigration(dir: string, name: string): Promise<string> {
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_|_$/g, "");
  if (slug === "") throw new Error(`Cannot create a migration: the name "${name}" has no letter or digit`);
  await Deno.mkdir(dir, { recursive: true });
  const version = (await readMigrations(dir)).length + 1;
  const path = join(dir, `${pad(version)}_${slug}.sql`);
  await Deno.writeTextFile(path, "-- migrate:up\n\n-- migrate:down\n", { createNew: true });
  return path;
}

/** How a migration is named in messages: `0001_create_users`. */
export function label(migration: { version: number; name: string }): string {
  return `${pad(migration.version)}_${migration.name}`;
}

async function parseMigration(fileName: string, content: string): Promise<Migration> {
  const [, version, name] = FILE_NAME.exec(fileName) ?? [];
  if (version === undefined || name === undefined) {
    throw new Error(`Cannot read the migration ${fileName}: the name is not of the form 0001_what.sql`);
  }
  const text = content.replaceAll("\r\n", "\n");
  const [, up, down] = SECTIONS.exec(text) ?? [];
  if (up === undefined || down === undefined) {
    throw new Error(
      `Cannot read the migration ${fileName}: it needs a "-- migrate:up" and then a "-- migrate:down" line`,
    );
  }
  const verb = TRANSACTION_VERB.exec(up)?.[1] ?? TRANSACTION_VERB.exec(down)?.[1];
  if (verb !== undefined) {
    throw new Error(`Cannot read the migration ${fileName}: "${verb}" would end the transaction it runs in`);
  }
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return { version: Number(version), name, checksum: new Uint8Array(digest).toHex(), up, down };
}

function pad(version: number): string {
  return String(version).padStart(4, "0");
}
