/** The short form of the runs in tests/soak. */
import assert from "node:assert/strict";
import { runSourceBulkhead } from "../soak/source_bulkhead_run.ts";
import { say } from "../soak/tools.ts";

// Tens of milliseconds on a machine that does nothing else; behind what hangs it would be 10 s and more.
const SOON_MS = 5_000;

Deno.test("a host that hangs, whatever number of its shops are watched, does not delay other shops' polls", async () => {
  const report = await runSourceBulkhead({ shops: 12, seconds: 3, hangingCollections: 8, hangingHosts: 0 });
  say(JSON.stringify(report));
  assert.ok(report.others > 0, "it was asked too");
  assert.ok(report.p95 < SOON_MS, JSON.stringify(report));
});

Deno.test("hosts that hang, flood and lie, for the first time or again, do not delay other shops' polls", async () => {
  for (const failedBefore of [false, true]) {
    const report = await runSourceBulkhead({
      shops: 12,
      seconds: 3,
      hangingCollections: 2,
      hangingHosts: failedBefore ? 14 : 8,
      failedBefore,
    });
    say(JSON.stringify(report));
    assert.ok(report.others > 0, "they were asked too");
    assert.ok(report.p95 < SOON_MS, JSON.stringify({ failedBefore, ...report }));
  }
});
