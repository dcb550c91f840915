import type { Sql } from "../platform/sql.ts";

/** How many of a user's active rules name each provider; providers that none names are left out. */
export async function countRulesByProvider(sql: Sql, userId: string): Promise<Map<string, number>> {
  const rows = await sql<{ provider: string; rule_count: number }>`
    select s.provider, count(*)::int as rule_count
    from watch_rules r cross join jsonb_array_elements_text(r.query -> 'sources') as s(provider)
    where r.user_id = ${userId} and r.is_active
    group by s.provider`;
  return new Map(rows.map((row) => [row.provider, row.rule_count]));
}
