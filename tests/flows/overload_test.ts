/** The short form of the run in tests/soak. */
import assert from "node:assert/strict";
import { runOverload } from "../soak/overload_run.ts";

Deno.test("under five times as many polls as calls, intervals from 30 s to a day stretch alike", async () => {
  const report = await runOverload({ hours: 6, warmUpHours: 2, settled: true });
  assert.ok(report.overload > 4.9, `${report.overload} times as many`);
  assert.ok(report.worst <= 2 * report.median, JSON.stringify(report));
});
