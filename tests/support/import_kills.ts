/** An import by the real service in a process of its own, which is killed while it imports. */
import assert from "node:assert/strict";
import { openPool } from "../../src/platform/database.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { silentLog } from "../../src/platform/log.ts";
import { withDatabaseUrl } from "./database.ts";
import { someItems, startDiscogsUsers } from "./discogs_users.ts";
import { DISCOGS, linkByOAuth } from "./discogs_import.ts";
import { ServiceProcess } from "./process.ts";
import { type Client, createClient } from "./service.ts";

/** What was seen. */
export interface KilledImport {
  items: number;
  kills: number;
  /** Answers to "how far is it?", and how many different ones. */
  polled: number;
  stages: number;
  /** Calls for pages of the wantlist, repeated ones included. */
  page_calls: number;
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

/** How long after a page was asked for the process dies, in turn: at once, while it is read, while it is stored. */
const DELAYS_MS = [0, 5, 20, 60, 150];
/** Between two looks at the progress. */
const LOOK_EVERY_MS = 100;

/** Imports a wantlist of `items` while the service is killed `kills` times, and fails unless it ends whole. */
export async function importUnderKills(
  { items, kills }: { items: number; kills: number },
): Promise<KilledImport> {
  await using discogs = startDiscogsUsers({ clock: systemClock });
  const kvPath = await Deno.makeTempDir();
  try {
    let report: KilledImport | null = null;
    await withDatabaseUrl(async (databaseUrl) => {
      // Its marketplace is on this machine: no network stands between the process and its end.
      const env = { ...discogs.env, DISCOGS_CALLS_PER_MINUTE: "60", RATE_LIMIT_SCALE: "1000" };
      await using service = new ServiceProcess({ databaseUrl, kvPath, env });
      await service.start();
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
      report = { items, kills, ...looks, page_calls, seconds };
    });
    return report!; // safe: whatever did not fail has set it
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
  { id, isDown }: { id: string; isDown: () => boolean },
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
