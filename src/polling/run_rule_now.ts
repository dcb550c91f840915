import type { Clock } from "../platform/clock.ts";
import { DomainError } from "../platform/errors.ts";
import { type CompiledRuleWithQuery, findCompiledRule, takeRunByHand } from "../alerts/rule_store.ts";
import { claimPoll } from "../polls/claim_store.ts";
import type { Poll } from "../polls/schema.ts";
import { findPollsOfSubscriber } from "../polls/store.ts";
import type { QuotaUse } from "../providers/quota_count.ts";
import type { RunReport } from "./dev_schema.ts";
import { type PollDeps, type PollResult, runPoll } from "./run_poll.ts";

/** How often a user may run one of his rules by hand. */
export const RUN_BY_HAND_SECONDS = 60;

/** Most searches of one run by hand: people wait for it. */
const MAX_POLLS_BY_HAND = 10;

/** Whose rule. */
export interface RuleOf {
  user_id: string;
  rule_id: string;
}

/**
 * Runs the polls of a rule at once, due or not, at most `limit` of them.
 * @throws {DomainError} not_found for another user's rule, conflict while a worker runs one of its polls or its provider
 *   is disabled or left alone, rate_limited without a call left, provider_failed when a provider fails
 */
export async function runRuleNow(deps: PollDeps, input: RuleOf & { limit: number }): Promise<RunReport> {
  const rule = await findRuleOf(deps, input);
  const { report, refused } = await runPolls(deps, { rule, limit: input.limit, use: "poll" });
  if (refused[0]) throw refused[0];
  return report;
}

/**
 * Runs a user's rule at once, for him who waits: with the calls that are left for people, once in RUN_BY_HAND_SECONDS.
 * `not_run` says which searches could not run, and why.
 * @throws {DomainError} as `runRuleNow` when none of its searches ran, rate_limited when he ran it just now, conflict
 *   when it is stopped
 */
export async function runRuleByHand(
  deps: PollDeps,
  input: RuleOf,
): Promise<RunReport & { not_run: string[] }> {
  const rule = await findRuleOf(deps, input);
  if (!rule.active) {
    throw new DomainError("conflict", `Cannot run watch rule ${input.rule_id}: it is stopped`);
  }
  const now = deps.clock.now();
  const leftSeconds = await takeRunByHand(deps.sql, { id: rule.id, now, everySeconds: RUN_BY_HAND_SECONDS });
  if (leftSeconds !== null) {
    throw new DomainError(
      "rate_limited",
      `Cannot run watch rule ${input.rule_id}: it was run by hand within the last ${RUN_BY_HAND_SECONDS} s`,
      { limit: { scope: "run_rule", retry_after_seconds: leftSeconds } },
    );
  }
  const run = await runPolls(deps, { rule, limit: MAX_POLLS_BY_HAND, use: "search" });
  if (run.completed === 0 && run.refused[0]) throw run.refused[0];
  return { ...run.report, not_run: run.refused.map(({ message }) => message) };
}

async function findRuleOf(deps: PollDeps, { user_id, rule_id }: RuleOf): Promise<CompiledRuleWithQuery> {
  const rule = await findCompiledRule(deps.sql, { kind: "watch_rule", id: rule_id });
  if (rule?.user_id === user_id) return rule;
  throw new DomainError("not_found", `Cannot find watch rule ${rule_id}`);
}

async function runPolls(
  deps: PollDeps,
  { rule, limit, use }: { rule: CompiledRuleWithQuery; limit: number; use: QuotaUse },
): Promise<{ report: RunReport; completed: number; refused: DomainError[] }> {
  const report: RunReport = {
    rule_id: rule.owner_id,
    fetched: 0,
    listings_created: 0,
    snapshots_created: 0,
    matches_created: 0,
  };
  const refused: DomainError[] = [];
  let completed = 0;
  for (const poll of (await findPollsOfSubscriber(deps.sql, rule.id)).slice(0, limit)) {
    // Its failure would be noted of the provider, and hold it up once it has its credentials again.
    const why = deps.providers.disabledReason(poll.provider);
    if (why !== null) {
      const text = `Cannot run watch rule ${rule.owner_id}: ${poll.provider} is disabled, ${why}`;
      refused.push(new DomainError("conflict", text));
      continue;
    }
    const claim = await claimPoll(deps.sql, { id: poll.id, now: deps.clock.now() });
    const result = claim ? await runPoll(deps, claim, { use }) : { kind: "dropped" } as const;
    if (result.kind !== "completed") {
      refused.push(refusalOf(result, { rule_id: rule.owner_id, poll, clock: deps.clock }));
      continue;
    }
    completed++;
    report.fetched += result.fetched;
    report.listings_created += result.created;
    report.snapshots_created += result.observed;
    report.matches_created += result.matches;
  }
  return { report, completed, refused };
}

function refusalOf(
  result: Exclude<PollResult, { kind: "completed" }>,
  { rule_id, poll, clock }: { rule_id: string; poll: Poll; clock: Clock },
): DomainError {
  const doing = `Cannot run watch rule ${rule_id}`;
  switch (result.kind) {
    case "dropped":
      return new DomainError("conflict", `${doing}: a worker is running its ${poll.provider} poll now`);
    case "failed":
      return new DomainError("provider_failed", `${doing}: ${poll.provider} answered ${result.error}`);
    case "postponed": {
      const until = result.until.toISOString();
      if (result.why === "backing_off") {
        const text = `${doing}: after a failure ${poll.provider} is left alone until ${until}`;
        return new DomainError("conflict", text);
      }
      const seconds = Math.ceil((result.until.getTime() - clock.now().getTime()) / 1000);
      const text = `${doing}: the calls to ${poll.provider} are used up until ${until}`;
      return new DomainError("rate_limited", text, {
        limit: { scope: poll.provider, retry_after_seconds: Math.max(1, seconds) },
      });
    }
    default:
      return result satisfies never;
  }
}
