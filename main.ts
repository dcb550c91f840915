/** The whole service in one process: API, schedules and jobs. With ROLE=api it leaves the jobs to workers. */
import { compose } from "./src/app/compose.ts";
import { registerCrons } from "./src/app/crons.ts";
import { createHttpApp } from "./src/app/http.ts";
import { configOrExit, exitOnStartError, serve, stopServing, untilStopped } from "./src/app/process.ts";

const config = configOrExit();
const worksJobs = config.role === "all";
const ready = exitOnStartError(compose(config, { worksJobs }));
// Before the first await, so that a platform can discover them.
if (worksJobs) registerCrons(() => ready);

{
  await using deps = await ready;
  const server = serve(config, deps.log, createHttpApp(deps));
  await untilStopped(deps.log, config);
  // Open streams first: stopping waits for every response.
  deps.streams.close();
  await stopServing(server, deps);
}
// Registered crons would keep the process alive.
Deno.exit();
