/** The full form: every test prints its figures. Counts come from SOAK_*; SOAK_SEED repeats the choices of a run. */
import assert from "node:assert/strict";
import { raceBackfills } from "./backfill_race.ts";
import {
  runConnectionLosses,
  runKills,
  runQueueLosses,
  runServerRestarts,
  runStreamLatency,
} from "./fault_runs.ts";
import { runBulkhead } from "./bulkhead_run.ts";
import { runCoalescing } from "./coalescing_run.ts";
import { runOverload } from "./overload_run.ts";
import { importUnderKills, uploadUnderKills } from "../support/import_kills.ts";
import { runQuotaProcesses } from "./quota_run.ts";
import { runSourceBulkhead } from "./source_bulkhead_run.ts";
import { count, say } from "./tools.ts";
import { runUploads } from "./upload_run.ts";

Deno.test("a rule created while ingests of its listing are in flight alerts exactly once", async () => {
  const report = await raceBackfills({ runs: count("SOAK_RUNS", 1_000) });
  say(JSON.stringify({ ...report, lost: report.lost.length, doubled: report.doubled.length }));
  assert.deepEqual({ lost: report.lost, doubled: report.doubled }, { lost: [], doubled: [] });
  assert.ok(report.foundByBackfill > 0, "there was a race");
});

Deno.test("a process killed again and again loses and doubles nothing, and nothing stays stuck", async () => {
  const report = await runKills({ kills: count("SOAK_KILLS", 20) });
  say(JSON.stringify(report));
  assert.ok(report.kills.some(({ leased }) => leased > 0), "it was killed while it worked");
});

Deno.test("an import of 10,000 items killed five times ends complete, without doubles, readable throughout", async () => {
  const report = await importUnderKills({ items: count("SOAK_IMPORT_ITEMS", 10_000), kills: 5 });
  say(JSON.stringify(report));
  assert.ok(report.polled > 10 && report.stages > 10, "its progress was readable");
});

Deno.test("a file of 10,000 rows whose service is killed ten times is imported once, readable throughout", async () => {
  const report = await uploadUnderKills({ items: count("SOAK_FILE_ROWS", 10_000), kills: 5 });
  say(JSON.stringify(report));
  assert.ok(report.polled > 10 && report.stages > 10, "its progress was readable");
});

Deno.test("files of 5 MB are taken one after the other without keeping anybody waiting", async () => {
  const report = await runUploads({ rows: 10_000, people: count("SOAK_UPLOADS", 5) });
  say(JSON.stringify(report));
  assert.ok(report.uploading["/healthz"]!.p99 < 500, "the event loop is held up");
});

Deno.test("deleting the queue's files while they are in use loses nothing", async () => {
  say(JSON.stringify(await runQueueLosses({ times: count("SOAK_QUEUE_LOSSES", 20) })));
});

Deno.test("a process that loses all connections again and again answers in time and resumes every stream", async () => {
  say(JSON.stringify(await runConnectionLosses({ times: count("SOAK_CONNECTION_LOSSES", 30) })));
});

Deno.test("a process whose database restarts again and again answers in time and resumes every stream", async () => {
  say(JSON.stringify(await runServerRestarts({ restarts: count("SOAK_RESTARTS", 5), downMs: 3_000 })));
});

Deno.test("a message reaches its stream within a second of its commit", async () => {
  say(JSON.stringify(await runStreamLatency({ messages: count("SOAK_MESSAGES", 2_000) })));
});

Deno.test("processes with wrong clocks, killed again and again, never pass a quota at the server that counts", async () => {
  const windows = [
    { seconds: 1, limit: 30, reserve: 5 },
    { seconds: 10, limit: 120, reserve: 10 },
    { seconds: 60, limit: 500, reserve: 50 },
  ];
  const report = await runQuotaProcesses({
    quota: { scope: "ip:p", windows },
    seconds: count("SOAK_QUOTA_SECONDS", 300),
    killEveryMs: 1_000,
  });
  say(JSON.stringify(report));
  for (const { seconds, limit, most } of report.windows) {
    assert.ok(most <= limit, `${most} of ${limit} calls in ${seconds} s`);
  }
});

Deno.test("providers that hang, flood and lie do not delay another's polls", async () => {
  const size = { polls: count("SOAK_POLLS", 200), seconds: 40 };
  const alone = await runBulkhead({ ...size, beside: false });
  const beside = await runBulkhead({ ...size, beside: true });
  say(JSON.stringify({ alone, beside }));
  assert.ok(beside.p95 < 3_000, `${beside.p95} ms late`);
});

Deno.test("hosts that hang, flood and lie do not delay the polls of other shops", async () => {
  const size = {
    shops: count("SOAK_SHOPS", 100),
    seconds: count("SOAK_SECONDS", 60),
    hangingCollections: 20,
  };
  const alone = await runSourceBulkhead({ ...size, hangingCollections: 0, hangingHosts: 0 });
  const beside = await runSourceBulkhead({ ...size, hangingHosts: 10 });
  say(JSON.stringify({ alone, beside }));
  assert.ok(beside.p95 < 3_000, `${beside.p95} ms late`);
});

Deno.test("under five times as many polls as calls, the latest poll is not twice as late as the median", async () => {
  const days = count("SOAK_OVERLOAD_DAYS", 14);
  const report = await runOverload({ hours: days * 24, warmUpHours: days * 12, settled: false });
  say(JSON.stringify(report));
  assert.ok(report.worst <= 2 * report.median, JSON.stringify(report));
});

Deno.test("10,000 rules of 1,000 users over 200 queries make 200 calls an interval", async () => {
  const rules = count("SOAK_RULES", 10_000);
  const report = await runCoalescing({ rules, users: 1_000, queries: 200, intervals: 2 });
  say(JSON.stringify(report));
  assert.deepEqual(report.calls, [200, 200, 200]);
});
