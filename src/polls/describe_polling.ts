/** How often the searches of a watch really run, and why. Pure. */
import type { ProviderRegistry } from "../providers/registry.ts";
import {
  POLL_REASONS,
  type Polling,
  type PollReason,
  type ProviderPolling,
  type WatchedPoll,
} from "./polling_schema.ts";

/** What takes no longer than its interval by so much is on time: a run itself takes time, and looks come in steps. */
const TOLERANCE = 1.15;
const TOLERANCE_SECONDS = 15;

/** What is described: the watch, its polls, and who is there to be asked. */
export interface Described {
  sources: readonly string[];
  /** Null: it names none, and is searched for as often as each provider lets it. */
  poll_interval_seconds: number | null;
  polls: readonly WatchedPoll[];
  providers: Pick<ProviderRegistry, "get" | "isEnabled">;
  now: Date;
}

/** Pure. The slowest search of each provider speaks for it, and the slowest provider for the watch. */
export function describePolling(watch: Described): Polling {
  const providers = watch.sources.map((source) => describeProvider(watch, source));
  const intervals = providers.flatMap(({ effective_interval_seconds: seconds }) => seconds ?? []);
  return {
    effective_interval_seconds: intervals.length > 0 ? Math.max(...intervals) : null,
    reason: worstOf(providers.map(({ reason }) => reason)),
    coverage_gap_at: latest(watch.polls.map((poll) => poll.coverage_gap_ms)),
    providers,
  };
}

function describeProvider(watch: Described, provider: string): ProviderPolling {
  const polls = watch.polls.filter((poll) => poll.provider === provider);
  const isEnabled = watch.providers.isEnabled(provider);
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
  const hasQuota = (watch.providers.get(provider)?.capabilities.quota ?? null) !== null;
  return {
    provider,
    interval_seconds: Math.max(...polls.map((poll) => poll.asked_seconds)),
    effective_interval_seconds: Math.max(...polls.map((poll) => effectiveSeconds(poll, watch.now))),
    reason: worstOf(polls.map((poll) => reasonOf(poll, { watch, hasQuota }))),
    last_success_at: latest(polls.map((poll) => poll.last_success_ms)),
    next_poll_at: new Date(Math.min(...polls.map((poll) => poll.next_poll_ms))),
  };
}

/** What was measured; where a run is overdue, at least what it will have been. */
function effectiveSeconds(poll: WatchedPoll, now: Date): number {
  const late = poll.last_success_ms === null ? 0 : (now.getTime() - poll.next_poll_ms) / 1000;
  const measured = Math.max(poll.gap_seconds ?? 0, poll.interval_seconds + late);
  return Math.round(isStretched(measured, poll.interval_seconds) ? measured : poll.interval_seconds);
}

function reasonOf(
  poll: WatchedPoll,
  { watch, hasQuota }: { watch: Described; hasQuota: boolean },
): PollReason {
  if (poll.is_blocked || poll.is_failing) return "backing_off";
  // A search shared with somebody stricter may be stretched and still run as often as this watch asks.
  if (isStretched(effectiveSeconds(poll, watch.now), Math.max(poll.asked_seconds, poll.interval_seconds))) {
    return hasQuota ? "quota" : "busy";
  }
  return poll.asked_seconds > (watch.poll_interval_seconds ?? 0) ? "provider_minimum" : "as_asked";
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
