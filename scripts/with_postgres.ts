/**
 * `with_postgres.ts <script> [args…]`: runs a script with DATABASE_URL, from the environment or of the development
 * Postgres, which is started or attached to and left again afterwards. The script may do what
 * development tools do, but starts no program except Deno.
 */
import { join } from "node:path";
import { startLocalPostgres } from "./local_postgres.ts";
import { CannotStart, endChild, runScript, say } from "./supervise.ts";

await runScript(async (stop) => {
  const [script, ...args] = Deno.args;
  if (!script) throw new CannotStart("with_postgres.ts needs the script to run");
  const given = Deno.env.get("DATABASE_URL");
  if (given) return await run(given);
  const dir = join(Deno.env.get("DATA_DIR") || ".data", "postgres");
  const postgres = await startLocalPostgres({ dir, say });
  try {
    return await run(postgres.url);
  } finally {
    await postgres.stop();
  }

  async function run(url: string): Promise<number> {
    if (stop.aborted) return 130;
    const permissions = ["--allow-env", "--allow-net", "--allow-read", "--allow-write", "--allow-sys"];
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", ...permissions, `--allow-run=${Deno.execPath()}`, script!, ...args],
      env: { DATABASE_URL: url },
    }).spawn();
    stop.addEventListener("abort", () => void endChild(child, 15_000));
    return (await child.status).code;
  }
});
