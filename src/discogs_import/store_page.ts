import type { Clock } from "../platform/clock.ts";
import { ringDoorbell } from "../platform/doorbell.ts";
import type { Sql } from "../platform/sql.ts";
import { findPreferences } from "../accounts/profile_store.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import { disableImported, type ImportOutcome, importReleases } from "../watch_releases/import_releases.ts";
import { tellOfEnd } from "./import_events.ts";
import { type ImportedItem, type ImportError, type ImportJob, PAGE_ROWS } from "./import_schema.ts";
import { advanceImport, findImport, type ImportStep, nextPageNumber } from "./import_store.ts";
import {
  countUnseen,
  findItems,
  findWanted,
  type KnownItem,
  markGone,
  markMissed,
  upsertItems,
} from "./item_store.ts";
import type { WantedRelease } from "./list_row.ts";
import { afterPage, afterSource, isDoubtful } from "./next_step.ts";
import type { PageRead } from "./read_page.ts";
import { deleteRows } from "./row_store.ts";

/** What storing a page needs. */
export interface StoreDeps {
  clock: Clock;
  providers: ProviderRegistry;
}

/**
 * Stores a page in the caller's transaction, which has fenced the job: its releases as watches and items, and where the job
 * stands behind it; the same page again changes nothing but what changed at Discogs.
 */
export async function storePage(
  tx: Sql,
  deps: StoreDeps,
  { job, page }: { job: ImportJob; page: PageRead },
): Promise<void> {
  const now = deps.clock.now();
  const releases = page.rows.flatMap((row) => row.kind === "release" ? [row.release] : []);
  const errors = page.rows.flatMap((row) => row.kind === "bad" ? [row.error] : row.remarks);
  const bad = page.rows.length - releases.length;
  const number = await nextPageNumber(tx);
  const done = await importRows(tx, deps, { job, releases, number });
  const next = afterPage(job, {
    number,
    rows: page.rows.length,
    bad,
    total: page.total,
    isLast: page.isLast,
  });
  const counts = { pages: 1, processed: page.rows.length, removed: 0, ...done };
  await goOn(tx, { job, step: { id: job.id, now, next, errors, ...counts } });
}

/**
 * Stops the watches of releases that a whole reading no longer found, a page of them at a time; as `storePage`. Where
 * nobody asked for it and that would be most of the list nothing is stopped before another reading finds the same, and the
 * job says so.
 */
export async function storeGone(tx: Sql, deps: StoreDeps, job: ImportJob): Promise<void> {
  const now = deps.clock.now();
  const { user_id, source, list_id } = job;
  const unseen = { user_id, source, list_id, job_id: job.id, before: job.first_page_number };
  const nothing = { pages: 0, processed: 0, imported: 0, created: 0, updated: 0 };
  const count = await countUnseen(tx, unseen);
  if (isDoubtful(job, count)) {
    await markMissed(tx, { ...unseen, now });
    const step = {
      id: job.id,
      now,
      next: afterSource(job),
      removed: 0,
      errors: [doubtOf(count)],
      ...nothing,
    };
    return await goOn(tx, { job, step });
  }
  const gone = await markGone(tx, { ...unseen, limit: PAGE_ROWS, now });
  const wanted = await findWanted(tx, { user_id, discogs_release_ids: gone });
  const unwanted = gone.filter((id) => !wanted.has(id));
  const removed = source === "collection"
    ? 0
    : await disableImported(tx, deps, { user_id, discogs_release_ids: unwanted });
  const next = gone.length < PAGE_ROWS ? afterSource(job) : { ...job, status: "running" as const };
  await goOn(tx, { job, step: { id: job.id, now, next, removed, errors: [], ...nothing } });
}

function doubtOf({ held, missed }: { held: number; missed: number }): ImportError {
  const message = `Cannot believe that ${missed} of ${held} releases left the list: ` +
    "they stay watched until the next import finds the same";
  return { code: "list_shrank", message, discogs_release_id: null, line: null };
}

async function goOn(tx: Sql, { job, step }: { job: ImportJob; step: ImportStep }): Promise<void> {
  await advanceImport(tx, step);
  if (step.next.status === "completed") {
    await deleteRows(tx, job.id);
    const ended = (await findImport(tx, job))!; // safe: it is fenced
    await tellOfEnd(tx, ended, { now: step.now, error: null });
  }
  // The next page is due at once: whoever dispatches hears of it.
  await ringDoorbell(tx, [job.user_id]);
}

/** Makes watches and items of a page's releases and says what was new. */
async function importRows(
  tx: Sql,
  deps: StoreDeps,
  { job, releases, number }: { job: ImportJob; releases: readonly WantedRelease[]; number: number },
): Promise<Pick<ImportStep, "imported" | "created" | "updated">> {
  const { user_id, source, list_id } = job;
  // A collection holds a release as often as its owner has it.
  const once = [...new Map(releases.map((one) => [one.discogs_release_id, one])).values()];
  if (once.length === 0) return { imported: 0, created: 0, updated: 0 };
  const ids = once.map((one) => one.discogs_release_id);
  const known = new Map(
    (await findItems(tx, { user_id, source, list_id, discogs_release_ids: ids })).map((
      item,
    ) => [item.discogs_release_id, item]),
  );
  const news = once.filter((one) => saysSomethingNew(one, known.get(one.discogs_release_id)));
  const currency = (await findPreferences(tx, user_id))?.currency ?? "USD";
  // What one has is not looked for: it can be watched, and is not unless its owner says so.
  const is_active = source !== "collection";
  const watches = news.length === 0 ? new Map<number, ImportOutcome>() : await importReleases(tx, deps, {
    user_id,
    releases: news.map((one) => ({ ...one, currency, is_active })),
  });
  const items: ImportedItem[] = once.map((one) => ({
    ...one,
    source,
    list_id,
    watch_release_id: watches.get(one.discogs_release_id)?.watch_release_id ??
      known.get(one.discogs_release_id)!.watch_release_id, // safe: what is not new is known
  }));
  await upsertItems(tx, { user_id, job_id: job.id, page_number: number, items, now: deps.clock.now() });
  const outcomes = [...watches.values()].map(({ outcome }) => outcome);
  return {
    imported: once.filter((one) => known.get(one.discogs_release_id)?.last_job_id !== job.id).length,
    created: outcomes.filter((one) => one === "created").length,
    updated: outcomes.filter((one) => one === "changed").length,
  };
}

/** Whether a list says of a release what it did not say before: that it is there, or another fact. */
function saysSomethingNew(release: WantedRelease, known: KnownItem | undefined): boolean {
  if (known === undefined || !known.is_there) return true;
  return release.title !== known.title || release.artist !== known.artist || release.year !== known.year ||
    release.discogs_master_id !== known.discogs_master_id || release.target_price !== known.target_price ||
    release.min_condition !== known.min_condition;
}
