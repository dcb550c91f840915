/** The short form of tests/soak: the same races, fewer of them. */
import assert from "node:assert/strict";
import { raceBackfills } from "../soak/backfill_race.ts";
import { count } from "../soak/tools.ts";

Deno.test("a rule created while ingests of its listing are in flight alerts exactly once", async () => {
  const report = await raceBackfills({ runs: count("RACE_RUNS", 100) });
  assert.deepEqual({ lost: report.lost, doubled: report.doubled }, { lost: [], doubled: [] });
  assert.ok(report.foundByBackfill > 0, "there was a race");
});
