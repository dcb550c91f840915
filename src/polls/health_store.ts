/** How repeated searches fare, told of their subscribers. */
import type { Sql } from "../platform/sql.ts";

/** A user's live polls at one provider, counted. */
export interface PollCounts {
  provider: string;
  /** The strictest of them. */
  interval_seconds: number;
  active: number;
  due: number;
  late: number;
  failing: number;
  with_gap: number;
  last_gap_at: Date | null;
}

/** A user's live polls by provider: due now, late by more than their interval, failing, and with a gap in the last day. */
export function sumPollsOfUser(
  sql: Sql,
  { user_id, now }: { user_id: string; now: Date },
): Promise<PollCounts[]> {
  return sql<PollCounts>`
    select p.provider, min(p.interval_seconds)::int as interval_seconds, count(*) as active,
      count(*) filter (where p.next_poll_at <= ${now}) as due,
      count(*) filter (
        where p.next_poll_at + make_interval(secs => p.interval_seconds) < ${now}::timestamptz) as late,
      count(*) filter (where p.last_error_at > coalesce(p.last_success_at, '-infinity')) as failing,
      count(*) filter (where p.coverage_gap_at > ${now}::timestamptz - interval '1 day') as with_gap,
      max(p.coverage_gap_at) as last_gap_at
    from polls p
    where p.interval_seconds is not null and exists (
      select 1 from poll_subscriptions s where s.poll_id = p.id and s.user_id = ${user_id} and s.ended_at is null)
    group by p.provider
    order by p.provider`;
}
