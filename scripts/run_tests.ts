/**
 * `deno task test [args…]`: runs the tests against TEST_DATABASE_URL or DATABASE_URL, or against a throwaway Postgres
 * of its own in `.data/postgres-test` or TEST_DATA_DIR, which it stops afterwards. Arguments go to `deno test`.
 */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLocalPostgres } from "./local_postgres.ts";
import { endChild, runScript, say } from "./supervise.ts";

/** Folders that are run only when named: hours of load, and a browser that is not installed everywhere. */
const ONLY_WHEN_NAMED = ["tests/soak", "tests/browser"];
const DATA_FOLDER = Deno.env.get("TEST_DATA_DIR") || join(".data", "postgres-test");

await runScript(async (stop) => {
  const given = Deno.env.get("TEST_DATABASE_URL") || Deno.env.get("DATABASE_URL");
  if (given) return await runTests(given, stop);
  const postgres = await startLocalPostgres({ dir: DATA_FOLDER, throwaway: true, say });
  try {
    return await runTests(postgres.url, stop);
  } finally {
    await postgres.stop();
  }
});

async function runTests(databaseUrl: string, stop: AbortSignal): Promise<number> {
  if (stop.aborted) return 130;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", ...testFlags(), ...selection(Deno.args)],
    env: { TEST_DATABASE_URL: databaseUrl },
  }).spawn();
  stop.addEventListener("abort", () => void endChild(child, 5_000));
  const { code } = await child.status;
  return stop.aborted ? 130 : code;
}

/** What tests may do: talk to local servers, keep files in `.data` and the temporary folder, start Deno and Chromium. */
function testFlags(): string[] {
  const writable = [".data", tmpdir(), ...(updatesSnapshots() ? ["tests"] : [])];
  const programs = [Deno.execPath(), Deno.env.get("CHROMIUM") || "/usr/bin/chromium"];
  return [
    ...["--parallel", "--sanitize-ops", "--sanitize-resources"],
    ...["--allow-env", "--allow-net", "--allow-read", "--allow-sys"],
    ...[`--allow-write=${writable.join(",")}`, `--allow-run=${programs.join(",")}`],
  ];
}

function updatesSnapshots(): boolean {
  return Deno.args.some((arg) => ["--update", "-u", "--update-snapshots"].includes(arg));
}

/** The arguments, with the default folders added when none of them is a path. */
function selection(args: readonly string[]): string[] {
  const ownArgs = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
  if (ownArgs.some(isPath)) return [...args];
  return [`--ignore=${ONLY_WHEN_NAMED.join(",")}`, "tests", ...args];
}

function isPath(arg: string): boolean {
  if (arg.startsWith("-")) return false;
  if (/[*/\\]/.test(arg)) return true;
  try {
    Deno.statSync(arg);
    return true;
  } catch {
    return false;
  }
}
