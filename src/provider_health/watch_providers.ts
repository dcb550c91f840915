import { addSeconds, type Clock } from "../platform/clock.ts";
import type { Sql } from "../platform/sql.ts";
import {
  findFailingPolls,
  listPolledSources,
  type PollOutcome,
  type ProviderSilence,
  readPollOutcomes,
  readSilence,
} from "../polls/silence_store.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import { type ProviderState, readProviderStates } from "../providers/state_store.ts";
import { applyPlan, listIncidents } from "./incident_store.ts";
import { judgePoll, judgeProvider, PATIENCE, WATCH_SECONDS } from "./judge_silence.ts";
import { type Incident, planIncidents, type Sign } from "./plan_incidents.ts";
import { type TellDeps, tellIncidents } from "./tell_incidents.ts";

/** A provider that answered within this is well enough not to look at its searches. */
const ANSWERED_LATELY_SECONDS = 60;
/** Searches that fail alone, looked at in one run; who waits longest comes first. */
const MAX_FAILING_POLLS = 500;

/** What watching over providers needs. */
export interface WatchDeps extends TellDeps {
  clock: Clock;
  providers: Pick<ProviderRegistry, "get" | "enabled" | "enabledFamilies">;
}

/**
 * Looks how the searches of every enabled provider and added source fare, notes what has failed for long and what is back, and tells who
 * has rules there. Safe to repeat and to run in several processes at once; what a crash left is told a minute later.
 */
export async function watchProviders(deps: WatchDeps): Promise<{ told_count: number }> {
  const now = deps.clock.now();
  const plan = await planNow(deps, now);
  if (Object.values(plan).some((list) => list.length > 0)) {
    await deps.sql.begin((tx) => applyPlan(tx, plan, now));
  }
  return { told_count: await tellIncidents(deps) };
}

async function planNow({ sql, providers }: WatchDeps, now: Date) {
  const sources = await listPolledSources(sql, providers.enabledFamilies());
  const enabled = [...providers.enabled().map(({ id }) => id), ...sources];
  const answeredAfter = addSeconds(now, -ANSWERED_LATELY_SECONDS);
  const silences = await readSilence(sql, { providers: enabled, answeredAfter, patience: PATIENCE });
  const failing = await findFailingPolls(sql, {
    providers: enabled,
    overdueBy: addSeconds(now, WATCH_SECONDS),
    patience: PATIENCE,
    limit: MAX_FAILING_POLLS,
  });
  const incidents = await listIncidents(sql);
  const states = await readStates(sql, { silences, incidents });
  const signOf = await readSigns(sql, { silences, incidents, states });
  const findings = [
    ...silences.flatMap((one) =>
      judgeProvider(one, { now, blockedUntil: states.get(one.provider)?.blocked_until ?? null }) ?? []
    ),
    ...failing.map(judgePoll),
  ];
  return planIncidents({ findings, incidents, signOf, now });
}

/** The state of each provider; nothing is read while all answer and no incident is open. */
async function readStates(
  sql: Sql,
  { silences, incidents }: { silences: readonly ProviderSilence[]; incidents: readonly Incident[] },
): Promise<Map<string, ProviderState>> {
  const isWell = incidents.length === 0 && silences.every(({ missing_since }) => missing_since === null);
  return new Map((isWell ? [] : await readProviderStates(sql)).map((one) => [one.provider, one]));
}

/** How the subjects of open incidents fare; nothing is read while there is none. */
async function readSigns(
  sql: Sql,
  { silences, incidents, states }: {
    silences: readonly ProviderSilence[];
    incidents: readonly Incident[];
    states: ReadonlyMap<string, ProviderState>;
  },
): Promise<(incident: Incident) => Sign> {
  const open = incidents.filter(({ state }) => state === "open");
  const pollIds = open.flatMap(({ poll_id }) => poll_id ?? []);
  const polls = pollIds.length > 0 ? await readPollOutcomes(sql, pollIds) : [];
  const facts = {
    silences: new Map(silences.map((one) => [one.provider, one])),
    polls: new Map(polls.map((one) => [one.id, one])),
  };
  return (incident) => {
    const silence = facts.silences.get(incident.provider);
    if (!silence) return "gone";
    return incident.poll_id === null
      ? signOfProvider(incident, silence, states.get(incident.provider))
      : signOfPoll(incident, facts.polls.get(incident.poll_id));
  };
}

/** A block that no success has lifted is a failure after whatever succeeded last. */
function signOfProvider(
  { since }: Incident,
  { answered_at, polls }: ProviderSilence,
  state: ProviderState | undefined,
): Sign {
  if (polls === 0) return "gone";
  const isBlocked = (state?.blocked_until ?? null) !== null;
  return answered_at !== null && answered_at > since && !isBlocked ? "answering" : "failing";
}

function signOfPoll({ since }: Incident, poll: PollOutcome | undefined): Sign {
  if (!poll?.is_live) return "gone";
  const hasAnswered = poll.last_success_at !== null && poll.last_success_at > since;
  return hasAnswered && !poll.is_failing ? "answering" : "failing";
}
