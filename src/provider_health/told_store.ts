/** Who was told of which incident: table provider_incident_users. */
import type { Sql } from "../platform/sql.ts";

/** A flapping provider that fails for so long after all is told of again. */
const TELL_AGAIN_SECONDS = 6 * 3_600;

/** A user with the incidents he is to be told of. */
export interface Concerned {
  user_id: string;
  incident_ids: string[];
}

/** Users with live searches in open incidents who were not told, at most `limit`. */
export function findUntold(
  tx: Sql,
  query: { ids: readonly string[]; now: Date; limit: number },
): Promise<Concerned[]> {
  return tx<Concerned>`
    select s.user_id, array_agg(distinct i.id) as incident_ids
    from provider_incidents i
    join polls p on p.provider = i.provider and (i.poll_id is null or p.id = i.poll_id)
      and p.interval_seconds is not null
    join poll_subscriptions s on s.poll_id = p.id and s.ended_at is null
    join users u on u.id = s.user_id and u.is_active
    left join provider_incident_users t on t.incident_id = i.id and t.user_id = s.user_id
    where i.id = any(${query.ids}::uuid[]) and (t.user_id is null or (t.recovery_told_at is not null
      and i.opened_at <= ${query.now}::timestamptz - make_interval(secs => ${TELL_AGAIN_SECONDS})))
    group by s.user_id order by s.user_id limit ${query.limit}`;
}

/** Users who were told of these incidents, not of their end, and still have a live search there; at most `limit`. */
export function findUntoldOfEnd(
  tx: Sql,
  query: { ids: readonly string[]; limit: number },
): Promise<Concerned[]> {
  return tx<Concerned>`
    select t.user_id, array_agg(distinct i.id) as incident_ids
    from provider_incidents i
    join provider_incident_users t on t.incident_id = i.id and t.recovery_told_at is null
    join users u on u.id = t.user_id and u.is_active
    where i.id = any(${query.ids}::uuid[]) and exists (
      select 1 from poll_subscriptions s join polls p on p.id = s.poll_id
      where s.user_id = t.user_id and s.ended_at is null and p.provider = i.provider
        and (i.poll_id is null or p.id = i.poll_id))
    group by t.user_id order by t.user_id limit ${query.limit}`;
}

/** Keeps these users from being deleted until the transaction ends; gives those who are there. */
export async function keepUsers(tx: Sql, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx<{ id: string }>`
    select id from users where id = any(${ids}::uuid[]) order by id for key share`;
  return new Set(rows.map(({ id }) => id));
}

/** Notes who was told of what. */
export async function markTold(tx: Sql, told: readonly Concerned[], now: Date): Promise<void> {
  const { users, incidents } = pairsOf(told);
  await tx`
    insert into provider_incident_users (incident_id, user_id, told_at)
    select incident_id, user_id, ${now} from unnest(${incidents}::uuid[], ${users}::uuid[]) as t(incident_id, user_id)
    order by incident_id, user_id
    on conflict (incident_id, user_id) do update set told_at = excluded.told_at, recovery_told_at = null`;
}

/** Notes who was told that it is over. */
export async function markEndTold(tx: Sql, told: readonly Concerned[], now: Date): Promise<void> {
  const { users, incidents } = pairsOf(told);
  await tx`
    update provider_incident_users u set recovery_told_at = ${now}
    from unnest(${incidents}::uuid[], ${users}::uuid[]) as t(incident_id, user_id)
    where u.incident_id = t.incident_id and u.user_id = t.user_id`;
}

/** A rule or release watch with a search in an incident, and how many its user has there. */
export interface ConcernedRule {
  user_id: string;
  kind: "watch_rule" | "watch_release";
  id: string;
  name: string;
  total: number;
}

/** The first `limit` rules and release watches of each user that have a live search in his incidents, by name. */
export function listConcernedRules(
  tx: Sql,
  query: { concerned: readonly Concerned[]; limit: number },
): Promise<ConcernedRule[]> {
  const { users, incidents } = pairsOf(query.concerned);
  return tx<ConcernedRule>`
    select user_id, kind, id, name, total from (
      select c.user_id, c.owner_kind as kind, c.owner_id as id, c.label as name,
        count(*) over (partition by c.user_id) as total,
        row_number() over (partition by c.user_id order by c.label, c.id) as place
      from (
        select distinct s.subscriber_id
        from unnest(${incidents}::uuid[], ${users}::uuid[]) as t(incident_id, user_id)
        join provider_incidents i on i.id = t.incident_id
        join poll_subscriptions s on s.user_id = t.user_id and s.ended_at is null
        join polls p on p.id = s.poll_id and p.provider = i.provider and (i.poll_id is null or p.id = i.poll_id)
      ) s
      join compiled_rules c on c.id = s.subscriber_id
    ) ranked
    where place <= ${query.limit}
    order by user_id, place`;
}

/** What these users call a source that they added, by user. */
export async function findSourceNames(
  tx: Sql,
  query: { provider: string; user_ids: readonly string[] },
): Promise<Map<string, string>> {
  const rows = await tx<{ user_id: string; name: string }>`
    select u.user_id, u.name from added_sources s join source_users u on u.source_id = s.id
    where s.provider = ${query.provider} and u.user_id = any(${query.user_ids}::uuid[])`;
  return new Map(rows.map((row) => [row.user_id, row.name]));
}

function pairsOf(concerned: readonly Concerned[]): { users: string[]; incidents: string[] } {
  const pairs = concerned.flatMap(({ user_id, incident_ids }) => incident_ids.map((id) => ({ user_id, id })));
  return { users: pairs.map((one) => one.user_id), incidents: pairs.map((one) => one.id) };
}
