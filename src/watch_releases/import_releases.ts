import type { Sql } from "../platform/sql.ts";
import { insertCompiledRules } from "../alerts/rule_store.ts";
import { replaceAnchorsOf } from "../alerts/anchor_store.ts";
import { appendEvents } from "../events/append_events.ts";
import { compileWatch, watchAnchors, watchSources } from "../matching/watch.ts";
import { subscribeMany } from "../polls/subscribe.ts";
import type { ReleaseDeps } from "./create_release.ts";
import { planReleasePolls } from "./plan_polls.ts";
import { labelOf, queryOf, type WatchReleaseRow } from "./schema.ts";
import { findRelease, insertReleases, lockReleasesOf, markImported, type ReleaseFields } from "./store.ts";
import { eventsOf, writeRelease } from "./update_release.ts";

/** A release that a user's list holds. */
export type ImportedRelease = Omit<ReleaseFields, "match_mode">;

/** What became of one: its watch, and what was done to it. `kept`: there was nothing to do, or it is its user's own. */
export interface ImportOutcome {
  watch_release_id: string;
  outcome: "created" | "changed" | "kept";
}

/** What importing needs of the service. */
export type ImportReleaseDeps = Pick<ReleaseDeps, "clock" | "providers">;

/**
 * Watches releases of a user's list, in the caller's transaction, by release id: makes the watches that are missing and
 * brings those up to date that an import made and he never changed; his own stay as they are. The events go into his log
 * alone, because a list of thousands would bury his inbox; and what is for sale already is told only where he set a price.
 */
export async function importReleases(
  tx: Sql,
  deps: ImportReleaseDeps,
  { user_id, releases }: { user_id: string; releases: readonly ImportedRelease[] },
): Promise<Map<number, ImportOutcome>> {
  const wanted = releases.map((release): NewWatch => ({
    ...release,
    match_mode: "exact_release",
    id: crypto.randomUUID(),
    compiled_rule_id: crypto.randomUUID(),
  }));
  const ids = await insertReleases(tx, { user_id, watches: wanted, now: deps.clock.now() });
  const made = wanted.filter(({ id }) => ids.has(id));
  const found = new Map(
    made.map(({ id, discogs_release_id }): [number, ImportOutcome] => [
      discogs_release_id,
      { watch_release_id: id, outcome: "created" },
    ]),
  );
  const others = new Map(
    wanted.filter(({ id }) => !ids.has(id)).map((one) => [one.discogs_release_id, one]),
  );
  const locked = await lockReleasesOf(tx, { user_id, discogs_release_ids: [...others.keys()] });
  for (const { id, discogs_release_id, is_imported } of locked) {
    const release = others.get(discogs_release_id)!; // safe: only these were asked for
    const isChanged = is_imported && await bringUpToDate(tx, deps, { user_id, id, release });
    found.set(discogs_release_id, { watch_release_id: id, outcome: isChanged ? "changed" : "kept" });
  }
  if (made.length > 0) await finishCreation(tx, deps, { user_id, made });
  return found;
}

/** Stops watches that an import made and their user never changed; gives how many. */
export async function disableImported(
  tx: Sql,
  deps: ImportReleaseDeps,
  { user_id, discogs_release_ids }: { user_id: string; discogs_release_ids: readonly number[] },
): Promise<number> {
  let count = 0;
  for (const { id, is_imported, is_active } of await lockReleasesOf(tx, { user_id, discogs_release_ids })) {
    if (!is_imported || !is_active) continue;
    const before = (await findRelease(tx, { user_id, id }))!; // safe: it is locked
    await change(tx, deps, { before, after: { ...before, is_active: false } });
    count++;
  }
  return count;
}

type NewWatch = ImportedRelease & Pick<WatchReleaseRow, "id" | "match_mode" | "compiled_rule_id">;

/** Polls, then compiled rules and their index, then the log: as everybody takes them. */
async function finishCreation(
  tx: Sql,
  deps: ImportReleaseDeps,
  { user_id, made }: { user_id: string; made: readonly NewWatch[] },
): Promise<void> {
  const now = deps.clock.now();
  await markImported(tx, made.map(({ id }) => id));
  await subscribeMany(tx, {
    user_id,
    now,
    subscribers: made.map((watch) => ({
      subscriber_id: watch.compiled_rule_id,
      wanted: watch.is_active ? planReleasePolls(deps.providers, watch) : [],
    })),
  });
  const rules = made.map((watch) => ({
    owner_kind: "watch_release" as const,
    query: queryOf(watch),
    id: watch.compiled_rule_id,
    owner_id: watch.id,
    user_id,
    label: labelOf(watch),
    first_run: firstRunOf(watch),
    active: watch.is_active,
  }));
  await insertCompiledRules(tx, rules, now);
  const indexed = rules.map((rule) => ({
    id: rule.id,
    user_id,
    sources: watchSources(rule),
    anchors: rule.active ? watchAnchors(compileWatch(rule)) : [],
  }));
  await replaceAnchorsOf(tx, indexed);
  const drafts = made.map((watch) => ({
    user_id,
    type: "WATCH_RELEASE_CREATED" as const,
    watch_release_id: watch.id,
    payload: { name: labelOf(watch) },
  }));
  await appendEvents(tx, drafts, now);
}

async function bringUpToDate(
  tx: Sql,
  deps: ImportReleaseDeps,
  { user_id, id, release }: { user_id: string; id: string; release: ImportedRelease },
): Promise<boolean> {
  const before = (await findRelease(tx, { user_id, id }))!; // safe: it is locked
  // What one list does not say another may have said: a null takes nothing away.
  const after = {
    ...before,
    title: release.title,
    artist: release.artist ?? before.artist,
    year: release.year ?? before.year,
    discogs_master_id: release.discogs_master_id ?? before.discogs_master_id,
    target_price: release.target_price ?? before.target_price,
    min_condition: release.min_condition ?? before.min_condition,
    is_active: before.is_active || release.is_active,
  };
  return await change(tx, deps, { before, after });
}

async function change(
  tx: Sql,
  deps: ImportReleaseDeps,
  { before, after }: { before: WatchReleaseRow; after: WatchReleaseRow },
): Promise<boolean> {
  const events = eventsOf(before, after);
  if (events.length === 0) return false;
  await writeRelease(tx, deps, { before, after, events, firstRun: firstRunOf(after) });
  await markImported(tx, [before.id]);
  return true;
}

/** What is for sale already is news only to who named a price. */
function firstRunOf({ target_price }: Pick<ImportedRelease, "target_price">): "none" | "top" {
  return target_price === null ? "none" : "top";
}
