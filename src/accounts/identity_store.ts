import type { Sql } from "../platform/sql.ts";

/** A user as an issuer knows him. */
export interface Identity {
  issuer: string;
  subject: string;
}

/** What a request has to know of the user behind an identity. */
export interface IdentityUser {
  user_id: string;
  is_active: boolean;
  email: string;
  email_verified: boolean;
  /** Null: none of his tokens was ended. */
  invalidate_before: Date | null;
  /** When the token was issued whose e-mail the account has; null: it had none. */
  claims_at: Date | null;
}

/** The user behind an identity and his state; null: this identity has no account. */
export async function findIdentityUser(sql: Sql, identity: Identity): Promise<IdentityUser | null> {
  const rows = await sql<IdentityUser>`
    select i.user_id, u.is_active, u.email, u.email_verified, u.invalidate_before, i.claims_at
    from identities i join users u on u.id = i.user_id
    where i.issuer = ${identity.issuer} and i.subject = ${identity.subject}`;
  return rows[0] ?? null;
}

/**
 * Makes the account of an identity, with default preferences, where it has none; of two callers at once one makes it
 * and the other waits. `user_id` is only a wish: where another account has it, the new one gets an id of its own.
 * Without an e-mail the address is one that nobody can receive at.
 */
export async function insertIdentityUser(
  tx: Sql,
  input: Identity & {
    user_id: string;
    email: string | null;
    email_verified: boolean;
    claims_at: Date | null;
    now: Date;
  },
): Promise<void> {
  await tx`
    with identity as (
      insert into identities (issuer, subject, user_id, claims_at, created_at)
      values (${input.issuer}, ${input.subject},
        coalesce((select gen_random_uuid() from users where id = ${input.user_id}), ${input.user_id}),
        ${input.claims_at}, ${input.now})
      on conflict (issuer, subject) do nothing
      returning user_id
    ), made as (
      insert into users (id, origin, email, email_verified, created_at, updated_at)
      select user_id, 'issuer', coalesce(${input.email}, user_id || '@users.invalid'), ${input.email_verified}::boolean,
        ${input.now}::timestamptz, ${input.now}::timestamptz
      from identity
    )
    insert into preferences (user_id) select user_id from identity`;
}

/** Whether this identity's account was deleted for good and its tokens may still be valid at `now`. */
export async function hasTombstone(
  sql: Sql,
  query: { issuer: string; subject_hash: Uint8Array; now: Date },
): Promise<boolean> {
  const rows = await sql`
    select 1 from identity_tombstones
    where issuer = ${query.issuer} and subject_hash = ${query.subject_hash} and until > ${query.now}`;
  return rows.length === 1;
}

/** Writes the e-mail of a token that is newer than the one the account's e-mail came with. */
export async function updateIdentityEmail(
  sql: Sql,
  input: Identity & { email: string; email_verified: boolean; claims_at: Date; now: Date },
): Promise<void> {
  await sql`
    with newer as (
      update identities set claims_at = ${input.claims_at}
      where issuer = ${input.issuer} and subject = ${input.subject}
        and (claims_at is null or claims_at < ${input.claims_at})
      returning user_id
    )
    update users set email = ${input.email}, email_verified = ${input.email_verified}, updated_at = ${input.now}
    from newer where users.id = newer.user_id`;
}
