/** Offers that are looked at one by one: table listing_checks. */
import { LEASE_SECONDS } from "../platform/lease.ts";
import type { Sql } from "../platform/sql.ts";

/** When a listing is to be looked at; `seen_at`: when it was last seen, as of this plan. */
export interface PlannedCheck {
  listing_id: string;
  provider: string;
  due_at: Date;
  seen_at: Date;
}

/** Plans a look at listings that have none planned; locks none that exist. */
export async function insertChecks(tx: Sql, rows: readonly PlannedCheck[]): Promise<void> {
  await tx`
    insert into listing_checks (listing_id, provider, due_at, seen_at)
    select listing_id, provider, due_at, seen_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(
      listing_id uuid, provider text, due_at timestamptz, seen_at timestamptz)
    order by listing_id
    on conflict do nothing`;
}

/**
 * Added sources that have checks due at `now`, at most `limit`, among the 200 that follow one chosen by chance; the first
 * follows the last. So each comes in its turn, whatever number of sources has checks, and no look is at all of them.
 */
export async function findCheckedSources(
  sql: Sql,
  { now, limit }: { now: Date; limit: number },
): Promise<string[]> {
  const rows = await sql<{ provider: string }>`
    with recursive begin as (
      (select provider from listing_checks where listing_id >= (select gen_random_uuid()) order by listing_id limit 1)
      union all
      (select provider from listing_checks order by listing_id limit 1)
      limit 1
    ), known as (
      select provider, provider as begin, 1 as step from begin
      union all
      select n.provider, k.begin, k.step + 1
      from known k cross join lateral (
        select coalesce(
          (select c.provider from listing_checks c where c.provider > k.provider order by c.provider limit 1),
          (select c.provider from listing_checks c order by c.provider limit 1)) as provider
        offset 0 -- or it is looked up once more for the condition
      ) n
      where k.step < 200 and n.provider <> k.begin
    )
    select provider from known
    where provider like '%:%' and (
      select c.due_at from listing_checks c
      where c.provider = known.provider and (c.lease_until is null or c.lease_until <= ${now})
      order by c.due_at limit 1
    ) <= ${now}
    order by step limit ${limit}`;
  return rows.map((row) => row.provider);
}

/** Which of these providers have no poll due at `now` and are not being left alone: they may be asked something else. */
export async function findIdleProviders(
  sql: Sql,
  { providers, now }: { providers: readonly string[]; now: Date },
): Promise<string[]> {
  const rows = await sql<{ provider: string }>`
    select provider from unnest(${providers}::text[]) as r(provider)
    where (
        select p.next_poll_at from polls p
        where p.provider = r.provider and p.interval_seconds is not null
        order by p.next_poll_at limit 1
      ) <= ${now} is not true
      and not exists (
        select 1 from provider_states s where s.provider = r.provider and s.blocked_until is not null)`;
  return rows.map((row) => row.provider);
}

/**
 * Claims up to `limit` of a provider's checks due at `now` for LEASE_SECONDS and raises their lease token, what was not
 * seen for longest first. `skip locked` keeps two dispatchers off one row; an expired lease is due again.
 */
export function claimDueChecks(
  sql: Sql,
  { provider, now, limit }: { provider: string; now: Date; limit: number },
): Promise<{ id: string; token: number }[]> {
  return sql<{ id: string; token: number }>`
    with due as (
      select listing_id from listing_checks
      where provider = ${provider} and due_at <= ${now} and (lease_until is null or lease_until <= ${now})
      order by due_at
      limit ${limit}
      for update skip locked
    )
    update listing_checks c
    set lease_until = ${now}::timestamptz + make_interval(secs => ${LEASE_SECONDS}), lease_token = c.lease_token + 1
    from due where c.listing_id = due.listing_id
    returning c.listing_id as id, c.lease_token as token`;
}

/** A claimed check with what is known of its listing. */
export interface ListingCheck {
  listing_id: string;
  provider: string;
  external_id: string;
  /** Null: its provider never said. */
  url: string | null;
  /** Those that are known to show it. */
  marketplaces: string[];
  status: "active" | "ended";
  observed_at: Date;
  expires_at: Date | null;
  seen_at: Date;
  failures: number;
  /** A rule that matched it is still active. */
  is_wanted: boolean;
}

/** Extends the lease and gives the check; null when the token is no longer the row's. */
export async function renewCheck(
  sql: Sql,
  row: { id: string; token: number; now: Date },
): Promise<ListingCheck | null> {
  const rows = await sql<ListingCheck>`
    update listing_checks c set lease_until = ${row.now}::timestamptz + make_interval(secs => ${LEASE_SECONDS})
    from listings l
    where c.listing_id = ${row.id} and c.lease_token = ${row.token} and c.lease_until is not null
      and l.id = c.listing_id
    returning c.listing_id, c.provider, l.external_id, l.url, l.marketplaces, l.status, l.observed_at, l.expires_at, c.seen_at,
      c.failures,
      exists (
        select 1 from matches m join compiled_rules r on r.id = m.compiled_rule_id
        where m.listing_id = c.listing_id and r.active) as is_wanted`;
  return rows[0] ?? null;
}

/** Plans the next look and gives the lease back; `failures`: how many in a row. False when the token is no longer the row's. */
export async function planCheck(
  sql: Sql,
  row: { id: string; token: number; due_at: Date; seen_at: Date; failures: number },
): Promise<boolean> {
  const rows = await sql`
    update listing_checks set
      due_at = ${row.due_at}, seen_at = ${row.seen_at}, failures = ${row.failures}, lease_until = null
    where listing_id = ${row.id} and lease_token = ${row.token} and lease_until is not null
    returning listing_id`;
  return rows.length === 1;
}

/** Ends the looking at a listing. False when the token is no longer the row's. */
export async function deleteCheck(sql: Sql, row: { id: string; token: number }): Promise<boolean> {
  const rows = await sql`
    delete from listing_checks where listing_id = ${row.id} and lease_token = ${row.token} and lease_until is not null
    returning listing_id`;
  return rows.length === 1;
}

/** Makes the looks at what the last complete sweep of a poll missed due at `now`. */
export async function hastenChecks(
  sql: Sql,
  { poll_id, now }: { poll_id: string; now: Date },
): Promise<void> {
  await sql`
    update listing_checks c set due_at = ${now}, seen_at = l.observed_at
    from poll_items i join listings l on l.id = i.listing_id
    where i.poll_id = ${poll_id} and i.missed_since is not null and c.listing_id = i.listing_id
      and l.status = 'active' and l.observed_at < i.missed_since and c.due_at > ${now} and c.failures = 0`;
}
