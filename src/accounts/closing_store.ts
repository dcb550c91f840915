/** The end of an account: users and what proves who they are; tables identity_tombstones and token_tombstones. */
import type { Sql } from "../platform/sql.ts";

/** First half of the advisory lock under which one account ends; the second is a hash of its id. */
const CLOSING_LOCK = 7_283_461;

/** How an account stands. */
export interface AccountState {
  is_active: boolean;
  /** Null: it is active, or somebody else switched it off. */
  deactivated_at: Date | null;
}

/**
 * How an account stands, kept so to the end of the transaction; null: there is none. Several may hold it at once, and
 * whoever deactivates waits for all of them.
 */
export async function holdAccount(tx: Sql, id: string): Promise<{ is_active: boolean } | null> {
  const rows = await tx<{ is_active: boolean }>`select is_active from users where id = ${id} for share`;
  return rows[0] ?? null;
}

/**
 * Of several ends of one account at once each waits for the one before. First of all: a deactivation locks the user before
 * his rules, a deletion behind them.
 */
export async function awaitTurnToClose(tx: Sql, userId: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(${CLOSING_LOCK}, hashtext(${userId}))`;
}

/** How an account stands, locked to the end of the transaction against every other change of it; null: there is none. */
export async function lockAccount(tx: Sql, id: string): Promise<AccountState | null> {
  const rows = await tx<AccountState>`
    select is_active, deactivated_at from users where id = ${id} for no key update`;
  return rows[0] ?? null;
}

/** Switches an account off; `at` is what its user is told. */
export async function markDeactivated(tx: Sql, user: { id: string; at: Date; now: Date }): Promise<void> {
  await tx`
    update users set is_active = false, deactivated_at = ${user.at}, updated_at = ${user.now} where id = ${user.id}`;
}

/** Ends the issuers' tokens of a user that were issued before `before`, and gives since when they are valid now. */
export async function endTokensBefore(
  tx: Sql,
  input: { user_id: string; before: Date },
): Promise<Date | null> {
  const rows = await tx<{ invalidate_before: Date }>`
    update users set invalidate_before = greatest(invalidate_before, ${input.before}::timestamptz)
    where id = ${input.user_id}
    returning invalidate_before`;
  return rows[0]?.invalidate_before ?? null;
}

/** Locks a user's identities to the end of the transaction, before the user: the order in which a token's e-mail is written. */
export async function lockIdentities(tx: Sql, userId: string): Promise<void> {
  await tx`select subject from identities where user_id = ${userId} order by issuer, subject for update`;
}

/**
 * Locks a user to the end of the transaction so that nothing can refer to him any more, after waiting for everything
 * that does; null: there is none.
 */
export async function lockUserForDeletion(tx: Sql, id: string): Promise<AccountState | null> {
  const rows = await tx<
    AccountState
  >`select is_active, deactivated_at from users where id = ${id} for update`;
  return rows[0] ?? null;
}

/** Remembers until `until` that the account of these identities was deleted; of a subject its SHA-256. */
export async function buryIdentities(tx: Sql, input: { user_id: string; until: Date }): Promise<void> {
  await tx`
    insert into identity_tombstones (issuer, subject_hash, until)
    select issuer, sha256(convert_to(subject, 'UTF8')), ${input.until} from identities where user_id = ${input.user_id}
    on conflict (issuer, subject_hash) do update set until = excluded.until`;
}

/** Remembers until `until` that these tokens and cookies were of an account that was deleted. */
export async function buryTokens(tx: Sql, input: { user_id: string; until: Date }): Promise<void> {
  await tx`
    insert into token_tombstones (token_hash, until)
    select token_hash, ${input.until}::timestamptz from api_tokens where user_id = ${input.user_id}
    union all
    select token_hash, ${input.until}::timestamptz from sessions where user_id = ${input.user_id}
    on conflict (token_hash) do update set until = excluded.until`;
}

/** Takes back the mails about an account that have not left: they hold no user, only his address. */
export async function deleteMailsToUser(tx: Sql, userId: string): Promise<void> {
  await tx`
    delete from account_mails m using users u
    where u.id = ${userId} and u.origin = 'local' and lower(m.email) = lower(u.email)`;
}

/** Removes a user and everything that refers to him. */
export async function deleteUser(tx: Sql, id: string): Promise<void> {
  await tx`delete from users where id = ${id}`;
}

/** Whether a token of this service was of an account that was deleted, as far as that is remembered at `now`. */
export async function hasTokenTombstone(
  sql: Sql,
  query: { token_hash: Uint8Array; now: Date },
): Promise<boolean> {
  const rows = await sql`
    select 1 from token_tombstones where token_hash = ${query.token_hash} and until > ${query.now}`;
  return rows.length === 1;
}

/** Forgets tombstones that ended before `before`; gives how many. */
export async function pruneTombstones(sql: Sql, before: Date): Promise<number> {
  const rows = await sql`
    with identities as (
      delete from identity_tombstones where until < ${before} returning 1
    ), tokens as (
      delete from token_tombstones where until < ${before} returning 1
    )
    select 1 from identities union all select 1 from tokens`;
  return rows.length;
}
