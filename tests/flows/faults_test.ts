/** The short form of tests/soak: one of each fault. */
import { runOneOfEach } from "../soak/fault_runs.ts";

Deno.test("a service that loses its queue, its connections, its database and its life alerts exactly once", async () => {
  await runOneOfEach();
});
