/** `deno task db:up` starts the development Postgres and leaves it running; `deno task db:down` stops it. */
import { join } from "node:path";
import { startLocalPostgres, stopLocalPostgres } from "./local_postgres.ts";
import { CannotStart, runScript, say } from "./supervise.ts";

await runScript(async () => {
  const dir = join(Deno.env.get("DATA_DIR") || ".data", "postgres");
  const [command] = Deno.args;
  if (command === "up") return await up(dir);
  if (command === "down") return await down(dir);
  throw new CannotStart(`scripts/db.ts knows up and down, not ${JSON.stringify(command ?? "")}`);
});

async function up(dir: string): Promise<number> {
  const postgres = await startLocalPostgres({ dir, say });
  await postgres.keep();
  await postgres.stop();
  say(postgres.url);
  return 0;
}

/** A server in use is left alone and stops with its last user. */
async function down(dir: string): Promise<number> {
  const outcome = await stopLocalPostgres(dir);
  say(
    outcome === "still used"
      ? "Postgres is in use by another process and stops with it"
      : `Postgres is ${outcome === "stopped" ? "stopped" : "not running"}`,
  );
  return 0;
}
