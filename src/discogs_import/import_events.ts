/** What a user is told of his imports. */
import type { Sql } from "../platform/sql.ts";
import { appendEvents } from "../events/append_events.ts";
import type { EventDraft } from "../events/schema.ts";
import { tellUsers } from "../notifications/tell_users.ts";
import type { ImportError, ImportJob } from "./import_schema.ts";

/** What is told behind the reason for which lists are not read by themselves any more. */
const SYNC_STOPPED = ". They are not read by themselves any more until you switch that on again";

/** Notes that an import began that its user started. */
export async function tellOfStart(tx: Sql, job: ImportJob, now: Date): Promise<void> {
  if (job.origin === "sync") return;
  const draft = draftOf(job, "IMPORT_STARTED", { title: `Import of ${nameOf(job)} started` });
  await tellUsers(tx, await appendEvents(tx, [draft], now), now);
}

/**
 * Tells how an import ended; `error`: why it failed. One that began by itself is told of only where it failed, and stands
 * in the log only where it changed something: it runs every hour.
 */
export async function tellOfEnd(
  tx: Sql,
  job: ImportJob,
  { now, error }: { now: Date; error: ImportError | null },
): Promise<void> {
  if (error !== null) {
    const text = error.message + (job.origin === "sync" ? SYNC_STOPPED : "");
    const draft = draftOf(job, "IMPORT_FAILED", { title: `Import of ${nameOf(job)} failed`, text });
    const events = await appendEvents(tx, [draft], now);
    // Nobody waits for it, and that the token is refused was told already.
    if (job.origin === "sync" && error.code === "revoked") return;
    return await tellUsers(tx, events, now);
  }
  const changes = job.created_count + job.updated_count + job.removed_count;
  if (job.origin === "sync" && changes === 0) return;
  const draft = draftOf(job, "IMPORT_COMPLETED", {
    title: `Import of ${nameOf(job)} is complete`,
    text: summaryOf(job),
  });
  const events = await appendEvents(tx, [draft], now);
  if (job.origin === "user") await tellUsers(tx, events, now);
}

/** Tells that the marketplace no longer takes a user's token, which this job found out. */
export async function tellOfRevocation(tx: Sql, { user_id, origin }: ImportJob, now: Date): Promise<void> {
  const notice = {
    user_id,
    type: "SERVICE_NOTICE" as const,
    payload: {
      notice: "discogs_revoked",
      title: "Discogs no longer accepts the link to your account",
      text:
        "You, or Discogs, withdrew the access token. Private lists cannot be read until you connect again" +
        (origin === "sync" ? SYNC_STOPPED : "."),
    },
  };
  await tellUsers(tx, await appendEvents(tx, [notice], now), now);
}

function draftOf(
  job: ImportJob,
  type: "IMPORT_STARTED" | "IMPORT_COMPLETED" | "IMPORT_FAILED",
  said: { title: string; text?: string },
): EventDraft {
  return { user_id: job.user_id, type, payload: { import_job_id: job.id, ...said } };
}

function nameOf({ import_scope, list_id }: ImportJob): string {
  switch (import_scope) {
    case "wantlist":
      return "your Discogs wantlist";
    case "collection":
      return "your Discogs collection";
    case "both":
      return "your Discogs wantlist and collection";
    case "list":
      return `Discogs list ${list_id}`;
    case "csv":
      return "a file from Discogs";
    default:
      return import_scope satisfies never;
  }
}

function summaryOf(job: ImportJob): string {
  const parts = [
    `${job.imported_count} ${job.imported_count === 1 ? "release" : "releases"}`,
    `${job.created_count} new`,
    job.updated_count > 0 ? `${job.updated_count} changed` : null,
    job.removed_count > 0 ? `${job.removed_count} no longer watched` : null,
    job.error_count > 0 ? `${job.error_count} not understood` : null,
  ];
  const [first] = job.errors;
  return parts.filter((part) => part !== null).join(", ") + (first ? `. The first: ${first.message}` : "");
}
