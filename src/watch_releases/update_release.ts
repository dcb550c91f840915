import { canonicalJson } from "../platform/crypto.ts";
import { DomainError, invalidField } from "../platform/errors.ts";
import { isUniqueViolation } from "../platform/pg_errors.ts";
import type { Sql } from "../platform/sql.ts";
import { requireActive } from "../accounts/require_active.ts";
import { deleteFloorCandidates } from "../alerts/floor_candidate_store.ts";
import {
  deactivateCompiledRule,
  deleteMatchesOfRule,
  replaceAnchors,
  restartCompiledRule,
  updateCompiledRule,
} from "../alerts/rule_store.ts";
import { appendEvents } from "../events/append_events.ts";
import type { AppendedEvent, EventType } from "../events/schema.ts";
import { compileWatch, watchAnchors, watchSources } from "../matching/watch.ts";
import { tellUsers } from "../notifications/tell_users.ts";
import { subscribeToPolls } from "../polls/subscribe.ts";
import { alreadyWatched, type ReleaseDeps } from "./create_release.ts";
import { planReleasePolls } from "./plan_polls.ts";
import { labelOf, lacksMaster, queryOf, type UpdateRelease, type WatchReleaseRow } from "./schema.ts";
import { findRelease, lockRelease, updateReleaseRow } from "./store.ts";

/**
 * Changes a watch, all or nothing. A change of what it matches, or enabling, begins it anew: what is for sale then counts
 * as already for sale, and a backfill runs. A change to what it already is writes nothing.
 * @throws {DomainError} not_found for another user's watch, conflict when it becomes the same as another one, validation
 *   when it lacks its master
 */
export async function updateRelease(
  deps: ReleaseDeps,
  input: { user_id: string; id: string; changes: UpdateRelease },
): Promise<WatchReleaseRow> {
  let after: WatchReleaseRow | null = null;
  try {
    return await deps.sql.begin(async (tx) => {
      const before = await lockAndFind(tx, input);
      after = { ...before, ...withoutAbsent(input.changes) };
      const missing = lacksMaster(after);
      if (missing) throw invalidField(["body", "discogs_master_id"], missing);
      const events = eventsOf(before, after);
      if (events.length > 0) {
        await tellUsers(tx, await writeRelease(tx, deps, { before, after, events }), deps.clock.now());
      }
      return (await findRelease(tx, input))!;
    });
  } catch (error) {
    if (after && isUniqueViolation(error)) throw await alreadyWatched(deps.sql, after);
    throw error;
  }
}

/** Stops a watch; one that is stopped stays so, without a second event. */
export function disableRelease(
  deps: ReleaseDeps,
  input: { user_id: string; id: string },
): Promise<WatchReleaseRow> {
  return updateRelease(deps, { ...input, changes: { is_active: false } });
}

/** A user's watch. @throws {DomainError} not_found when he has none with this id */
export async function findReleaseOf(
  sql: Sql,
  query: { user_id: string; id: string },
): Promise<WatchReleaseRow> {
  const watch = await findRelease(sql, query);
  if (!watch) throw new DomainError("not_found", `Cannot find watch release ${query.id}`);
  return watch;
}

/** Locks a user's watch and gives it. @throws {DomainError} not_found, forbidden when his account is deactivated */
export async function lockAndFind(
  tx: Sql,
  query: { user_id: string; id: string },
): Promise<WatchReleaseRow> {
  await requireActive(tx, query.user_id);
  await lockRelease(tx, query);
  return await findReleaseOf(tx, query);
}

/** Absent is unchanged; null is written, because it clears. */
function withoutAbsent(changes: UpdateRelease): Partial<WatchReleaseRow> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

/** What a watch becomes, and which events say so. */
export interface ReleaseChange {
  before: WatchReleaseRow;
  after: WatchReleaseRow;
  events: EventType[];
  /** What is told of what is for sale already; absent: the best of it. */
  firstRun?: "none" | "top";
}

/** The events that tell a change; none: nothing changed. */
export function eventsOf(before: WatchReleaseRow, after: WatchReleaseRow): EventType[] {
  const content = (watch: WatchReleaseRow) =>
    canonicalJson({ ...queryOf(watch), title: watch.title, artist: watch.artist, year: watch.year });
  const events: EventType[] = content(before) === content(after) ? [] : ["WATCH_RELEASE_UPDATED"];
  if (before.is_active !== after.is_active) {
    events.push(after.is_active ? "WATCH_RELEASE_ENABLED" : "WATCH_RELEASE_DISABLED");
  }
  return events;
}

/**
 * Writes what a watch becomes, in the caller's transaction, which has locked it; gives the events appended. Polls first,
 * then the compiled rule: the order in which a running poll takes them.
 */
export async function writeRelease(
  tx: Sql,
  deps: Pick<ReleaseDeps, "clock" | "providers">,
  { before, after, events, firstRun = "top" }: ReleaseChange,
): Promise<AppendedEvent[]> {
  const now = deps.clock.now();
  const { compiled_rule_id: id, user_id } = before;
  const query = queryOf(after);
  const queryChanged = canonicalJson(queryOf(before)) !== canonicalJson(query);
  const enabled = after.is_active && !before.is_active;
  const beginsOrEnds = queryChanged || enabled || !after.is_active;
  await updateReleaseRow(tx, { ...after, now });
  const wanted = after.is_active ? planReleasePolls(deps.providers, after) : [];
  await subscribeToPolls(tx, { subscriber_id: id, user_id, wanted, keepCandidates: !beginsOrEnds, now });
  await updateCompiledRule(tx, { id, label: labelOf(after), first_run: firstRun });
  if (queryChanged || enabled) {
    await restartCompiledRule(tx, { id, query, active: after.is_active, now });
    if (queryChanged) await deleteMatchesOfRule(tx, id);
  } else if (!after.is_active) await deactivateCompiledRule(tx, id);
  if (beginsOrEnds) {
    await deleteFloorCandidates(tx, id);
    const source = { owner_kind: "watch_release", query } as const;
    const anchors = after.is_active ? watchAnchors(compileWatch(source)) : [];
    await replaceAnchors(tx, { id, user_id, sources: watchSources(source), anchors });
  }
  const drafts = events.map((type) => ({
    user_id,
    type,
    watch_release_id: after.id,
    payload: { name: labelOf(after) },
  }));
  return await appendEvents(tx, drafts, now);
}
