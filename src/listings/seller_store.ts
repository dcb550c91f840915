/** Sellers, who are people: the columns of table listings that say something of them. */
import type { Sql } from "../platform/sql.ts";

/**
 * Takes sellers out of a provider's listings, their name and their place, and gives how many listings had them. Names are
 * compared without regard to case. Locks in the order every ingest takes.
 */
export async function blankSellers(
  tx: Sql,
  { provider, names }: { provider: string; names: readonly string[] },
): Promise<number> {
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
