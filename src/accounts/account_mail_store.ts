import { LEASE_SECONDS } from "../platform/lease.ts";
import type { Sql } from "../platform/sql.ts";

/** What a mail about an account is for; stored, never renamed. */
export type AccountMailKind = "verify_email" | "register_again" | "already_registered" | "reset_password";

/** A claimed mail. */
export interface AccountMailRow {
  id: string;
  kind: AccountMailKind;
  email: string;
  attempts: number;
}

/** Plans a mail that is due at once. */
export async function insertAccountMail(
  tx: Sql,
  mail: { kind: AccountMailKind; email: string; now: Date },
): Promise<void> {
  await tx`
    insert into account_mails (kind, email, next_attempt_at, created_at)
    values (${mail.kind}, ${mail.email}, ${mail.now}, ${mail.now})`;
}

/** Takes back the mails to an address that ask for its confirmation and have not been taken. */
export async function deleteVerifyingMails(tx: Sql, email: string): Promise<void> {
  await tx`
    delete from account_mails
    where lower(email) = lower(${email}) and kind in ('verify_email', 'register_again')`;
}

/**
 * Claims up to `limit` mails due at `now` for LEASE_SECONDS and raises their lease token.
 * `skip locked` keeps two dispatchers off one mail; an expired lease is due again.
 */
export function claimDueAccountMails(
  sql: Sql,
  options: { now: Date; limit: number },
): Promise<{ id: string; token: number }[]> {
  return sql<{ id: string; token: number }>`
    with due as (
      select id from account_mails
      where next_attempt_at <= ${options.now} and (lease_until is null or lease_until <= ${options.now})
      order by next_attempt_at
      limit ${options.limit}
      for update skip locked
    )
    update account_mails m
    set lease_until = ${options.now}::timestamptz + make_interval(secs => ${LEASE_SECONDS}), lease_token = m.lease_token + 1
    from due where m.id = due.id
    returning m.id, m.lease_token as token`;
}

/** When the next mail is to be tried; null: none waits. */
export async function nextAccountMailDueAt(sql: Sql): Promise<Date | null> {
  const rows = await sql<{ due_at: Date | null }>`
    select min(greatest(next_attempt_at, lease_until)) as due_at from account_mails`;
  return rows[0]?.due_at ?? null;
}

/** Extends the lease of a mail and gives it; null when the token is no longer its, or it is gone. */
export async function renewAccountMail(
  sql: Sql,
  row: { id: string; token: number; now: Date },
): Promise<AccountMailRow | null> {
  const rows = await sql<AccountMailRow>`
    update account_mails set lease_until = ${row.now}::timestamptz + make_interval(secs => ${LEASE_SECONDS})
    where id = ${row.id} and lease_token = ${row.token}
    returning id, kind, email, attempts`;
  return rows[0] ?? null;
}

/** Locks the mail while the token is still its; false: somebody else has it or it was taken back, write nothing. */
export async function fenceAccountMail(tx: Sql, row: { id: string; token: number }): Promise<boolean> {
  const rows = await tx`
    select id from account_mails where id = ${row.id} and lease_token = ${row.token} for update`;
  return rows.length === 1;
}

/** Removes a mail that was taken, is not wanted any more, or was given up. */
export async function deleteAccountMail(tx: Sql, id: string): Promise<void> {
  await tx`delete from account_mails where id = ${id}`;
}

/** Plans the next attempt and gives the lease back. */
export async function postponeAccountMail(
  tx: Sql,
  row: { id: string; attempts: number; next_attempt_at: Date },
): Promise<void> {
  await tx`
    update account_mails set attempts = ${row.attempts}, next_attempt_at = ${row.next_attempt_at}, lease_until = null
    where id = ${row.id}`;
}

/** Forgets mails asked for before `before`, which nobody sent; gives how many. */
export async function pruneAccountMails(sql: Sql, before: Date): Promise<number> {
  const rows = await sql`delete from account_mails where created_at < ${before} returning id`;
  return rows.length;
}
