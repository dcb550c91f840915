/** What subscribers ask for by themselves, beside the floors of releases that were found for them. */
import type { Sql } from "../platform/sql.ts";
import type { WantedPoll } from "./schema.ts";
import { queryKeyOf } from "./subscribe.ts";

/** A poll that a subscriber asks for by itself, as often as it does. */
export interface LivePlan {
  subscriber_id: string;
  provider: string;
  query_key: string;
  interval_seconds: number;
  origin: string;
}

/** What these subscribers ask for now, by their ids; who asks for nothing is left out. */
export async function findPlans(
  sql: Sql,
  subscriberIds: readonly string[],
): Promise<Map<string, LivePlan[]>> {
  const rows = await sql<LivePlan>`
    select s.subscriber_id, p.provider, p.query_key, s.interval_seconds, s.origin
    from poll_subscriptions s join polls p on p.id = s.poll_id
    where s.subscriber_id = any(${subscriberIds}::uuid[]) and s.ended_at is null and s.origin <> 'candidate'`;
  return Map.groupBy(rows, (row) => row.subscriber_id);
}

/** Providers at which a subscriber ever had a poll of its own. */
export async function findPolledProviders(sql: Sql, subscriberId: string): Promise<string[]> {
  const rows = await sql<{ provider: string }>`
    select distinct p.provider from poll_subscriptions s join polls p on p.id = s.poll_id
    where s.subscriber_id = ${subscriberId} and s.origin <> 'candidate'`;
  return rows.map((row) => row.provider);
}

/**
 * Whether `plans` are exactly what is wanted, in query and interval. Those at providers that cannot be asked now stay as
 * they are until these can.
 */
export async function isPlanned(
  plans: readonly LivePlan[],
  { wanted, isEnabled }: { wanted: readonly WantedPoll[]; isEnabled: (provider: string) => boolean },
): Promise<boolean> {
  const asked = new Map(
    await Promise.all(
      wanted.map(async ({ provider, query, interval_seconds, origin = "plan" }) =>
        [`${provider} ${await queryKeyOf(query)}`, `${origin} ${interval_seconds}`] as const
      ),
    ),
  );
  const live = plans.filter(({ provider }) => isEnabled(provider));
  return live.length === asked.size &&
    live.every(({ provider, query_key, interval_seconds, origin }) =>
      asked.get(`${provider} ${query_key}`) === `${origin} ${interval_seconds}`
    );
}
