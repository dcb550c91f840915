/** An import whose process is really killed again and again; ten times as much of it is in tests/soak. */
import assert from "node:assert/strict";
import { importUnderKills, uploadUnderKills } from "../support/import_kills.ts";

Deno.test("an import of 1,000 items killed five times ends complete, without doubles, readable throughout", async () => {
  const report = await importUnderKills({ items: 1_000, kills: 5 });
  assert.ok(report.polled > 10 && report.stages >= 3, JSON.stringify(report));
  // One worker at a time holds the job and has one page in hand, which it stores with where the job stands: so a page is
  // asked for again once for each kill, and once for each run that came to nothing in a process that lived. A machine that
  // is slow enough makes those, and the service says so of each; more than two are no slow machine.
  const most = 10 + 5 + Math.min(report.vain_runs, 2);
  assert.ok(report.page_calls >= 10 && report.page_calls <= most, JSON.stringify(report));
});

Deno.test("a file of 1,000 rows whose service is killed three times before it answers and three times behind that is imported once", async () => {
  const report = await uploadUnderKills({ items: 1_000, kills: 3 });
  assert.ok(report.polled > 3 && report.stages >= 3 && report.sent === 4, JSON.stringify(report));
});
