/** A large file on its way into a service of one process, while others use it. */
import assert from "node:assert/strict";
import { exportedFile, withImportProcess } from "../support/import_kills.ts";
import { DISCOGS } from "../support/discogs_import.ts";
import { type Client, createClient, toAnswer } from "../support/service.ts";
import { pause } from "./tools.ts";

/** Milliseconds within which others were answered. */
interface Waits {
  answers: number;
  p50: number;
  p99: number;
  worst: number;
}

export interface UploadReport {
  megabytes: number;
  /** From the first byte to the answer, of each upload. */
  upload_ms: number[];
  /** Memory of the process before the first, and the most that was seen. */
  before_mb: number;
  peak_mb: number;
  /** `GET /healthz`, which asks nobody, and `GET /api/me`, which asks the database. */
  quiet: Record<string, Waits>;
  uploading: Record<string, Waits>;
  storing: Record<string, Waits>;
}

/** Sends a file of `rows` as each of `people`, one after the other, and watches what it does to others. */
export async function runUploads({ rows, people }: { rows: number; people: number }): Promise<UploadReport> {
  return await withImportProcess(async ({ service }) => {
    const send = (path: string, init?: RequestInit) => service.send(path, init);
    const eve = await createClient(send, "eve");
    const file = exportedFile(rows);
    const before = await memoryOf(eve);
    const quiet = await watching(eve, () => pause(3_000));
    const upload_ms: number[] = [];
    const uploading = await watching(eve, async () => {
      for (let person = 0; person < people; person++) {
        const uploader = await createClient(send, `person${person}`);
        const startedMs = performance.now();
        const init = { method: "POST", headers: { "content-type": "text/csv" }, body: file };
        const { status, body } = await toAnswer(await uploader.fetch(`${DISCOGS}/import/csv`, init));
        assert.equal(status, 200, JSON.stringify(body));
        upload_ms.push(Math.round(performance.now() - startedMs));
      }
    });
    const storing = await watching(eve, () => pause(10_000));
    const megabytes = Math.round(file.length / 104_857.6) / 10;
    const peak_mb = Math.max(uploading.peak_mb, storing.peak_mb);
    return {
      megabytes,
      upload_ms,
      before_mb: before,
      peak_mb,
      quiet: quiet.waits,
      uploading: uploading.waits,
      storing: storing.waits,
    };
  });
}

/** Asks again and again while `work` runs. */
async function watching(
  person: Client,
  work: () => Promise<unknown>,
): Promise<{ waits: Record<string, Waits>; peak_mb: number }> {
  let isOver = false;
  let peak_mb = 0;
  const found: Record<string, number[]> = { "/healthz": [], "/api/me": [] };
  const asking = Object.keys(found).map(async (path) => {
    while (!isOver) {
      const startedMs = performance.now();
      await (await person.fetch(path)).body?.cancel();
      found[path]!.push(performance.now() - startedMs);
      await pause(5);
    }
  });
  const weighing = (async () => {
    while (!isOver) {
      peak_mb = Math.max(peak_mb, await memoryOf(person));
      await pause(100);
    }
  })();
  await work();
  isOver = true;
  await Promise.all([...asking, weighing]);
  const waits = Object.entries(found).map(([path, ms]) => [path, waitsOf(ms)] as const);
  return { waits: Object.fromEntries(waits), peak_mb };
}

function waitsOf(ms: number[]): Waits {
  const sorted = ms.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return { answers: ms.length, p50: at(0.5), p99: at(0.99), worst: at(1) };
}

async function memoryOf(person: Client): Promise<number> {
  const text = await (await person.fetch("/metrics")).text();
  const bytes = /^process_resident_memory_bytes(?:\{[^}]*\})? (\S+)/m.exec(text)?.[1];
  return Math.round(Number(bytes) / 1_048_576);
}
