/** Sellers, who are people: what table listings says of them, and table closed_sellers. */
import type { Sql } from "../platform/sql.ts";

/** Names of a provider's sellers; compared without regard to case. */
export interface Sellers {
  provider: string;
  names: readonly string[];
}

/**
 * Takes sellers out of a provider's listings, their name and their place, and gives how many listings had them. Locks in
 * the order every ingest takes.
 */
export async function blankSellers(tx: Sql, { provider, names }: Sellers): Promise<number> {
  const rows = await tx`
    with theirs as (
      select id from listings
      where provider = ${provider} and seller is not null
        and lower(seller) in (select lower(name) from unnest(${names}::text[]) as n(name))
      order by provider, external_id
      for update
    )
    update listings l set seller = null, location = null from theirs t where l.id = t.id
    returning l.id`;
  return rows.length;
}

/** Notes that sellers are not to be kept until then, without their names. */
export async function insertClosedSellers(tx: Sql, sellers: Sellers & { until: Date }): Promise<void> {
  await tx`
    insert into closed_sellers as c (provider, name_hash, until)
    select distinct ${sellers.provider}, sha256(convert_to(${sellers.provider} || ':' || lower(name), 'UTF8')), ${sellers.until}::timestamptz
    from unnest(${sellers.names}::text[]) as n(name)
    order by 2
    on conflict (provider, name_hash) do update set until = greatest(c.until, excluded.until)`;
}

/** Which of these sellers are not to be kept at `now`. */
export async function findClosedSellers(sql: Sql, sellers: Sellers & { now: Date }): Promise<Set<string>> {
  const rows = await sql<{ name: string }>`
    select n.name
    from unnest(${sellers.names}::text[]) as n(name)
    join closed_sellers c on c.provider = ${sellers.provider}
      and c.name_hash = sha256(convert_to(${sellers.provider} || ':' || lower(n.name), 'UTF8'))
    where c.until > ${sellers.now}`;
  return new Set(rows.map((row) => row.name));
}

/** Forgets sellers that need not be known any more at `now`; gives how many. */
export async function pruneClosedSellers(sql: Sql, now: Date): Promise<number> {
  const rows = await sql`delete from closed_sellers where until <= ${now} returning provider`;
  return rows.length;
}
