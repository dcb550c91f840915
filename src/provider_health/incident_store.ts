/** Incidents of providers and of single searches: table provider_incidents. */
import type { Sql } from "../platform/sql.ts";
import { SHORTEST_SILENCE_SECONDS } from "./health_of.ts";
import { type Finding, WATCH_SECONDS } from "./judge_silence.ts";
import type { Incident, IncidentPlan } from "./plan_incidents.ts";

/** An incident that began so soon after the end of another is the same one, flapping. */
const FLAPPING_SECONDS = 2_700;

/** A failure that leaves the provider alone is suspected at once, a silence of any other cause so long after it began. */
const SUSPECTED_LATE_SECONDS = SHORTEST_SILENCE_SECONDS - WATCH_SECONDS;
const SUSPECTED_AT_ONCE: readonly Finding["cause"][] = [
  "rate_limited",
  "unavailable",
  "blocked",
  "unauthorized",
];

/** Incidents that are watched or open. */
export function listIncidents(sql: Sql): Promise<Incident[]> {
  return sql<Incident>`
    select id, provider, poll_id, state, suspected_at, seen_at, since, answering_since
    from provider_incidents where state in ('suspected', 'open') order by provider, id`;
}

/** Incidents with something to tell, by provider. */
export interface Unfinished {
  id: string;
  provider: string;
  poll_id: string | null;
  state: "open" | "recovered";
  cause: Finding["cause"];
  since: Date;
}

/** Incidents whose beginning or end concerns users. */
export function listUnfinished(sql: Sql): Promise<Unfinished[]> {
  return sql<Unfinished>`
    select id, provider, poll_id, state, cause, since
    from provider_incidents where state in ('open', 'recovered') order by provider, id`;
}

/** Writes a plan in the caller's transaction. What another process did first stays as it is. */
export async function applyPlan(tx: Sql, plan: IncidentPlan, now: Date): Promise<void> {
  if (plan.suspect.length > 0) await insertSuspicions(tx, plan.suspect, now);
  await tx`
    update provider_incidents set
      seen_at = ${now}, suspected_at = case when id = any(${plan.restart}::uuid[]) then ${now} else suspected_at end
    where id = any(${[...plan.seen, ...plan.restart]}::uuid[]) and state = 'suspected'`;
  await tx`delete from provider_incidents where id = any(${plan.drop}::uuid[]) and state = 'suspected'`;
  if (plan.open.length > 0) await openIncidents(tx, plan.open, now);
  await tx`
    update provider_incidents set answering_since = ${now}
    where id = any(${plan.answering}::uuid[]) and state = 'open' and answering_since is null`;
  await tx`
    update provider_incidents set answering_since = null
    where id = any(${plan.relapsed}::uuid[]) and state = 'open'`;
  await tx`
    update provider_incidents set state = 'recovered', recovered_at = ${now}
    where id = any(${plan.recovered}::uuid[]) and state = 'open'`;
  await tx`update provider_incidents set state = 'closed' where id = any(${plan.ended}::uuid[]) and state = 'open'`;
}

async function insertSuspicions(tx: Sql, findings: readonly Finding[], now: Date): Promise<void> {
  await tx`
    insert into provider_incidents (provider, poll_id, state, cause, since, suspected_at, seen_at)
    select provider, poll_id, 'suspected', cause, since, ${now}, ${now}
    from jsonb_to_recordset(${
    JSON.stringify(findings)
  }::text::jsonb) as r(provider text, poll_id uuid, cause text, since timestamptz)
    order by provider, poll_id
    on conflict (provider, poll_id) where state in ('suspected', 'open') do nothing`;
}

async function openIncidents(tx: Sql, opened: IncidentPlan["open"], now: Date): Promise<void> {
  const rows = await tx<{ id: string }>`
    update provider_incidents i set
      state = 'open', opened_at = ${now}, seen_at = ${now}, cause = r.cause, since = r.since
    from jsonb_to_recordset(${
    JSON.stringify(opened)
  }::text::jsonb) as r(id uuid, cause text, since timestamptz)
    where i.id = r.id and i.state = 'suspected'
    returning i.id`;
  if (rows.length > 0) await carryOver(tx, rows.map(({ id }) => id));
}

/** Whoever was told of the incident that ended just before is not told of its next outbreak. */
async function carryOver(tx: Sql, ids: readonly string[]): Promise<void> {
  await tx`
    with carried as (
      select i.id, b.id as before_id
      from provider_incidents i cross join lateral (
        select b.id from provider_incidents b
        where b.provider = i.provider and b.poll_id is not distinct from i.poll_id
          and b.state in ('recovered', 'closed')
          and b.recovered_at >= i.suspected_at - make_interval(secs => ${FLAPPING_SECONDS} + case
            when i.cause = any(${SUSPECTED_AT_ONCE}::text[]) then 0 else ${SUSPECTED_LATE_SECONDS}::int end)
        order by b.recovered_at desc limit 1
      ) b
      where i.id = any(${ids}::uuid[])
    ), closed as (
      update provider_incidents b set state = 'closed' from carried c where b.id = c.before_id
    )
    insert into provider_incident_users (incident_id, user_id, told_at, recovery_told_at)
    select c.id, t.user_id, t.told_at, t.recovery_told_at
    from carried c join provider_incident_users t on t.incident_id = c.before_id
    order by t.user_id
    on conflict (incident_id, user_id) do nothing`;
}

/** Locks those of these incidents that are in a state, to the end of the transaction, and gives their ids. */
export async function lockIncidents(
  tx: Sql,
  query: { ids: readonly string[]; state: Unfinished["state"] },
): Promise<string[]> {
  const rows = await tx<{ id: string }>`
    select id from provider_incidents
    where id = any(${query.ids}::uuid[]) and state = ${query.state} order by id for update`;
  return rows.map(({ id }) => id);
}

/** Everybody was told that these are over. */
export async function closeIncidents(tx: Sql, ids: readonly string[]): Promise<void> {
  await tx`
    update provider_incidents set state = 'closed' where id = any(${ids}::uuid[]) and state = 'recovered'`;
}

/** Forgets incidents that were over before `before`, or never opened to an end; gives how many. */
export async function pruneIncidents(sql: Sql, before: Date): Promise<number> {
  const rows = await sql`
    delete from provider_incidents
    where state = 'closed' and coalesce(recovered_at, seen_at) < ${before} returning id`;
  return rows.length;
}
