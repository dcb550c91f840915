import type { Sql } from "../platform/sql.ts";
import {
  deactivateRulesOfUser,
  deleteAnchorsOfUser,
  deleteFloorCandidatesOfUser,
  lockRulesOfUser,
} from "../alerts/closing_store.ts";
import { appendEvents } from "../events/append_events.ts";
import type { EventDraft } from "../events/schema.ts";
import { tellUsers } from "../notifications/tell_users.ts";
import { findPollsOfUser } from "../polls/store.ts";
import { unsubscribeUser } from "../polls/subscribe.ts";
import { labelOf } from "../watch_releases/schema.ts";
import { disableReleasesOfUser } from "../watch_releases/store.ts";
import { disableRulesOfUser } from "../watch_rules/store.ts";
import { RestartError } from "./restart.ts";

/**
 * Stops every rule and every watched release of a user whom the caller's transaction has locked, in a fixed number of
 * statements: polls first, then rules, then the log, as everybody takes them.
 * @throws {RestartError} when a poll was subscribed to meanwhile, which may not be locked after the rules
 */
export async function stopWatching(tx: Sql, input: { user_id: string; now: Date }): Promise<void> {
  const { user_id, now } = input;
  const rules = await disableRulesOfUser(tx, input);
  const releases = await disableReleasesOfUser(tx, input);
  await unsubscribeUser(tx, input);
  await lockRulesOfUser(tx, user_id);
  await deactivateRulesOfUser(tx, user_id);
  if ((await findPollsOfUser(tx, user_id)).length > 0) throw new RestartError();
  await deleteAnchorsOfUser(tx, user_id);
  await deleteFloorCandidatesOfUser(tx, user_id);
  const drafts: EventDraft[] = [
    ...rules.map(({ id, name }) => ({
      user_id,
      type: "RULE_DISABLED" as const,
      rule_id: id,
      payload: { name },
    })),
    ...releases.map((watch) => ({
      user_id,
      type: "WATCH_RELEASE_DISABLED" as const,
      watch_release_id: watch.id,
      payload: { name: labelOf(watch) },
    })),
  ];
  await tellUsers(tx, await appendEvents(tx, drafts, now), now);
}
