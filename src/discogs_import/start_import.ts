import type { Clock } from "../platform/clock.ts";
import { DomainError } from "../platform/errors.ts";
import type { Pool, Sql } from "../platform/sql.ts";
import { requireActive } from "../accounts/require_active.ts";
import { tellOfStart } from "./import_events.ts";
import type { ImportJob } from "./import_schema.ts";
import { askForImport, findImport, findRunningImport, insertImport } from "./import_store.ts";
import { DISCOGS } from "./schema.ts";
import { findLinkedAccount } from "./store.ts";

/** What starting an import needs. */
export interface StartDeps {
  sql: Pool;
  clock: Clock;
}

/** An import of lists of the linked account. */
export interface StartInput {
  user_id: string;
  import_scope: "wantlist" | "collection" | "both" | "list";
  /** Of scope `list`: its number at Discogs. */
  list_id?: number;
  origin: "user" | "sync";
}

/**
 * Starts an import, due at once; while one of the same scope runs that one is given.
 * @throws {DomainError} bad_request when no account is linked, forbidden when the user's own is deactivated
 */
export function startImport(deps: StartDeps, input: StartInput): Promise<ImportJob> {
  return deps.sql.begin(async (tx) => {
    await requireActive(tx, input.user_id);
    await requireLinked(tx, input.user_id);
    const { import_scope, list_id = 0 } = input;
    const source = import_scope === "both" ? "wantlist" : import_scope;
    const phase = import_scope === "list" ? "fetch" : "read";
    const job = { ...input, list_id, source, phase } as const;
    const begun = await begin(tx, job, deps.clock.now());
    // Now somebody waits for it.
    if (!begun.isNew && input.origin === "user") await askForImport(tx, begun.job.id);
    return begun.job;
  });
}

/** @throws {DomainError} bad_request when no account at Discogs is linked */
export async function requireLinked(tx: Sql, userId: string): Promise<void> {
  if (await findLinkedAccount(tx, { user_id: userId, provider: DISCOGS })) return;
  throw new DomainError("bad_request", "Cannot import from Discogs: no account is linked; connect one first");
}

/** Makes a job in the caller's transaction and notes it, or gives the one of its scope that runs. */
export async function begin(
  tx: Sql,
  job: Pick<ImportJob, "user_id" | "import_scope" | "list_id" | "origin" | "source" | "phase">,
  now: Date,
): Promise<{ job: ImportJob; isNew: boolean }> {
  const id = crypto.randomUUID();
  const wanted = { ...job, provider: DISCOGS };
  // The one that runs may end between the two looks: then there is room for a new one.
  for (;;) {
    if (await insertImport(tx, { ...wanted, id, now })) {
      const made = (await findImport(tx, { user_id: job.user_id, id }))!; // safe: just made
      await tellOfStart(tx, made, now);
      return { job: made, isNew: true };
    }
    const running = await findRunningImport(tx, wanted);
    if (running) return { job: running, isNew: false };
  }
}
