/** Schedules and jobs only, beside any number of API processes; serves its health and metrics. */
import { compose } from "./src/app/compose.ts";
import { registerCrons } from "./src/app/crons.ts";
import { createWorkerApp } from "./src/app/http.ts";
import { configOrExit, exitOnStartError, serve, stopServing, untilStopped } from "./src/app/process.ts";

const config = configOrExit();
const ready = exitOnStartError(compose(config, { worksJobs: true }));
// Before the first await, so that a platform can discover them.
registerCrons(() => ready);

{
  await using deps = await ready;
  const server = serve(config, deps.log, createWorkerApp(deps));
  await untilStopped(deps.log, config);
  await stopServing(server, deps);
}
// Registered crons would keep the process alive.
Deno.exit();
