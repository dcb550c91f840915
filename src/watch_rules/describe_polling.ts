/** What is known of a rule's sources: how often its searches run, and why. */
import type { Clock } from "../platform/clock.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import {
  POLL_REASONS,
  type PollReason,
  type ProviderPolling,
  type RulePoll,
  type RulePolling,
} from "./polling_schema.ts";
import { sourceNotices, type SourcePolicy } from "./resolve_sources.ts";
import type { WatchRuleRow } from "./schema.ts";

/** What takes no longer than its interval by so much is on time: a run itself takes time, and looks come in steps. */
const TOLERANCE = 1.15;
const TOLERANCE_SECONDS = 15;

/** What is described: the rule, its polls, and who is there to be asked. */
export interface Described {
  sources: readonly string[];
  poll_interval_seconds: number;
  polls: readonly RulePoll[];
  providers: Pick<ProviderRegistry, "get" | "isEnabled">;
  now: Date;
}

/** What `toWatchRuleJson` tells beside the row. */
export function describeSources(
  deps: SourcePolicy & { clock: Clock },
  row: WatchRuleRow,
): { polling: RulePolling | null; notices: string[] } {
  const { providers, clock } = deps;
  const { query: { sources }, poll_interval_seconds } = row;
  const rule = { sources, poll_interval_seconds, polls: row.polls ?? [], providers, now: clock.now() };
  return {
    polling: row.is_active ? describePolling(rule) : null,
    notices: sourceNotices(deps, sources),
  };
}

/** Pure. The slowest search of each provider speaks for it, and the slowest provider for the rule. */
export function describePolling(rule: Described): RulePolling {
  const providers = rule.sources.map((source) => describeProvider(rule, source));
  const intervals = providers.flatMap(({ effective_interval_seconds: seconds }) => seconds ?? []);
  return {
    effective_interval_seconds: intervals.length > 0 ? Math.max(...intervals) : null,
    reason: worstOf(providers.map(({ reason }) => reason)),
    coverage_gap_at: latest(rule.polls.map((poll) => poll.coverage_gap_ms)),
    providers,
  };
}

function describeProvider(rule: Described, provider: string): ProviderPolling {
  const polls = rule.polls.filter((poll) => poll.provider === provider);
  const isEnabled = rule.providers.isEnabled(provider);
  if (!isEnabled || polls.length === 0) {
    return {
      provider,
      interval_seconds: null,
      effective_interval_seconds: null,
      reason: isEnabled ? "as_asked" : "provider_disabled",
      last_success_at: latest(polls.map((poll) => poll.last_success_ms)),
      next_poll_at: null,
    };
  }
  const hasQuota = (rule.providers.get(provider)?.capabilities.quota ?? null) !== null;
  return {
    provider,
    interval_seconds: Math.max(...polls.map((poll) => poll.asked_seconds)),
    effective_interval_seconds: Math.max(...polls.map((poll) => effectiveSeconds(poll, rule.now))),
    reason: worstOf(polls.map((poll) => reasonOf(poll, { rule, hasQuota }))),
    last_success_at: latest(polls.map((poll) => poll.last_success_ms)),
    next_poll_at: new Date(Math.min(...polls.map((poll) => poll.next_poll_ms))),
  };
}

/** What was measured; where a run is overdue, at least what it will have been. */
function effectiveSeconds(poll: RulePoll, now: Date): number {
  const late = poll.last_success_ms === null ? 0 : (now.getTime() - poll.next_poll_ms) / 1000;
  const measured = Math.max(poll.gap_seconds ?? 0, poll.interval_seconds + late);
  return Math.round(isStretched(measured, poll.interval_seconds) ? measured : poll.interval_seconds);
}

function reasonOf(poll: RulePoll, { rule, hasQuota }: { rule: Described; hasQuota: boolean }): PollReason {
  if (poll.is_blocked || poll.is_failing) return "backing_off";
  // A search shared with somebody stricter may be stretched and still run as often as this rule asks.
  if (isStretched(effectiveSeconds(poll, rule.now), Math.max(poll.asked_seconds, poll.interval_seconds))) {
    return hasQuota ? "quota" : "busy";
  }
  return poll.asked_seconds > rule.poll_interval_seconds ? "provider_minimum" : "as_asked";
}

function isStretched(seconds: number, interval: number): boolean {
  return seconds > Math.max(interval * TOLERANCE, interval + TOLERANCE_SECONDS);
}

function worstOf(reasons: readonly PollReason[]): PollReason {
  return POLL_REASONS.find((reason) => reasons.includes(reason)) ?? "as_asked";
}

function latest(times: readonly (number | null)[]): Date | null {
  const known = times.filter((at) => at !== null);
  return known.length > 0 ? new Date(Math.max(...known)) : null;
}
