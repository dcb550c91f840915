/** What becomes of incidents, from what is wrong now. Pure. */
import { addSeconds } from "../platform/clock.ts";
import { type Finding, WATCH_SECONDS } from "./judge_silence.ts";

/** An incident that nobody looked at for so long is suspected anew: the service may have stood still. */
export const UNWATCHED_SECONDS = 300;
/** How long a provider has to answer again before that is told: one success between failures is no recovery. */
export const HOLD_SECONDS = 600;

/** An incident that is not over. */
export interface Incident {
  id: string;
  provider: string;
  poll_id: string | null;
  state: "suspected" | "open";
  suspected_at: Date;
  seen_at: Date;
  since: Date;
  answering_since: Date | null;
}

/** How the subject of an open incident fares: `gone` is nobody asks there any more. */
export type Sign = "answering" | "failing" | "gone";

/** What is to be written; ids are of incidents. */
export interface IncidentPlan {
  suspect: Finding[];
  /** Still suspected. */
  seen: string[];
  /** Suspected from now on only. */
  restart: string[];
  open: { id: string; cause: string; since: Date }[];
  /** Suspected without reason. */
  drop: string[];
  answering: string[];
  relapsed: string[];
  recovered: string[];
  /** Over without a word. */
  ended: string[];
}

/** The next step of every incident. A search that fails alone is no news while its whole provider does. */
export function planIncidents(
  input: {
    findings: readonly Finding[];
    incidents: readonly Incident[];
    signOf: (incident: Incident) => Sign;
    now: Date;
  },
): IncidentPlan {
  const { incidents, signOf, now } = input;
  const plan = emptyPlan();
  const down = new Set(
    [...input.findings, ...incidents.filter(({ state }) => state === "open")]
      .filter(({ poll_id }) => poll_id === null).map(({ provider }) => provider),
  );
  const findings = new Map(
    input.findings.filter((one) => one.poll_id === null || !down.has(one.provider)).map((
      one,
    ) => [keyOf(one), one]),
  );
  for (const incident of incidents) {
    const finding = findings.get(keyOf(incident)) ?? null;
    findings.delete(keyOf(incident));
    if (incident.state === "suspected") planSuspected(plan, { incident, finding, now });
    else planOpen(plan, { incident, sign: signOf(incident), now });
  }
  plan.suspect.push(...findings.values());
  return plan;
}

function planSuspected(
  plan: IncidentPlan,
  { incident, finding, now }: { incident: Incident; finding: Finding | null; now: Date },
): void {
  const { id, suspected_at, seen_at } = incident;
  if (finding === null) plan.drop.push(id);
  else if (addSeconds(seen_at, UNWATCHED_SECONDS) < now) plan.restart.push(id);
  else if (finding.opens_at <= now && addSeconds(suspected_at, WATCH_SECONDS) <= now) {
    plan.open.push({ id, cause: finding.cause, since: finding.since });
  } else plan.seen.push(id);
}

function planOpen(
  plan: IncidentPlan,
  { incident, sign, now }: { incident: Incident; sign: Sign; now: Date },
): void {
  const { id, answering_since: since } = incident;
  if (sign === "gone") plan.ended.push(id);
  else if (sign === "failing") {
    if (since !== null) plan.relapsed.push(id);
  } else if (since === null) plan.answering.push(id);
  else if (addSeconds(since, HOLD_SECONDS) <= now) plan.recovered.push(id);
}

function keyOf({ provider, poll_id }: { provider: string; poll_id: string | null }): string {
  return `${provider} ${poll_id ?? ""}`;
}

function emptyPlan(): IncidentPlan {
  return {
    suspect: [],
    seen: [],
    restart: [],
    open: [],
    drop: [],
    answering: [],
    relapsed: [],
    recovered: [],
    ended: [],
  };
}
