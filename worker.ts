/** Schedules and jobs only, beside any number of API processes; serves its health. */
import { Hono } from "hono";
import { compose } from "./src/app/compose.ts";
import { registerCrons } from "./src/app/crons.ts";
import { healthRoutes } from "./src/app/health.ts";
import { configOrExit, exitOnStartError, serve, untilStopped } from "./src/app/process.ts";

const config = configOrExit();
const ready = exitOnStartError(compose(config, { worksJobs: true }));
// Before the first await, so that a platform can discover them.
registerCrons(() => ready);

{
  await using deps = await ready;
  const server = serve(config, deps.log, new Hono().route("/", healthRoutes(deps)).fetch);
  await untilStopped(deps.log, config);
  await server.shutdown();
}
// Registered crons would keep the process alive.
Deno.exit();
