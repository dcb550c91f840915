/** The short form of the run in tests/soak. */
import assert from "node:assert/strict";
import { runBulkhead } from "../soak/bulkhead_run.ts";

Deno.test("a provider that hangs, one that floods and one that lies do not delay another's polls", async () => {
  const { others, median, p95 } = await runBulkhead({ polls: 15, seconds: 4, beside: true });
  assert.ok(others > 10, "the others were asked too");
  // Tens of milliseconds on a machine that does nothing else; behind what hangs it would be 15 s and more.
  assert.ok(median < 5_000 && p95 < 10_000, `${median} and ${p95} ms late`);
});
