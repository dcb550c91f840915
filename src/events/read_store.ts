import type { PageRequest } from "../platform/paging.ts";
import type { Sql } from "../platform/sql.ts";
import type { LoggedEvent } from "./schema.ts";

/** Which events of a user: all, or those of one kind, or about one rule. */
export interface EventFilter {
  user_id: string;
  type: string | null;
  rule_id: string | null;
}

/**
 * A user's log, newest first, with what providers said; one row more than the page's limit when there is more. What a
 * provider's terms do not let us show at `now` is null; what is left when it is blanked is free.
 */
export function listEvents(
  sql: Sql,
  query: EventFilter & { page: PageRequest; now: Date },
): Promise<LoggedEvent[]> {
  const after = query.page.after;
  return sql<LoggedEvent>`
    select e.id, e.user_id, e.seq, e.type, e.rule_id, e.watch_release_id, e.listing_id, e.payload, e.created_at,
      c.provider, c.title, c.url, c.image_url, c.price_minor, c.currency, c.previous_price_minor, c.previous_currency,
      c.for_sale_count, c.shipping_minor, c.ends_at, c.condition, c.observed_at
    from events e
    left join event_content c on c.event_id = e.id and (c.expires_at is null or c.expires_at > ${query.now} or c.blanked_at is not null)
    where e.user_id = ${query.user_id}
      and (e.created_at, e.id) < (
        coalesce(${after?.created_at ?? null}::timestamptz, 'infinity'),
        coalesce(${after?.id ?? null}::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
      and (${query.type}::text is null or e.type = ${query.type})
      and (${query.rule_id}::uuid is null or e.rule_id = ${query.rule_id})
    order by e.created_at desc, e.id desc
    limit ${query.page.limit + 1} offset ${query.page.offset}`;
}
