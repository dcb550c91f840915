import { DomainError } from "../platform/errors.ts";
import { findCompiledRule } from "../alerts/rule_store.ts";
import { claimPoll } from "../polls/claim_store.ts";
import { findPollsOfSubscriber } from "../polls/store.ts";
import type { RunReport } from "./dev_schema.ts";
import { type PollDeps, runPoll } from "./run_poll.ts";

/**
 * Runs the polls of a rule at once, due or not, at most `limit` of them.
 * @throws {DomainError} not_found for another user's rule, conflict while a worker runs one of its polls,
 *   provider_failed when a provider fails
 */
export async function runRuleNow(
  deps: PollDeps,
  input: { user_id: string; rule_id: string; limit: number },
): Promise<RunReport> {
  const rule = await findCompiledRule(deps.sql, { kind: "watch_rule", id: input.rule_id });
  if (rule?.user_id !== input.user_id) {
    throw new DomainError("not_found", `Cannot find watch rule ${input.rule_id}`);
  }
  const report: RunReport = {
    rule_id: input.rule_id,
    fetched: 0,
    listings_created: 0,
    snapshots_created: 0,
    matches_created: 0,
  };
  for (const poll of (await findPollsOfSubscriber(deps.sql, rule.id)).slice(0, input.limit)) {
    const claim = await claimPoll(deps.sql, { id: poll.id, now: deps.clock.now() });
    const result = claim ? await runPoll(deps, claim) : { kind: "dropped" } as const;
    if (result.kind === "dropped") {
      throw new DomainError(
        "conflict",
        `Cannot run watch rule ${input.rule_id}: a worker is running its ${poll.provider} poll now`,
      );
    }
    if (result.kind === "postponed") {
      throw new DomainError(
        "unavailable",
        `Cannot run watch rule ${input.rule_id}: the calls to ${poll.provider} are used up until ${result.until.toISOString()}`,
      );
    }
    if (result.kind === "failed") {
      throw new DomainError(
        "provider_failed",
        `Cannot run watch rule ${input.rule_id}: ${poll.provider} answered ${result.error}`,
      );
    }
    report.fetched += result.fetched;
    report.listings_created += result.created;
    report.snapshots_created += result.observed;
    report.matches_created += result.matches;
  }
  return report;
}
