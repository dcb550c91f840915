/** What feeds' servers recognise an answer by, so that an unchanged one is not sent again: table feed_validators. */
import type { Sql } from "../../platform/sql.ts";
import type { ProviderId } from "../contract.ts";

/** What an answer was recognised by; at least one is there. */
export interface Validators {
  etag: string | null;
  last_modified: string | null;
  /** When the answer came. */
  fetched_at: Date;
}

/** What the adapter remembers between polls; shared by all processes. */
export interface FeedMemory {
  find(provider: ProviderId): Promise<Validators | null>;
  /** Null: the last answer carried none. */
  put(provider: ProviderId, validators: Validators | null): Promise<void>;
}

/** The memory in the database. */
export function openFeedMemory(sql: Sql): FeedMemory {
  return {
    find: (provider) => findValidators(sql, provider),
    put: (provider, validators) =>
      validators ? putValidators(sql, provider, validators) : deleteValidators(sql, provider),
  };
}

async function findValidators(sql: Sql, provider: ProviderId): Promise<Validators | null> {
  const rows = await sql<Validators>`
    select etag, last_modified, fetched_at from feed_validators where provider = ${provider}`;
  return rows[0] ?? null;
}

async function putValidators(sql: Sql, provider: ProviderId, validators: Validators): Promise<void> {
  const { etag, last_modified, fetched_at } = validators;
  await sql`
    insert into feed_validators (provider, etag, last_modified, fetched_at)
    values (${provider}, ${etag}, ${last_modified}, ${fetched_at})
    on conflict (provider) do update set
      etag = excluded.etag, last_modified = excluded.last_modified, fetched_at = excluded.fetched_at`;
}

async function deleteValidators(sql: Sql, provider: ProviderId): Promise<void> {
  await sql`delete from feed_validators where provider = ${provider}`;
}
