/** Processes that share a quota, killed again and again; the receiving server counts. */
import { fileURLToPath } from "node:url";
import type { CallQuota } from "../../src/providers/contract.ts";
import { mostInWindow } from "../providers/quota_support.ts";
import { withDatabaseUrl } from "../support/database.ts";
import { startScriptedServer } from "../support/scripted_server.ts";
import { Chance, pause } from "./tools.ts";

const WORKER = fileURLToPath(new URL("../support/quota_worker.ts", import.meta.url));
const PROCESSES = 3;

/** What came of a run; `most` beside the limit of each window. */
export interface QuotaReport {
  calls: number;
  kills: number;
  seconds: number;
  windows: { seconds: number; limit: number; most: number }[];
}

/** Three processes call for `seconds`, and one of them is killed and replaced every `killEveryMs` or so. */
export async function runQuotaProcesses(
  { quota, seconds, killEveryMs }: { quota: CallQuota; seconds: number; killEveryMs: number },
): Promise<QuotaReport> {
  const chance = new Chance();
  const arrivals: number[] = [];
  let kills = 0;
  await withDatabaseUrl(async (url) => {
    await using server = startScriptedServer(() => {
      arrivals.push(performance.now());
      return new Response(null, { status: 204 });
    });
    const workers = Array.from({ length: PROCESSES }, () => startWorker(url, server.url, quota));
    try {
      const until = performance.now() + seconds * 1000;
      // The first ones start before anybody is killed.
      while (arrivals.length === 0 && performance.now() < until) await pause(20);
      while (performance.now() < until) {
        await pause(Math.min(until - performance.now(), killEveryMs * (0.5 + chance.next())));
        const index = chance.whole(0, PROCESSES - 1);
        await endWorker(workers[index]!);
        kills++;
        workers[index] = startWorker(url, server.url, quota);
      }
    } finally {
      await Promise.all(workers.map(endWorker));
    }
  });
  const windows = quota.windows.map(({ seconds, limit }) => ({
    seconds,
    limit,
    most: mostInWindow(arrivals, seconds * 1000),
  }));
  return { calls: arrivals.length, kills, seconds, windows };
}

function startWorker(databaseUrl: string, serverUrl: string, quota: CallQuota): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-check", "--allow-env", "--allow-net", "--allow-read", "--allow-sys"],
      ...[WORKER, databaseUrl, serverUrl, JSON.stringify(quota)],
    ],
    stdin: "piped",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
}

/** The death that runs no handler. */
async function endWorker(worker: Deno.ChildProcess): Promise<void> {
  try {
    worker.kill("SIGKILL");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // it is dead already
  }
  await worker.status;
  await worker.stdin.close().catch(() => {});
}
