import type { Scope } from "../platform/api/env.ts";
import type { PageRequest } from "../platform/paging.ts";
import type { Sql } from "../platform/sql.ts";
import type { ApiToken } from "./auth_schema.ts";

/** Keeps the hash of a new token; gives the token's id. */
export async function insertApiToken(
  sql: Sql,
  token: {
    user_id: string;
    name: string;
    token_hash: Uint8Array;
    scopes: readonly Scope[];
    expires_at: Date | null;
    now: Date;
  },
): Promise<string> {
  const rows = await sql<{ id: string }>`
    insert into api_tokens (user_id, name, token_hash, scopes, expires_at, created_at)
    values (${token.user_id}, ${token.name}, ${token.token_hash}, ${token.scopes}::text[], ${token.expires_at}, ${token.now})
    returning id`;
  return rows[0]!.id;
}

/** What a request has to know of the token it comes with, and of its user. */
export interface TokenUser {
  token_id: string;
  user_id: string;
  is_active: boolean;
  scopes: Scope[];
  expires_at: Date | null;
  last_used_at: Date | null;
}

/** Whose token this is; null when it is unknown, revoked or expired at `now`. */
export async function findTokenUser(
  sql: Sql,
  query: { token_hash: Uint8Array; now: Date },
): Promise<TokenUser | null> {
  const rows = await sql<TokenUser>`
    select t.id as token_id, t.user_id, u.is_active, t.scopes, t.expires_at, t.last_used_at
    from api_tokens t join users u on u.id = t.user_id
    where t.token_hash = ${query.token_hash} and t.revoked_at is null
      and (t.expires_at is null or t.expires_at > ${query.now})`;
  return rows[0] ?? null;
}

/** Writes that a token is used, where the last time lies at or before `used_before`. */
export async function touchApiToken(
  sql: Sql,
  input: { id: string; used_before: Date; now: Date },
): Promise<void> {
  await sql`
    update api_tokens set last_used_at = ${input.now}
    where id = ${input.id} and (last_used_at is null or last_used_at <= ${input.used_before})`;
}

/** A page of a user's tokens that are not revoked, newest first, and one row more where there is one. */
export function listApiTokens(
  sql: Sql,
  query: { user_id: string; page: PageRequest },
): Promise<ApiToken[]> {
  const { limit, offset, after } = query.page;
  return sql<ApiToken>`
    select id, name, scopes, created_at, last_used_at, expires_at from api_tokens
    where user_id = ${query.user_id} and revoked_at is null
      and (${after?.id ?? null}::uuid is null
        or (created_at, id) < (${after?.created_at ?? null}::timestamptz, ${after?.id ?? null}::uuid))
    order by created_at desc, id desc
    limit ${limit + 1} offset ${offset}`;
}

/** How many tokens of a user are neither revoked nor expired. */
export async function countLiveTokens(tx: Sql, query: { user_id: string; now: Date }): Promise<number> {
  const rows = await tx<{ count: number }>`
    select count(*)::int as count from api_tokens
    where user_id = ${query.user_id} and revoked_at is null and (expires_at is null or expires_at > ${query.now})`;
  return rows[0]!.count;
}

/** Ends a token of a user for good; false when he has none with this id that is not revoked. */
export async function revokeApiToken(
  tx: Sql,
  input: { id: string; user_id: string; now: Date },
): Promise<boolean> {
  const rows = await tx`
    update api_tokens set revoked_at = ${input.now}
    where id = ${input.id} and user_id = ${input.user_id} and revoked_at is null
    returning id`;
  return rows.length === 1;
}

/** Ends all tokens of a user for good; gives how many. */
export async function revokeApiTokensOfUser(
  tx: Sql,
  input: { user_id: string; now: Date },
): Promise<number> {
  const rows = await tx`
    update api_tokens set revoked_at = ${input.now}
    where user_id = ${input.user_id} and revoked_at is null returning id`;
  return rows.length;
}

/** Forgets tokens that were revoked or expired before `before`; gives how many. */
export async function pruneApiTokens(sql: Sql, before: Date): Promise<number> {
  const rows = await sql`
    delete from api_tokens where revoked_at < ${before} or expires_at < ${before} returning id`;
  return rows.length;
}
