/** An import by the real service in a process of its own, which is killed while it imports. */
import assert from "node:assert/strict";
import { openPool } from "../../src/platform/database.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { silentLog } from "../../src/platform/log.ts";
import { withDatabaseUrl } from "./database.ts";
import { type DiscogsUsers, someItems, startDiscogsUsers } from "./discogs_users.ts";
import { DISCOGS, linkByOAuth } from "./discogs_import.ts";
import { ServiceProcess } from "./process.ts";
import { type Client, createClient, toAnswer } from "./service.ts";

/** What was seen. */
export interface KilledImport {
  items: number;
  kills: number;
  /** Answers to "how far is it?", and how many different ones. */
  polled: number;
  stages: number;
  /** Calls for pages of the wantlist, repeated ones included. */
  page_calls: number;
  /** Runs of which the service itself said that they came to nothing. */
  vain_runs: number;
  seconds: number;
}

/** Counters that a client reads, none of which may ever fall. */
const COUNTERS = [
  "page",
  "processed_count",
  "imported_count",
  "created_count",
  "updated_count",
  "error_count",
];

/** What the service logs of a run that came to nothing: a limit of time passed, the database was away, the lease ran out. */
const VAIN_RUNS = [
  "import failed, and is planned again",
  "import run came to nothing: its lease ran out, or the import is over",
  "job failed; its lease will bring it back",
];

/** How long after a page was asked for the process dies, in turn: at once, while it is read, while it is stored. */
const DELAYS_MS = [0, 5, 20, 60, 150];
/** Between two looks at the progress. */
const LOOK_EVERY_MS = 100;

/** Imports a wantlist of `items` while the service is killed `kills` times, and fails unless it ends whole. */
export async function importUnderKills(
  { items, kills }: { items: number; kills: number },
): Promise<KilledImport> {
  return await withImportProcess(async ({ service, discogs, databaseUrl }) => {
    const ada = await createClient((path, init) => service.send(path, init), "ada");
    discogs.user("ada", { wants: someItems(items), isPrivate: true });
    await linkByOAuth(ada, discogs, "ada");
    const startedMs = performance.now();
    const id = (await ada.post(`${DISCOGS}/import`, { source: "wantlist" })).body.id;
    const killer = killAtPages(service, { pages: Math.ceil(items / 100), kills });
    discogs.fault = ({ path }) => {
      if (path.endsWith("/wants")) killer.pageAsked();
      return null;
    };
    const looks = await lookUntilOver(ada, { id, isDown: () => !service.alive });
    await killer.settled();
    assert.equal(killer.killed(), kills, "it was killed as often as it should be");
    await requireWhole(databaseUrl, items);
    const page_calls = discogs.server.requestsTo("/users/ada/wants").length;
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    const vain_runs = VAIN_RUNS.reduce((sum, message) => sum + (service.troubles.get(message) ?? 0), 0);
    return { items, kills, ...looks, page_calls, vain_runs, seconds };
  });
}

/** What was seen of a file. */
export interface KilledUpload extends Omit<KilledImport, "page_calls" | "vain_runs"> {
  /** How often the file was sent, and how many of these were answered. */
  sent: number;
  answered: number;
}

/**
 * Sends a file of `items` rows while the service is killed, `kills` times before it answered and `kills` times while the
 * rows are stored; who sent it sends it again until it is answered. Fails unless the import ends whole.
 */
export async function uploadUnderKills(
  { items, kills }: { items: number; kills: number },
): Promise<KilledUpload> {
  return await withImportProcess(async ({ service, databaseUrl }) => {
    const ada = await createClient((path, init) => service.send(path, init), "ada");
    const startedMs = performance.now();
    const sending = await sendUnderKills(ada, { service, file: exportedFile(items), kills });
    const pages = Math.ceil(items / 100);
    // In its first half: what is looked at between two looks must not be over before the last of them.
    const at = Array.from({ length: kills }, (_, n) => Math.floor(((n + 0.5) * pages) / (2 * kills)));
    let killed = 0;
    const looks = await lookUntilOver(ada, {
      id: sending.id,
      isDown: () => !service.alive,
      onLook: async ({ page }) => {
        if (at[0] === undefined || page! < at[0]) return;
        at.shift();
        await new Promise((resolve) => setTimeout(resolve, DELAYS_MS[killed % DELAYS_MS.length]));
        await service.kill();
        killed++;
        await service.start();
      },
    });
    assert.equal(killed, kills, "it was killed as often as it should be while rows were stored");
    await requireWhole(databaseUrl, items);
    const { sent, answered } = sending;
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    return { items, kills: 2 * kills, ...looks, sent, answered, seconds };
  });
}

/** Sends the file and kills the service meanwhile, then sends it until it is answered. */
async function sendUnderKills(
  person: Client,
  { service, file, kills }: { service: ServiceProcess; file: string; kills: number },
): Promise<{ id: string; sent: number; answered: number }> {
  const init = { method: "POST", headers: { "content-type": "text/csv" }, body: file };
  const send = async () => {
    const { status, body } = await toAnswer(await person.fetch(`${DISCOGS}/import/csv`, init));
    assert.equal(status, 200, JSON.stringify(body));
    return body.id as string;
  };
  const ids = new Set<string>();
  let sent = 0;
  for (; sent < kills; sent++) {
    const answer = send().catch((error) => {
      if (error instanceof TypeError) return null;
      throw error;
    });
    await new Promise((resolve) => setTimeout(resolve, DELAYS_MS[sent % DELAYS_MS.length]));
    await service.kill();
    const id = await answer;
    if (id !== null) ids.add(id);
    await service.start();
  }
  const answered = ids.size;
  ids.add(await send());
  const [id] = ids;
  assert.equal(ids.size, 1, "the same file is another import");
  return { id: id!, sent: sent + 1, answered: answered + 1 }; // safe: there is one
}

