/** The counts of calls by scope: table provider_quotas. */
import type { Sql } from "../platform/sql.ts";
import type { QuotaCounts } from "./quota_count.ts";

/** What is known of a scope, and the database's time; `held_until`: the provider asked for no call before it. */
export interface QuotaRow {
  counts: QuotaCounts;
  held_until: Date | null;
  at: Date;
}

/**
 * Locks the counts of a scope to the end of the transaction, makes them where there are none, and gives the database's
 * time as it is with the lock got: takers wait for each other, and each counts at a time when the others are done.
 */
export async function lockQuota(tx: Sql, scope: string): Promise<QuotaRow> {
  const rows = await tx<QuotaRow>`
    insert into provider_quotas as q (scope, counts) values (${scope}, '{}')
    on conflict (scope) do update set scope = q.scope
    returning counts, held_until, clock_timestamp() as at`;
  return rows[0]!; // safe: an upsert gives its row
}

/** Writes the counts of a scope that this transaction has locked. */
export async function writeQuota(tx: Sql, scope: string, counts: QuotaCounts): Promise<void> {
  await tx`update provider_quotas set counts = ${JSON.stringify(counts)}::text::jsonb where scope = ${scope}`;
}

/** The counts of scopes, null: of all, and the database's time; scopes never called in are left out. */
export function readQuotas(
  sql: Sql,
  scopes: readonly string[] | null,
): Promise<(QuotaRow & { scope: string })[]> {
  return sql<QuotaRow & { scope: string }>`
    select scope, counts, held_until, clock_timestamp() as at
    from provider_quotas where ${scopes}::text[] is null or scope = any(${scopes}::text[])`;
}

/**
 * Lets nobody call in a scope for `seconds` from `at` on, null: from the database's time on; a later end that is noted
 * already stays.
 */
export async function holdQuota(
  sql: Sql,
  { scope, seconds, at }: { scope: string; seconds: number; at: Date | null },
): Promise<void> {
  await sql`
    insert into provider_quotas as q (scope, counts, held_until)
    values (${scope}, '{}', coalesce(${at}::timestamptz, clock_timestamp()) + make_interval(secs => ${seconds}))
    on conflict (scope) do update set held_until = greatest(q.held_until, excluded.held_until)`;
}

/** Lets callers in a scope in again that this transaction has locked. */
export async function endHold(tx: Sql, scope: string): Promise<void> {
  await tx`update provider_quotas set held_until = null where scope = ${scope}`;
}
