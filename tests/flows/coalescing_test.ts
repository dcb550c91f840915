/** The short form of the run in tests/soak. */
import assert from "node:assert/strict";
import { runCoalescing } from "../soak/coalescing_run.ts";

Deno.test("rules of many users that need the same searches make one call for each search and interval", async () => {
  const report = await runCoalescing({ rules: 500, users: 50, queries: 25, intervals: 2 });
  assert.deepEqual(report.calls, [25, 25, 25]);
  assert.equal(report.ratio, 20);
  assert.equal(report.planned_again, 0);
});