/** A wantlist as Discogs exports it, about 500 bytes a row. */
export function exportedFile(items: number): string {
  const rows = Array.from(
    { length: items },
    (_, n) =>
      `CL ${n},"Miles Davis, John ""Coltrane""",Title ${n + 1},Columbia,"LP, Album",5,1959,${n + 1},"${
        "a note of mine\n".repeat(27)
      }"`,
  );
  const header = "Catalog#,Artist,Title,Label,Format,Rating,Released,release_id,Notes";
  return [header, ...rows, ""].join("\r\n");
}

/** Runs `work` on a service in a process of its own, beside a marketplace on this machine. */
export async function withImportProcess<T>(
  work: (world: { service: ServiceProcess; discogs: DiscogsUsers; databaseUrl: string }) => Promise<T>,
): Promise<T> {
  await using discogs = startDiscogsUsers({ clock: systemClock });
  const kvPath = await Deno.makeTempDir();
  try {
    let result: { value: T } | null = null;
    await withDatabaseUrl(async (databaseUrl) => {
      // Its marketplace is on this machine: no network stands between the process and its end.
      const env = { ...discogs.env, DISCOGS_CALLS_PER_MINUTE: "60", RATE_LIMIT_SCALE: "1000" };
      await using service = new ServiceProcess({ databaseUrl, kvPath, env });
      await service.start();
      result = { value: await work({ service, discogs, databaseUrl }) };
    });
    return result!.value; // safe: whatever did not fail has set it
  } finally {
    await Deno.remove(kvPath, { recursive: true }).catch(() => {});
  }
}

/** Kills the service at pages spread over the import and starts it again. */
function killAtPages(service: ServiceProcess, { pages, kills }: { pages: number; kills: number }) {
  const at = new Set(Array.from({ length: kills }, (_, n) => 1 + Math.floor(((n + 0.5) * pages) / kills)));
  let asked = 0;
  let killed = 0;
  let running: Promise<void> = Promise.resolve();
  const killOnce = async (delayMs: number) => {
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    await service.kill();
    killed++;
    await service.start();
  };
  return {
    pageAsked: () => {
      asked++;
      // A page that is asked for again after a kill counts too, so no kill is spent on the same one twice.
      if (!at.delete(asked)) return;
      const delayMs = DELAYS_MS[killed % DELAYS_MS.length]!; // safe: modulo
      running = running.then(() => killOnce(delayMs));
    },
    settled: () => running,
    killed: () => killed,
  };
}

/** Reads the progress until the import is over; between two starts nobody answers. */
async function lookUntilOver(
  person: Client,
  { id, isDown, onLook = async () => {} }: {
    id: string;
    isDown: () => boolean;
    onLook?: (job: Record<string, number>) => Promise<void>;
  },
): Promise<Pick<KilledImport, "polled" | "stages">> {
  let before: Record<string, number> = {};
  let polled = 0;
  let stages = 0;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    const answer = await person.get(`${DISCOGS}/import/${id}`).catch((error) => {
      if (isDown() || error instanceof TypeError) return null;
      throw error;
    });
    // While it starts or stops it may answer that it cannot.
    if (answer === null || answer.status === 503) continue;
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    polled++;
    const now = answer.body as Record<string, number>;
    for (const name of COUNTERS) {
      assert.ok(now[name]! >= (before[name] ?? 0), `${name} fell from ${before[name]} to ${now[name]}`);
    }
    if (now["page"] !== before["page"]) stages++;
    before = now;
    assert.notEqual(answer.body.status, "failed", JSON.stringify(answer.body.errors));
    if (answer.body.status === "completed") return { polled, stages };
    await onLook(now);
  }
}

async function requireWhole(url: string, items: number): Promise<void> {
  await using sql = openPool({ url, max: 2, applicationName: "test", log: silentLog });
  const [found] = await sql<Record<string, number>>`
    select (select count(*) from watch_releases) as watches,
      (select count(distinct discogs_release_id) from watch_releases) as releases,
      (select count(*) from compiled_rules) as rules, (select count(*) from rule_anchors) as anchors,
      (select count(*) from imported_items where removed_at is null) as items,
      (select count(distinct (query->>'release_id')) from polls) as polls,
      (select count(*) from events where type = 'WATCH_RELEASE_CREATED') as created_events,
      (select count(*) from events where type = 'IMPORT_COMPLETED') as completed_events,
      (select count(*) from notifications where event_type = 'IMPORT_COMPLETED') as told,
      (select sum(processed_count) from import_jobs)::int as processed,
      (select sum(created_count) from import_jobs)::int as created`;
  const all = {
    watches: items,
    releases: items,
    rules: items,
    anchors: items,
    items,
    polls: items,
    created_events: items,
    completed_events: 1,
    told: 1,
    processed: items,
    created: items,
  };
  assert.deepEqual(found, all);
}
