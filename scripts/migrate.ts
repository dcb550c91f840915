/**
 * Migrations by hand: `up`, `down [n]`, `status`, `new <name>`. Reads DATABASE_URL (not for `new`).
 * Exits with 0 when done, 1 when it failed, 2 when called wrongly; `status` exits with 1 when a file does not fit.
 */
import { fileURLToPath } from "node:url";
import { systemClock } from "../src/platform/clock.ts";
import { openPool, startupFailureText } from "../src/platform/database.ts";
import { errorText } from "../src/platform/errors.ts";
import { migrateDown, migrateUp, migrationStatus, newMigration } from "../src/platform/migrate.ts";
import { DatabaseError, type Pool } from "../src/platform/sql.ts";

const DIR = fileURLToPath(new URL("../migrations", import.meta.url));
const USAGE = "Usage: migrate up | down [n] | status | new <name>";

const encoder = new TextEncoder();
const say = (line: string) => void Deno.stdout.writeSync(encoder.encode(line + "\n"));
const complain = (line: string) => void Deno.stderr.writeSync(encoder.encode(line + "\n"));

async function main([verb, ...rest]: string[]): Promise<number> {
  const steps = Number(rest[0] ?? 1);
  switch (verb) {
    case "up":
      return await withPool(async (pool) => {
        const done = await migrateUp(pool, DIR, { now: systemClock.now() });
        for (const name of done) say(`applied ${name}`);
        if (done.length === 0) say("nothing to apply");
        return 0;
      });
    case "down":
      if (!Number.isSafeInteger(steps) || steps < 1) {
        return usage(`"${rest[0]}" is not a number of migrations`);
      }
      return await withPool(async (pool) => {
        const done = await migrateDown(pool, DIR, { steps });
        for (const name of done) say(`took back ${name}`);
        if (done.length === 0) say("nothing to take back");
        return 0;
      });
    case "status":
      return await withPool(printStatus);
    case "new":
      if (!rest[0]) return usage("a new migration needs a name");
      say(`created ${await newMigration(DIR, rest.join(" "))}`);
      return 0;
    default:
      return usage(verb === undefined ? "no command given" : `"${verb}" is not a command`);
  }
}

async function printStatus(pool: Pool): Promise<number> {
  const rows = await migrationStatus(pool, DIR);
  for (const row of rows) {
    const name = `${String(row.version).padStart(4, "0")}_${row.name}`;
    say(`${row.state.padEnd(8)} ${name}${row.applied_at ? `  ${row.applied_at.toISOString()}` : ""}`);
  }
  return rows.some((row) => row.state === "changed" || row.state === "missing") ? 1 : 0;
}

async function withPool(work: (pool: Pool) => Promise<number>): Promise<number> {
  const url = Deno.env.get("DATABASE_URL");
  if (!url) return usage("DATABASE_URL is not set");
  try {
    await using pool = openPool({ url, max: 1, applicationName: "waxwatch-migrate" });
    return await work(pool);
  } catch (error) {
    complain(error instanceof DatabaseError ? startupFailureText(url, error) : errorText(error));
    return 1;
  }
}

function usage(reason: string): number {
  complain(`Cannot migrate: ${reason}\n${USAGE}`);
  return 2;
}

if (import.meta.main) {
  try {
    Deno.exitCode = await main(Deno.args);
  } catch (error) {
    complain(errorText(error));
    Deno.exitCode = 1;
  }
}
