/**
 * A process that calls as often as its quota lets it: `quota_worker.ts <database> <server> <quota as JSON>`. Its clock
 * is wrong, by up to a day and never for long by the same. Ends when it is killed, or when its stdin ends.
 */
import { addMilliseconds, systemClock } from "../../src/platform/clock.ts";
import { openPool } from "../../src/platform/database.ts";
import type { CallQuota } from "../../src/providers/contract.ts";
import { QuotaEmptyError, quotaGate } from "../../src/providers/quota.ts";
import { SIMULATED_TERMS } from "../../src/providers/terms.ts";

const [databaseUrl = "", serverUrl = "", quotaJson = "null"] = Deno.args;
const quota: CallQuota = JSON.parse(quotaJson);
const LONGEST_PAUSE_MS = 60;

await using sql = openPool({ url: databaseUrl, max: 2, applicationName: "waxwatch-test" });
const clock = { now: () => addMilliseconds(systemClock.now(), (Math.random() - 0.5) * 2 * 86_400_000) };
const capabilities = {
  kind: "offers",
  filters: [],
  gradeSource: "none",
  currencySource: "none",
  minIntervalSeconds: 1,
  maxPagesPerPoll: 1,
  quota,
  terms: SIMULATED_TERMS,
} as const;
const gates = (["poll", "search", "poll", "spare"] as const).map((use) =>
  quotaGate({ sql, clock }, { id: "p", capabilities }, use)
);
let isOver = false;
const orphaned = (async () => {
  for await (const _ of Deno.stdin.readable) { /* nothing is said */ }
  isOver = true;
})();
for (let turn = 0; !isOver; turn++) {
  try {
    await gates[turn % gates.length]!();
    await (await fetch(serverUrl, { method: "POST" })).body?.cancel();
  } catch (error) {
    if (!(error instanceof QuotaEmptyError)) throw error;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST_PAUSE_MS));
  }
}
await orphaned;
