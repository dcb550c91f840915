/** Sources of the whole installation: the entries of SHARED_SOURCES, and what is found behind their addresses. */
import { addSeconds, type Clock } from "../platform/clock.ts";
import { DomainError, errorText } from "../platform/errors.ts";
import { hostOf } from "../platform/http_redact.ts";
import type { Log } from "../platform/log.ts";
import type { Pool, Sql } from "../platform/sql.ts";
import { storableTextOrNull } from "../platform/text.ts";
import type { FoundSource } from "../providers/added_source.ts";
import { backoffSeconds } from "../providers/backoff.ts";
import { type InspectDeps, inspectSource } from "./inspect_source.ts";
import { MAX_NAME_LENGTH } from "./schema.ts";
import type { SharedSource } from "./shared_schema.ts";
import {
  claimDueShared,
  deleteRetiredShared,
  type DueShared,
  insertUsersWithRules,
  lockShared,
  markSharedFailed,
  markSharedFound,
  putSharedSources,
  retireSharedSources,
  settleSharedConfig,
} from "./shared_store.ts";
import { deleteUnusedSources, lockSource, putSource } from "./store.ts";

/** How long an address is in one process's hands: several times what looking behind it may take. */
const CLAIM_SECONDS = 120;
/** How long after its entry a source is let go: a rule that was saved in that moment names it by then. */
const RETIRE_SECONDS = 60;

/**
 * Makes the entries those that are shared. Nobody is asked: what is behind a new address `findSharedSources` finds, and
 * what has no entry any more is let go there. Any number of processes may do it at once.
 */
export async function declareSharedSources(
  deps: { sql: Pool; clock: Clock; log: Log },
  entries: readonly SharedSource[],
): Promise<void> {
  const now = deps.clock.now();
  const retired = await deps.sql.begin(async (tx) => {
    await putSharedSources(tx, { entries, now });
    return await retireSharedSources(tx, { urls: entries.map(({ url }) => url), now });
  });
  if (entries.length + retired > 0) deps.log.info("shared sources", { shared: entries.length, retired });
}

/**
 * Looks behind the addresses that are new, changed or failed before, all at once, and lets go what is shared no more. What
 * fails is logged and comes again, by the back-off of providers; it never throws for it.
 */
export async function findSharedSources(deps: InspectDeps): Promise<{ found: number; failed: number }> {
  await letRetiredGo(deps);
  const now = deps.clock.now();
  const due = await claimDueShared(deps.sql, { now, until: addSeconds(now, CLAIM_SECONDS) });
  const outcomes = await Promise.all(due.map((entry) => findOne(deps, entry)));
  const found = outcomes.filter((isFound) => isFound).length;
  return { found, failed: due.length - found };
}

async function findOne(deps: InspectDeps, entry: DueShared): Promise<boolean> {
  try {
    const found = await inspectSource(deps, { url: entry.url, kind: entry.kind, user_id: null });
    await share(deps, { entry, found });
    return true;
  } catch (error) {
    const message = error instanceof DomainError ? error.message : errorText(error);
    const check_at = addSeconds(deps.clock.now(), backoffSeconds(entry.failures + 1, null));
    deps.log.warn("shared source not found", { host: hostOf(entry.url), error: message, check_at });
    await markSharedFailed(deps.sql, { url: entry.url, error: message, check_at });
    return false;
  }
}

async function share(
  deps: { sql: Pool; clock: Clock },
  { entry, found }: { entry: SharedSource; found: FoundSource },
): Promise<void> {
  const now = deps.clock.now();
  const { provider, kind, url, currency, artist_from, artist_guess = null } = found;
  await deps.sql.begin(async (tx) => {
    const before = await lockShared(tx, entry.url);
    if (!before) return;
    const id = await putSource(tx, {
      id: crypto.randomUUID(),
      provider,
      kind,
      url,
      currency,
      artist_from,
      artist_guess,
      now,
    });
    if (id === null) {
      throw new DomainError("conflict", `Cannot share ${provider}: another address has its id`);
    }
    await settleSharedConfig(tx, { ...entry, id, now });
    const name = storableTextOrNull(found.name, MAX_NAME_LENGTH) ?? provider;
    await markSharedFound(tx, { url: entry.url, source_id: id, name });
    const { source_id } = before;
    if (source_id !== null && source_id !== id) await letGo(tx, { id: source_id, name: entry.name, now });
  });
}

async function letRetiredGo(deps: { sql: Pool; clock: Clock }): Promise<void> {
  const now = deps.clock.now();
  await deps.sql.begin(async (tx) => {
    for (const { source_id: id, name } of await deleteRetiredShared(tx, addSeconds(now, -RETIRE_SECONDS))) {
      if (id !== null) await letGo(tx, { id, name, now });
    }
  });
}

/** Those whose rules name it go on with it as with their own; without any it goes. */
async function letGo(tx: Sql, source: { id: string; name: string | null; now: Date }): Promise<void> {
  await lockSource(tx, source.id);
  await insertUsersWithRules(tx, source);
  await deleteUnusedSources(tx, [source.id]);
}
