import type { Sql } from "../platform/sql.ts";

/** What a link is for: the kind of the mail that carries it; stored, never renamed. */
export type LinkKind = "verify_email" | "register_again" | "reset_password";

/** A link somebody holds. */
export interface LinkRow {
  user_id: string;
  kind: LinkKind;
  /** Where it was sent, which it proves. */
  email: string;
}

/** Keeps the hash of a new link's token. */
export async function insertLink(
  tx: Sql,
  link: LinkRow & { token_hash: Uint8Array; expires_at: Date; now: Date },
): Promise<void> {
  await tx`
    insert into account_links (token_hash, user_id, kind, email, created_at, expires_at)
    values (${link.token_hash}, ${link.user_id}, ${link.kind}, ${link.email}, ${link.now}, ${link.expires_at})`;
}

/** The link with this token; null when it is unknown, used, expired at `now` or for something else. */
export async function findLink(
  sql: Sql,
  query: { token_hash: Uint8Array; kinds: readonly LinkKind[]; now: Date },
): Promise<LinkRow | null> {
  const rows = await sql<LinkRow>`
    select user_id, kind, email from account_links
    where token_hash = ${query.token_hash} and kind = any(${query.kinds}::text[]) and expires_at > ${query.now}`;
  return rows[0] ?? null;
}

/** Uses a link up: as `findLink`, but of two callers at once one gets it. */
export async function takeLink(
  tx: Sql,
  query: { token_hash: Uint8Array; kinds: readonly LinkKind[]; now: Date },
): Promise<LinkRow | null> {
  const rows = await tx<LinkRow>`
    delete from account_links
    where token_hash = ${query.token_hash} and kind = any(${query.kinds}::text[]) and expires_at > ${query.now}
    returning user_id, kind, email`;
  return rows[0] ?? null;
}

/** Makes a user's links of these kinds useless. */
export async function deleteLinks(
  tx: Sql,
  query: { user_id: string; kinds: readonly LinkKind[] },
): Promise<void> {
  await tx`
    delete from account_links where user_id = ${query.user_id} and kind = any(${query.kinds}::text[])`;
}

/** Forgets links that expired before `before`; gives how many. */
export async function pruneLinks(sql: Sql, before: Date): Promise<number> {
  const rows = await sql`delete from account_links where expires_at < ${before} returning token_hash`;
  return rows.length;
}
