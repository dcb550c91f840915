import { addSeconds } from "../platform/clock.ts";
import { DomainError, errorText } from "../platform/errors.ts";
import { withHeartbeat } from "../platform/lease.ts";
import { holdAccount } from "../accounts/closing_store.ts";
import { requireActive } from "../accounts/require_active.ts";
import { isDatabaseAway, type Sql } from "../platform/sql.ts";
import { backoffSeconds } from "../providers/backoff.ts";
import { ProviderError } from "../providers/contract.ts";
import { QuotaEmptyError } from "../providers/quota.ts";
import { fetchList, storeList } from "./fetch_list.ts";
import { tellOfEnd, tellOfRevocation } from "./import_events.ts";
import type { ImportError, ImportJob } from "./import_schema.ts";
import { failImport, fenceImport, postponeImport, renewImport } from "./import_store.ts";
import { ListRefusedError, NotLinkedError, type ReadDeps, readPage } from "./read_page.ts";
import { deleteRows } from "./row_store.ts";
import { DISCOGS } from "./schema.ts";
import { type StoreDeps, storeGone, storePage } from "./store_page.ts";
import { lockLinkWith, markRevoked, stopSync } from "./store.ts";

/** What running an import needs. */
export type ImportDeps = ReadDeps & StoreDeps;

/** A job and the token by which it is held. */
interface HeldJob {
  job: ImportJob;
  token: number;
}

/** What one run came to; `dropped`: the row was not ours (any more), and nothing was written. */
export type ImportResult = "dropped" | "advanced" | "postponed" | "failed";

/** Calls that may fail in a row before the import does: by the back-off of providers that takes 17 hours. */
export const MAX_FAILURES = 8;

/**
 * Reads and stores one page of a claimed job. The page is read outside any transaction, and what it brings is committed
 * with where the job stands behind it: a crash at any place costs one call and loses or doubles nothing, and so does a run
 * that comes to nothing, which is logged.
 */
export async function runImport(deps: ImportDeps, row: { id: string; token: number }): Promise<ImportResult> {
  const job = await renewImport(deps.sql, { ...row, now: deps.clock.now() });
  if (!job) return "dropped";
  const held = { job, token: row.token };
  let isStoring = false;
  // While the page is stored its transaction holds the row: a renewal would wait for it.
  const renew = async () =>
    isStoring || await renewImport(deps.sql, { ...row, now: deps.clock.now() }) !== null;
  const result = await withHeartbeat({ renew }, async (signal): Promise<ImportResult> => {
    try {
      const store = await read(deps, job, signal);
      return await deps.sql.begin(async (tx) => {
        // The user before the job: whoever ends an account holds him, and then waits for the job.
        await requireActive(tx, job.user_id);
        if (!await fenceImport(tx, { ...row, now: deps.clock.now() })) return "dropped";
        isStoring = true;
        await store(tx);
        return "advanced";
      });
    } catch (error) {
      if (signal.aborted) return "dropped";
      if (isDatabaseAway(error)) throw error;
      return await settle(deps, held, error);
    }
  });
  if (result === "dropped") {
    deps.log.warn("import run came to nothing: its lease ran out, or the import is over", {
      import_job_id: job.id,
    });
  }
  return result;
}

/** Reads what is next and gives what stores it, in a transaction that has fenced the job. */
async function read(
  deps: ImportDeps,
  job: ImportJob,
  signal: AbortSignal,
): Promise<(tx: Sql) => Promise<void>> {
  switch (job.phase) {
    case "fetch": {
      const rows = await fetchList(deps, job, signal);
      return (tx) => storeList(tx, deps, { job, rows });
    }
    case "read": {
      const page = await readPage(deps, job, signal);
      return (tx) => storePage(tx, deps, { job, page });
    }
    case "gone":
      return (tx) => storeGone(tx, deps, job);
    default:
      return job.phase satisfies never;
  }
}

async function settle(deps: ImportDeps, held: HeldJob, error: unknown): Promise<ImportResult> {
  const { job: { id, failures }, token } = held;
  const now = deps.clock.now();
  if (error instanceof QuotaEmptyError) {
    const at = error.availableAt;
    return await postponeImport(deps.sql, { id, token, at, failures, now }) ? "postponed" : "dropped";
  }
  const reason = hopeless(error);
  if (reason !== null) {
    return await fail(deps, held, {
      error: reason,
      refused: error instanceof ListRefusedError ? error : null,
    });
  }
  const seconds = backoffSeconds(
    failures + 1,
    error instanceof ProviderError ? error.retryAfterSeconds : null,
  );
  const said = error instanceof ProviderError ? error.message : "Cannot store a page of the import";
  deps.log.warn("import failed, and is planned again", {
    import_job_id: id,
    error: errorText(error),
    failures: failures + 1,
    next_attempt_in_s: seconds,
  });
  if (failures + 1 >= MAX_FAILURES) {
    const last = entry("provider_failed", `${said}, ${MAX_FAILURES} times in a row`);
    return await fail(deps, held, { error: last, refused: null });
  }
  const at = addSeconds(now, seconds);
  return await postponeImport(deps.sql, { id, token, at, failures: failures + 1, now })
    ? "postponed"
    : "dropped";
}

/** Why trying again cannot help; null: it may. */
function hopeless(error: unknown): ImportError | null {
  if (error instanceof ListRefusedError) return entry(error.refusal.kind, error.message);
  if (error instanceof NotLinkedError) return entry("not_connected", error.message);
  // The account was switched off or deleted.
  return error instanceof DomainError ? entry("account_closed", error.message) : null;
}

function entry(code: string, message: string): ImportError {
  return { code, message, discogs_release_id: null, line: null };
}

/**
 * Ends a job, what it told of a withdrawn token included. `refused`: the list was, to a token; where its user has linked
 * anew meanwhile that says nothing of the new one, and the job goes on by it.
 */
function fail(
  deps: ImportDeps,
  { job, token }: HeldJob,
  { error, refused }: { error: ImportError; refused: ListRefusedError | null },
): Promise<ImportResult> {
  const now = deps.clock.now();
  const { id, user_id, failures } = job;
  return deps.sql.begin(async (tx) => {
    // The user before the job, as whoever ends his account does.
    if (!await holdAccount(tx, user_id) || !await fenceImport(tx, { id, token, now })) return "dropped";
    const account = { user_id, provider: DISCOGS };
    if (refused && !await lockLinkWith(tx, { ...account, token: refused.token })) {
      await postponeImport(tx, { id, token, at: now, failures, now });
      return "postponed";
    }
    await failImport(tx, { id, error, now });
    await deleteRows(tx, id);
    const isNews = error.code === "revoked" && await markRevoked(tx, { ...account, now });
    if (job.origin === "sync") await stopSync(tx, account);
    if (isNews) await tellOfRevocation(tx, job, now);
    await tellOfEnd(tx, job, { now, error });
    return "failed";
  });
}
