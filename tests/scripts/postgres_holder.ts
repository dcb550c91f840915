/** A process that uses the local Postgres in the folder given, says so on stdout, and leaves when its stdin ends. */
import { startLocalPostgres } from "../../scripts/local_postgres.ts";
import { CannotStart, say } from "../../scripts/supervise.ts";

try {
  const postgres = await startLocalPostgres({ dir: Deno.args[0] ?? "", throwaway: true });
  say(
    JSON.stringify({
      pid: postgres.pid,
      attached: postgres.attached,
      home: postgres.home,
      url: postgres.url,
    }),
  );
  for await (const _ of Deno.stdin.readable);
  say(JSON.stringify(await postgres.stop()));
} catch (error) {
  if (!(error instanceof CannotStart)) throw error;
  say(JSON.stringify({ refused: error.message }));
}
