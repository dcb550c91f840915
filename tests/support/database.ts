/** A database of its own for every test, cloned from a template that holds the migrated schema. */
import { fileURLToPath } from "node:url";
import { runScript } from "../../src/platform/connection.ts";
import { openPool } from "../../src/platform/database.ts";
import { migrateUp } from "../../src/platform/migrate.ts";
import { readMigrations } from "../../src/platform/migration_files.ts";
import type { Pool, Sql } from "../../src/platform/sql.ts";
import { NOON } from "./clock.ts";

const MIGRATIONS = fileURLToPath(new URL("../../migrations", import.meta.url));
/** Test processes that build the template at the same time take turns under this lock. */
const TEMPLATE_LOCK = 7_283_460_116;
const SETUP_DEADLINE_MS = 60_000;

let template: Promise<string> | undefined;

/** Runs `test` with a pool on a new migrated database, which is dropped afterwards whatever happens. */
export async function withDatabase(test: (pool: Pool) => Promise<void>): Promise<void> {
  await withDatabaseUrl(async (url) => {
    await using pool = openPool({ url, max: 5, applicationName: "waxwatch-test" });
    await test(pool);
  });
}

/** As `withDatabase`, for tests that start processes or open pools of their own. */
export async function withDatabaseUrl(test: (url: string) => Promise<void>): Promise<void> {
  await using admin = openAdmin();
  const name = `waxwatch_test_${crypto.randomUUID().replaceAll("-", "")}`;
  await runScript(admin, `create database ${name} template ${await (template ??= ensureTemplate())}`);
  try {
    await test(databaseUrl(name));
  } finally {
    await runScript(admin, `drop database if exists ${name} with (force)`);
  }
}

/** Asks until a statement on this database waits for a lock. @throws {Error} when none does for half a minute */
export async function untilWaiting(sql: Sql): Promise<void> {
  await askUntilSome(() =>
    sql`
      select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  );
}

/**
 * Ends the statement that waits for a lock as its deadline would, however slow the machine is: the server says the same of
 * both. @throws {Error} when none waits for half a minute
 */
export async function endTheWait(sql: Sql): Promise<void> {
  await askUntilSome(() =>
    sql`
      select pg_cancel_backend(pid) from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`
  );
}

/** By time, not by tries: a quick machine asks 5,000 times while a mail goes over its socket. */
async function askUntilSome(ask: () => Promise<unknown[]>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline) {
    if ((await ask()).length > 0) return;
  }
  throw new Error("Nothing waits for a lock");
}

/** The server given by the test task. @throws when there is none: a database test never skips itself */
export function testDatabaseUrl(): string {
  const url = Deno.env.get("TEST_DATABASE_URL");
  if (!url) {
    throw new Error(
      "Cannot run database tests: TEST_DATABASE_URL is not set (run them with `deno task test`)",
    );
  }
  return url;
}

function openAdmin(): Pool {
  return openPool({ url: testDatabaseUrl(), max: 2, deadlineMs: SETUP_DEADLINE_MS, acquireMs: 30_000 });
}

function databaseUrl(name: string): string {
  const url = new URL(testDatabaseUrl());
  url.pathname = `/${name}`;
  return url.href;
}

/** The name carries the hash of the migrations, so a changed file means another template and none is ever stale. */
async function ensureTemplate(): Promise<string> {
  const sums = (await readMigrations(MIGRATIONS)).map((migration) => migration.checksum).join();
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(sums));
  const name = `waxwatch_template_${new Uint8Array(digest).toHex().slice(0, 16)}`;
  await using admin = openAdmin();
  await admin.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${TEMPLATE_LOCK})`;
    const [found] = await tx`select 1 from pg_database where datname = ${name}`;
    if (!found) await buildTemplate(admin, name);
  });
  return name;
}

/** Built under another name and renamed when complete: a killed run leaves no half template. */
async function buildTemplate(admin: Pool, name: string): Promise<void> {
  const draft = `${name}_draft`;
  await runScript(admin, `drop database if exists ${draft} with (force)`);
  await runScript(admin, `create database ${draft} template template0`);
  {
    await using pool = openPool({ url: databaseUrl(draft), max: 1 });
    await migrateUp(pool, MIGRATIONS, { now: NOON });
  }
  await runScript(admin, `alter database ${draft} rename to ${name}`);
}
