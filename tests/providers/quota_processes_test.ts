/** The short form of the run in tests/soak. */
import assert from "node:assert/strict";
import { runQuotaProcesses } from "../soak/quota_run.ts";

Deno.test("three processes with wrong clocks, killed at any moment, never pass their quota at the server that counts", async () => {
  const quota = {
    scope: "ip:p",
    windows: [{ seconds: 1, limit: 40, reserve: 5 }, { seconds: 6, limit: 90, reserve: 10 }],
  };
  const report = await runQuotaProcesses({ quota, seconds: 10, killEveryMs: 1_200 });
  for (const { seconds, limit, most } of report.windows) {
    assert.ok(most <= limit, `${most} of ${limit} calls in ${seconds} s`);
  }
  assert.ok(report.kills > 2 && report.calls > 90, `there was a race: ${JSON.stringify(report)}`);
});
