/** An import whose process is really killed again and again; ten times as much of it is in tests/soak. */
import assert from "node:assert/strict";
import { importUnderKills, uploadUnderKills } from "../support/import_kills.ts";

Deno.test("an import of 1,000 items killed five times ends complete, without doubles, readable throughout", async () => {
  const report = await importUnderKills({ items: 1_000, kills: 5 });
  assert.ok(report.polled > 10 && report.stages >= 3, JSON.stringify(report));
  assert.ok(report.page_calls >= 10 && report.page_calls <= 15, JSON.stringify(report));
});

Deno.test("a file of 1,000 rows whose service is killed three times before it answers and three times behind that is imported once", async () => {
  const report = await uploadUnderKills({ items: 1_000, kills: 3 });
  assert.ok(report.polled > 3 && report.stages >= 3 && report.sent === 4, JSON.stringify(report));
});
