import { deleteCompiledRule } from "../alerts/rule_store.ts";
import { appendEvents } from "../events/append_events.ts";
import { tellUsers } from "../notifications/tell_users.ts";
import { subscribeToPolls } from "../polls/subscribe.ts";
import type { RuleDeps } from "./create_rule.ts";
import { deleteRuleRow } from "./store.ts";
import { lockAndFind } from "./update_rule.ts";

/**
 * Removes a rule with its index rows and matches. What the user was told stays, so that another rule does not tell it
 * again. @throws {DomainError} not_found for another user's rule
 */
export async function deleteRule(deps: RuleDeps, input: { user_id: string; id: string }): Promise<void> {
  const now = deps.clock.now();
  await deps.sql.begin(async (tx) => {
    const rule = await lockAndFind(tx, input);
    const subscriber = { subscriber_id: rule.compiled_rule_id, user_id: input.user_id };
    await subscribeToPolls(tx, {
      ...subscriber,
      wanted: [],
      now,
    });
    await deleteCompiledRule(tx, rule.compiled_rule_id);
    await deleteRuleRow(tx, input.id);
    const event = {
      user_id: input.user_id,
      type: "RULE_DELETED",
      rule_id: input.id,
      payload: { name: rule.name },
    } as const;
    await tellUsers(tx, await appendEvents(tx, [event], now), now);
  });
}
