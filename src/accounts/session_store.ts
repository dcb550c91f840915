import type { Keyset, PageRequest } from "../platform/paging.ts";
import type { Sql } from "../platform/sql.ts";

/** A browser session as its user may see it. */
export interface SessionRow extends Keyset {
  /** What the browser called itself; null: nothing. */
  user_agent: string | null;
  last_used_at: Date;
  expires_at: Date;
}

/** What a request has to know of the session it comes with, and of its user. */
export interface SessionUser {
  id: string;
  user_id: string;
  is_active: boolean;
  created_at: Date;
  last_used_at: Date;
  expires_at: Date;
}

/** Keeps the hash of a new session's token. */
export async function insertSession(
  tx: Sql,
  session: {
    user_id: string;
    token_hash: Uint8Array;
    user_agent: string | null;
    expires_at: Date;
    now: Date;
  },
): Promise<string> {
  const rows = await tx<{ id: string }>`
    insert into sessions (user_id, token_hash, user_agent, created_at, last_used_at, expires_at)
    values (${session.user_id}, ${session.token_hash}, ${session.user_agent}, ${session.now}, ${session.now},
      ${session.expires_at})
    returning id`;
  return rows[0]!.id;
}

/** Whose session this is; null when it is unknown, ended or expired at `now`. */
export async function findSessionUser(
  sql: Sql,
  query: { token_hash: Uint8Array; now: Date },
): Promise<SessionUser | null> {
  const rows = await sql<SessionUser>`
    select s.id, s.user_id, u.is_active, s.created_at, s.last_used_at, s.expires_at
    from sessions s join users u on u.id = s.user_id
    where s.token_hash = ${query.token_hash} and s.ended_at is null and s.expires_at > ${query.now}`;
  return rows[0] ?? null;
}

/** Writes that a session is used and until when it lives now, where the last time lies at or before `used_before`. */
export async function touchSession(
  sql: Sql,
  input: { id: string; used_before: Date; expires_at: Date; now: Date },
): Promise<boolean> {
  const rows = await sql`
    update sessions set last_used_at = ${input.now}, expires_at = ${input.expires_at}
    where id = ${input.id} and ended_at is null and last_used_at <= ${input.used_before}
    returning id`;
  return rows.length === 1;
}

/** A page of a user's live sessions, newest first, and one row more where there is one. */
export function listSessions(
  sql: Sql,
  query: { user_id: string; page: PageRequest; now: Date },
): Promise<SessionRow[]> {
  const { limit, offset, after } = query.page;
  return sql<SessionRow>`
    select id, user_agent, created_at, last_used_at, expires_at from sessions
    where user_id = ${query.user_id} and ended_at is null and expires_at > ${query.now}
      and (${after?.id ?? null}::uuid is null
        or (created_at, id) < (${after?.created_at ?? null}::timestamptz, ${after?.id ?? null}::uuid))
    order by created_at desc, id desc
    limit ${limit + 1} offset ${offset}`;
}

/** Ends one live session of a user; false when he has none with this id. */
export async function endSession(
  tx: Sql,
  input: { id: string; user_id: string; now: Date },
): Promise<boolean> {
  const rows = await tx`
    update sessions set ended_at = ${input.now}
    where id = ${input.id} and user_id = ${input.user_id} and ended_at is null and expires_at > ${input.now}
    returning id`;
  return rows.length === 1;
}

/** Ends all live sessions of a user, but for `exceptId`; gives how many. */
export async function endSessionsOfUser(
  tx: Sql,
  input: { user_id: string; now: Date; exceptId?: string | null },
): Promise<number> {
  const rows = await tx`
    update sessions set ended_at = ${input.now}
    where user_id = ${input.user_id} and ended_at is null and id is distinct from ${
    input.exceptId ?? null
  }::uuid
    returning id`;
  return rows.length;
}

/** Ends what a user's live sessions have beyond `keep`, those that were used longest ago first; gives how many. */
export async function endOldestSessions(
  tx: Sql,
  input: { user_id: string; keep: number; now: Date },
): Promise<number> {
  const rows = await tx`
    update sessions set ended_at = ${input.now}
    where id in (
      select id from sessions
      where user_id = ${input.user_id} and ended_at is null and expires_at > ${input.now}
      order by last_used_at desc, id desc offset ${input.keep})
    returning id`;
  return rows.length;
}

/** Forgets sessions that ended or expired before `before`; gives how many. */
export async function pruneSessions(sql: Sql, before: Date): Promise<number> {
  const rows =
    await sql`delete from sessions where expires_at < ${before} or ended_at < ${before} returning id`;
  return rows.length;
}
