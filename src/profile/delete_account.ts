import { addSeconds } from "../platform/clock.ts";
import { DomainError } from "../platform/errors.ts";
import type { Sql } from "../platform/sql.ts";
import {
  awaitTurnToClose,
  buryIdentities,
  buryTokens,
  deleteMailsToUser,
  deleteUser,
  lockIdentities,
  lockUserForDeletion,
} from "../accounts/closing_store.ts";
import { endAccess } from "../accounts/end_access.ts";
import { lockPreferences } from "../accounts/profile_store.ts";
import { lockAlertStatesOfUser, lockRulesOfUser } from "../alerts/closing_store.ts";
import { lockEventHead } from "../events/store.ts";
import { lockChannels } from "../notifications/channel_store.ts";
import { lockDeliveriesOfUser } from "../notifications/closing_store.ts";
import { findPollsOfUser } from "../polls/store.ts";
import { removeSourcesOfUser } from "../sources/change_source.ts";
import { CLOSING_DEADLINE_MS, switchOff } from "./deactivate_account.ts";
import type { ClosingDeps } from "./log_out.ts";
import { RestartError, withRestarts } from "./restart.ts";

/** The longest life of an issuer's token that we reckon with; the usual is an hour. */
const LONGEST_TOKEN_SECONDS = 30 * 86_400;

/**
 * Deletes an account for good, active or deactivated. First it is switched off in a transaction of its own, so that no
 * poll is locked while a large account is deleted and nothing begins for it any more; its sessions stay until the second
 * transaction, which deletes everything at once. After a crash between the two the same request goes on.
 * @throws {DomainError} not_found when there is no such account
 */
export function deleteAccount(deps: ClosingDeps, userId: string): Promise<{ deleted_at: Date }> {
  const limit = { deadlineMs: CLOSING_DEADLINE_MS };
  return withRestarts(async () => {
    const now = deps.clock.now();
    const isThere = await endAccess(deps, userId, (tx) => switchOff(tx, { user_id: userId, now }), limit);
    if (!isThere) throw gone();
    await endAccess(deps, userId, (tx) => deleteAll(tx, { user_id: userId, now }), limit);
    return { deleted_at: now };
  });
}

async function deleteAll(tx: Sql, { user_id, now }: { user_id: string; now: Date }): Promise<void> {
  await lockEverything(tx, user_id);
  const until = addSeconds(now, LONGEST_TOKEN_SECONDS);
  await buryIdentities(tx, { user_id, until });
  await buryTokens(tx, { user_id, until });
  await deleteMailsToUser(tx, user_id);
  await removeSourcesOfUser(tx, user_id);
  await deleteUser(tx, user_id);
}

/**
 * Locks what others lock too, in the order in which a publish, a change of preferences and a delivery take it; the
 * cascade then waits for nobody. The user comes after the rules and what he was told: until then a publish may refer to
 * him, and from then on it finds him gone.
 */
async function lockEverything(tx: Sql, userId: string): Promise<void> {
  await awaitTurnToClose(tx, userId);
  await lockIdentities(tx, userId);
  await lockRulesOfUser(tx, userId);
  await lockAlertStatesOfUser(tx, userId);
  const account = await lockUserForDeletion(tx, userId);
  if (!account) throw gone();
  // Somebody switched it on again, or a poll was subscribed to, which only the first transaction can undo.
  if (account.is_active || (await findPollsOfUser(tx, userId)).length > 0) throw new RestartError();
  await lockPreferences(tx, userId);
  await lockEventHead(tx, userId);
  await lockChannels(tx, userId);
  await lockDeliveriesOfUser(tx, userId);
}

function gone(): DomainError {
  return new DomainError("not_found", "Cannot delete this account: it was deleted already");
}
