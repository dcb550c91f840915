import type { Sql } from "../platform/sql.ts";

/** A user who logs in here, by his address. */
export interface LocalUser {
  id: string;
  email: string;
  email_verified: boolean;
  display_name: string | null;
  is_active: boolean;
}

/** Who logs in here with an address, however it is capitalised; null: nobody. Never a user of an issuer. */
export async function findLocalUser(sql: Sql, email: string): Promise<LocalUser | null> {
  const rows = await sql<LocalUser>`
    select id, email, email_verified, display_name, is_active from users
    where lower(email) = lower(${email}) and origin = 'local'`;
  return rows[0] ?? null;
}

/** As `findLocalUser`, and locks the user to the end of the transaction. */
export async function lockLocalUser(tx: Sql, email: string): Promise<LocalUser | null> {
  const rows = await tx<LocalUser>`
    select id, email, email_verified, display_name, is_active from users
    where lower(email) = lower(${email}) and origin = 'local' for no key update`;
  return rows[0] ?? null;
}

/** A user who logs in here; null: there is none with this id, or an issuer's. */
export async function findLocalUserById(sql: Sql, id: string): Promise<LocalUser | null> {
  const rows = await sql<LocalUser>`
    select id, email, email_verified, display_name, is_active from users where id = ${id} and origin = 'local'`;
  return rows[0] ?? null;
}

/** Makes a user with an unverified address and default preferences; null: somebody logs in with this address. */
export async function insertLocalUser(
  tx: Sql,
  user: { email: string; display_name: string | null; now: Date },
): Promise<string | null> {
  const rows = await tx<{ id: string }>`
    with made as (
      insert into users (email, email_verified, display_name, created_at, updated_at)
      values (${user.email}, false, ${user.display_name}, ${user.now}, ${user.now})
      on conflict (lower(email)) where origin = 'local' do nothing
      returning id
    ), prefs as (
      insert into preferences (user_id) select id from made
    )
    select id from made`;
  return rows[0]?.id ?? null;
}

/** Writes that mail reaches a user at his address. */
export async function setEmailVerified(tx: Sql, user: { id: string; now: Date }): Promise<void> {
  await tx`update users set email_verified = true, updated_at = ${user.now} where id = ${user.id} and not email_verified`;
}

/** What logging in has to know of whoever has an address here. */
export interface LoginUser extends LocalUser {
  /** Null: he has no password. */
  password_hash: string | null;
  password_changed_at: Date | null;
  /** The browser logged in to this account before. */
  is_known_device: boolean;
}

/** Who logs in here with an address, what his password is kept as, and whether he knows the device; null: nobody. */
export async function findLoginUser(
  sql: Sql,
  query: { email: string; device_hash: Uint8Array | null },
): Promise<LoginUser | null> {
  const rows = await sql<LoginUser>`
    select u.id, u.email, u.email_verified, u.display_name, u.is_active, p.hash as password_hash,
      p.changed_at as password_changed_at,
      exists (select 1 from known_devices d where d.user_id = u.id and d.token_hash = ${query.device_hash}) as is_known_device
    from users u left join passwords p on p.user_id = u.id
    where lower(u.email) = lower(${query.email}) and u.origin = 'local'`;
  return rows[0] ?? null;
}

/**
 * When a user's password was last changed and whether he may log in, locked to the end of the transaction: a new password or a
 * deactivation, which end all sessions, come before or after a login, never in between. Null: he has no password.
 */
export async function lockPassword(
  tx: Sql,
  userId: string,
): Promise<{ changed_at: Date; is_active: boolean } | null> {
  const rows = await tx<{ changed_at: Date; is_active: boolean }>`
    select p.changed_at, u.is_active from users u join passwords p on p.user_id = u.id
    where u.id = ${userId} for no key update of u, p`;
  return rows[0] ?? null;
}

/** What a user's password is kept as, and since when; null: he has none. */
export async function findPassword(
  sql: Sql,
  userId: string,
): Promise<{ hash: string; changed_at: Date } | null> {
  const rows = await sql<{ hash: string; changed_at: Date }>`
    select hash, changed_at from passwords where user_id = ${userId}`;
  return rows[0] ?? null;
}

/** Keeps a user's password in place of the one he had, if any. */
export async function upsertPassword(
  tx: Sql,
  input: { user_id: string; hash: string; now: Date },
): Promise<void> {
  await tx`
    insert into passwords (user_id, hash, changed_at) values (${input.user_id}, ${input.hash}, ${input.now})
    on conflict (user_id) do update set hash = excluded.hash, changed_at = excluded.changed_at`;
}

/** Keeps the same password at another cost. */
export async function updatePasswordHash(tx: Sql, input: { user_id: string; hash: string }): Promise<void> {
  await tx`update passwords set hash = ${input.hash} where user_id = ${input.user_id}`;
}
