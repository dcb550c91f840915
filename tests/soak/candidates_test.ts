/** The index of rules against brute force at full size: 20 million pairs, about a minute. */
import assert from "node:assert/strict";
import { withDatabase } from "../support/database.ts";
import { compareWithBruteForce } from "../support/differential.ts";

Deno.test("no match of 10,000 titles and 2,000 rules is hidden by the index", async () => {
  await withDatabase(async (sql) => {
    const report = await compareWithBruteForce(sql, { listings: 10_000, rules: 2_000, seed: 2 });
    // deno-lint-ignore no-console -- a soak test reports what it measured
    console.log(JSON.stringify(report));
    assert.ok(report.matches > 5_000 && report.paired > 100);
  });
});
