import { DomainError } from "../platform/errors.ts";
import type { Sql } from "../platform/sql.ts";
import {
  awaitTurnToClose,
  endTokensBefore,
  lockAccount,
  markDeactivated,
} from "../accounts/closing_store.ts";
import { endAccess } from "../accounts/end_access.ts";
import { endSessionsOfUser } from "../accounts/session_store.ts";
import { endImports } from "../discogs_import/forget_imports.ts";
import { DISCOGS } from "../discogs_import/schema.ts";
import { stopSync } from "../discogs_import/store.ts";
import { suppressUnsent } from "../notifications/suppress_unsent.ts";
import { afterTokensOf, type ClosingDeps } from "./log_out.ts";
import { withRestarts } from "./restart.ts";
import { stopWatching } from "./stop_watching.ts";

/** An ordinary account takes milliseconds, 50,000 events about 6 s, a thousand rules under one: room for fifty times as much. */
export const CLOSING_DEADLINE_MS = 5 * 60_000;

/**
 * Switches an account off, all or nothing: its rules and watches stop, what has not left stays here, sessions and
 * issuers' tokens end, open streams close. Nothing is deleted; an operator can switch it on again, and its user then the
 * rules he wants. Again changes nothing and gives the first time.
 * @throws {DomainError} unauthorized when the account is gone
 */
export function deactivateAccount(deps: ClosingDeps, userId: string): Promise<{ deactivated_at: Date }> {
  const work = async (tx: Sql) => {
    const now = deps.clock.now();
    const deactivated_at = await switchOff(tx, { user_id: userId, now });
    if (!deactivated_at) {
      throw new DomainError("unauthorized", "Cannot deactivate this account: it was deleted");
    }
    await endSessionsOfUser(tx, { user_id: userId, now });
    return { deactivated_at };
  };
  return withRestarts(() => endAccess(deps, userId, work, { deadlineMs: CLOSING_DEADLINE_MS }));
}

/** As `deactivateAccount`, in the caller's transaction and without ending the sessions; null: the account is gone. */
export async function switchOff(tx: Sql, input: { user_id: string; now: Date }): Promise<Date | null> {
  const { user_id, now } = input;
  await awaitTurnToClose(tx, user_id);
  const account = await lockAccount(tx, user_id);
  if (!account) return null;
  await endImports(tx, { ...input, message: "Cannot go on with the import: the account was deactivated" });
  await stopSync(tx, { user_id, provider: DISCOGS });
  await stopWatching(tx, input);
  await suppressUnsent(tx, input);
  await endTokensBefore(tx, { user_id, before: afterTokensOf(now) });
  const at = account.deactivated_at ?? now;
  await markDeactivated(tx, { id: user_id, at, now });
  return at;
}
