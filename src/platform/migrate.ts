/** Brings the schema to the state of the migration files, one transaction per file; any number of processes at once. */
import { runScript } from "./connection.ts";
import { errorText } from "./errors.ts";
import { label, type Migration, readMigrations } from "./migration_files.ts";
import type { Pool, Sql } from "./sql.ts";

export { newMigration } from "./migration_files.ts";

/** A migration may rewrite a big table: ten minutes, against seconds for ordinary statements. */
const MIGRATION_DEADLINE_MS = 600_000;
/** Any constant that nothing else in this database locks with. */
const MIGRATION_LOCK = 7_283_460_115;

/** One migration, known from its file, from the database, or both. */
export interface MigrationStatus {
  version: number;
  name: string;
  /** `changed`: applied, and the file is different now; `missing`: applied, and the file is gone. */
  state: "applied" | "pending" | "changed" | "missing";
  /** Null while pending. */
  applied_at: Date | null;
}

interface AppliedRow {
  version: number;
  name: string;
  checksum: string;
  applied_at: Date;
}

/**
 * Applies every pending migration in order and gives their names; those before a failing one stay applied.
 * @throws {Error} when an applied file changed or is missing, and when a migration fails (the cause says where)
 */
export async function migrateUp(
  pool: Pool,
  dir: string,
  { now, deadlineMs = MIGRATION_DEADLINE_MS }: { now: Date; deadlineMs?: number },
): Promise<string[]> {
  const files = await readMigrations(dir);
  const done: string[] = [];
  while (true) {
    const migration = await inLock(pool, deadlineMs, async (tx) => {
      const applied = await listApplied(tx);
      requireUnchanged(files, applied);
      const next = files[applied.length];
      if (next) {
        await runSection(tx, next, "up");
        await tx`insert into schema_migrations (version, name, checksum, applied_at)
                 values (${next.version}, ${next.name}, ${next.checksum}, ${now})`;
      }
      return next;
    });
    if (!migration) return done;
    done.push(label(migration));
  }
}

/** Takes back the last `steps` migrations (default 1), newest first, and gives their names. */
export async function migrateDown(
  pool: Pool,
  dir: string,
  { steps = 1, deadlineMs = MIGRATION_DEADLINE_MS }: { steps?: number; deadlineMs?: number } = {},
): Promise<string[]> {
  const files = await readMigrations(dir);
  const done: string[] = [];
  while (done.length < steps) {
    const migration = await inLock(pool, deadlineMs, async (tx) => {
      const applied = await listApplied(tx);
      requireUnchanged(files, applied);
      const last = files[applied.length - 1];
      if (last) {
        await runSection(tx, last, "down");
        await tx`delete from schema_migrations where version = ${last.version}`;
      }
      return last;
    });
    if (!migration) break;
    done.push(label(migration));
  }
  return done;
}

/** Every migration that is applied or has a file, in order. */
export async function migrationStatus(pool: Pool, dir: string): Promise<MigrationStatus[]> {
  const files = await readMigrations(dir);
  const applied = await inLock(pool, MIGRATION_DEADLINE_MS, listApplied);
  const known = applied.map((row): MigrationStatus => {
    const file = files.find((one) => one.version === row.version);
    const state = !file ? "missing" : isSame(file, row) ? "applied" : "changed";
    return { version: row.version, name: row.name, state, applied_at: row.applied_at };
  });
  const pending = files.filter((file) => !applied.some((row) => row.version === file.version))
    .map((file): MigrationStatus => ({
      version: file.version,
      name: file.name,
      state: "pending",
      applied_at: null,
    }));
  return [...known, ...pending].sort((a, b) => a.version - b.version);
}

/**
 * One locked transaction. The lock belongs to the transaction of each single migration, which reads again what is
 * applied, instead of one session lock around the run: it cannot outlive its connection, needs no second one, and no
 * transaction idles while another works.
 */
function inLock<T>(pool: Pool, deadlineMs: number, work: (tx: Sql) => Promise<T>): Promise<T> {
  return pool.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${MIGRATION_LOCK})`;
    await tx`
      create table if not exists schema_migrations (
        version int primary key,
        name text not null,
        checksum text not null,
        applied_at timestamptz not null
      )`;
    return await work(tx);
  }, { deadlineMs });
}

function listApplied(tx: Sql): Promise<AppliedRow[]> {
  return tx<AppliedRow>`select version, name, checksum, applied_at from schema_migrations order by version`;
}

/** What is applied must be the first files, unchanged: anything else means the schema is not what the files say. */
function requireUnchanged(files: readonly Migration[], applied: readonly AppliedRow[]): void {
  for (const [index, row] of applied.entries()) {
    const file = files[index];
    if (row.version !== index + 1) {
      throw new Error(`Cannot migrate: ${label(row)} is applied, but migration ${index + 1} is not`);
    }
    if (!file) throw new Error(`Cannot migrate: ${label(row)} is applied, but its file is missing`);
    if (!isSame(file, row)) {
      throw new Error(
        `Cannot migrate: ${label(row)} was changed after it was applied; write a new migration instead`,
      );
    }
  }
}

function isSame(file: Migration, row: AppliedRow): boolean {
  return file.name === row.name && file.checksum === row.checksum;
}

async function runSection(tx: Sql, migration: Migration, section: "up" | "down"): Promise<void> {
  try {
    await runScript(tx, migration[section]);
  } catch (error) {
    const verb = section === "up" ? "apply" : "take back";
    throw new Error(`Cannot ${verb} ${label(migration)}: ${errorText(error)}`, { cause: error });
  }
}
