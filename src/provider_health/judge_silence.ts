/** What is wrong with a provider, or with one search, from how its polls fared. Pure. */
import { addSeconds } from "../platform/clock.ts";
import type { FailingPoll, Patience, ProviderSilence } from "../polls/silence_store.ts";
import type { ProviderErrorKind } from "../providers/contract.ts";
import { SHORTEST_SILENCE_SECONDS, silenceSeconds, SILENT_INTERVALS } from "./health_of.ts";

/** How long somebody waits in vain before it is an incident. */
export const PATIENCE: Patience = { intervals: SILENT_INTERVALS, shortestSeconds: SHORTEST_SILENCE_SECONDS };

/**
 * How long an incident is watched before anybody is told. After a pause of the whole service everything looks silent,
 * and the first minutes show that it is not; refused credentials may be exchanged in them.
 */
export const WATCH_SECONDS = 900;

/** Why: the kind of the newest failure, or `silent` where none failed and none succeeded. */
export type IncidentCause = ProviderErrorKind | "silent";

/** Something that is wrong now. */
export interface Finding {
  provider: string;
  /** The one search that fails; null: all of the provider's. */
  poll_id: string | null;
  cause: IncidentCause;
  since: Date;
  /** When it has lasted long enough to tell. */
  opens_at: Date;
}

/**
 * What is wrong with a provider; null: nothing, or not for long enough to watch it. One that is left alone after
 * failures, until `blockedUntil`, is watched at once. When nobody will ask it before the silence is too long, that is
 * known now, and told now: after the fifth failure in a row, which is 21.5 minutes after the first, it is left alone for
 * an hour. So nothing is told that would not be told later; whatever the fourth failure or an earlier one ends in may
 * still be a blip. Credentials that are refused do not mend by themselves.
 */
export function judgeProvider(
  silence: ProviderSilence,
  { now, blockedUntil }: { now: Date; blockedUntil: Date | null },
): Finding | null {
  const { provider, answered_at, interval_seconds: interval, missing_since, overdue_at } = silence;
  if (missing_since === null || overdue_at === null || interval === null) return null;
  const cause = causeOf(silence.last_error);
  const since = later(missing_since, answered_at);
  const tooLongAt = later(overdue_at, answered_at && addSeconds(answered_at, silenceSeconds(interval)));
  const isCertain = cause === "unauthorized" || (blockedUntil !== null && blockedUntil >= tooLongAt);
  const opens_at = isCertain ? addSeconds(since, WATCH_SECONDS) : tooLongAt;
  const isWatched = isCertain || blockedUntil !== null || addSeconds(opens_at, -WATCH_SECONDS) <= now;
  if (!isWatched) return null;
  return { provider, poll_id: null, cause, since, opens_at };
}

/** What is wrong with a search that fails alone. */
export function judgePoll(poll: FailingPoll): Finding {
  const { provider, poll_id, missing_since, overdue_at } = poll;
  return { provider, poll_id, cause: "bad_response", since: missing_since, opens_at: overdue_at };
}

const KINDS: readonly ProviderErrorKind[] = [
  "rate_limited",
  "unavailable",
  "blocked",
  "bad_response",
  "unauthorized",
];

/** Polls keep their error as "kind: message". */
function causeOf(error: string | null): IncidentCause {
  return KINDS.find((kind) => error?.startsWith(`${kind}:`)) ?? "silent";
}

function later(one: Date, other: Date | null): Date {
  return other !== null && other > one ? other : one;
}
