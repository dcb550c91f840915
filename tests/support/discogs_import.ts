/** A service beside a Discogs with users, and the steps that imports take in tests. */
import assert from "node:assert/strict";
import { fakeClock } from "./clock.ts";
import { type DiscogsUsers, startDiscogsUsers } from "./discogs_users.ts";
import { type Client, type TestService, withService } from "./service.ts";

/** Where the routes are. */
export const DISCOGS = "/api/integrations/discogs";

/** Runs `work` on a service whose Discogs measures time by the same clock. */
export async function withImports(
  work: (service: TestService, discogs: DiscogsUsers) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  const time = { clock: fakeClock() };
  await using discogs = startDiscogsUsers({ clock: { now: () => time.clock.now() } });
  await withService(async (service) => {
    time.clock = service.clock;
    await work(service, discogs);
  }, { ...discogs.env, DISCOGS_CALLS_PER_MINUTE: "60", ...env });
}

/** Links a person's account by OAuth. */
export async function linkByOAuth(person: Client, discogs: DiscogsUsers, username: string): Promise<void> {
  const { body: started } = await person.post(`${DISCOGS}/oauth/start`);
  const back = Object.fromEntries(discogs.oauth.allow(started.authorize_url, username).searchParams);
  const { status, body } = await person.post(`${DISCOGS}/oauth/callback`, back);
  assert.equal(status, 200, JSON.stringify(body));
}

/** Links a person's account by name alone. */
export async function linkByName(person: Client, external_user_id: string): Promise<void> {
  assert.equal((await person.post(`${DISCOGS}/connect`, { external_user_id })).status, 200);
}

/** Starts an import and gives its id. */
export async function startImport(person: Client, source = "both"): Promise<string> {
  const { status, body } = await person.post(`${DISCOGS}/import`, { source });
  assert.equal(status, 200, JSON.stringify(body));
  return body.id;
}

/** How an import stands. */
export async function importOf(person: Client, id: string) {
  const { status, body } = await person.get(`${DISCOGS}/import/${id}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

/** Runs an import to its end. */
export async function runImport(service: TestService, person: Client, source = "both") {
  return await finish(service, person, await startImport(person, source));
}

/** Works an import to its end: while the calls of a minute are used up, time goes on. */
export async function finish(service: TestService, person: Client, id: string) {
  for (let round = 0; round < 100; round++) {
    await service.drain();
    const job = await importOf(person, id);
    if (job.status !== "pending" && job.status !== "running") return job;
    service.clock.advance(Math.max(1_000, Date.parse(job.next_attempt_at) - service.clock.now().getTime()));
  }
  throw new Error("Cannot finish the import: it goes on for ever");
}

/** What an import counted. */
// deno-lint-ignore no-explicit-any -- an answer of any shape
export function countsOf(job: any): Record<string, number> {
  const {
    processed_count: processed,
    imported_count: imported,
    created_count: created,
    updated_count: updated,
  } = job;
  const { removed_count: removed, error_count: errors, page } = job;
  return { page, processed, imported, created, updated, removed, errors };
}

/** All watches of a person by release. */
export async function watchesOf(person: Client) {
  const found = new Map<number, Record<string, unknown>>();
  for (let offset = 0;; offset += 200) {
    const { body } = await person.get(`/api/watch-releases?limit=200&offset=${offset}`);
    for (const watch of body) found.set(watch.discogs_release_id, watch);
    if (body.length < 200) return found;
  }
}
