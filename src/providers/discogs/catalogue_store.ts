/** Names of releases and masters, kept because a floor's statistics carry none: table discogs_catalogue. */
import { addSeconds } from "../../platform/clock.ts";
import type { Sql } from "../../platform/sql.ts";
import { storableTextOrNull } from "../../platform/text.ts";

/** A release by name. */
export interface KnownRelease {
  id: number;
  /** Artist, title and formats, cleaned. */
  title: string;
  /** Null: none, or not known. */
  master_id: number | null;
}

/** A master by name, with the version that stands for it. */
export interface KnownMaster {
  id: number;
  title: string;
  main_release_id: number | null;
}

/** What the adapter remembers between polls; shared by all processes. */
export interface DiscogsCatalogue {
  /** Null: not known, or read too long ago. */
  findRelease(id: number, now: Date): Promise<KnownRelease | null>;
  findMaster(id: number, now: Date): Promise<KnownMaster | null>;
  putReleases(releases: readonly KnownRelease[], now: Date): Promise<void>;
  putMaster(master: KnownMaster, now: Date): Promise<void>;
}

/** Names are edited and masters get another main release, but rarely: read again after 30 days. */
const MAX_AGE_SECONDS = 30 * 86_400;
/** The longest title the table takes. */
const MAX_TITLE = 1_000;

/** The catalogue in the database. */
export function openDiscogsCatalogue(sql: Sql): DiscogsCatalogue {
  return {
    findRelease: async (id, now) =>
      (await findEntry<KnownRelease>(sql, { kind: "release", id, now })) ?? null,
    findMaster: async (id, now) => (await findEntry<KnownMaster>(sql, { kind: "master", id, now })) ?? null,
    putReleases: (releases, now) =>
      putEntries(sql, releases.map((one) => ({ ...one, kind: "release", main_release_id: null })), now),
    putMaster: (master, now) => putEntries(sql, [{ ...master, kind: "master", master_id: null }], now),
  };
}

async function findEntry<Entry extends KnownRelease | KnownMaster>(
  sql: Sql,
  query: { kind: "release" | "master"; id: number; now: Date },
): Promise<Entry | undefined> {
  const rows = await sql<Entry>`
    select id, title, master_id, main_release_id from discogs_catalogue
    where kind = ${query.kind} and id = ${query.id} and read_at > ${addSeconds(query.now, -MAX_AGE_SECONDS)}`;
  return rows[0];
}

/** A row without a master does not take away one that is known. */
async function putEntries(
  sql: Sql,
  entries: readonly (KnownRelease & KnownMaster & { kind: string })[],
  now: Date,
): Promise<void> {
  const rows = entries.flatMap((one) => {
    const title = storableTextOrNull(one.title, MAX_TITLE);
    return title === null ? [] : [{ ...one, title }];
  });
  if (rows.length === 0) return;
  await sql`
    insert into discogs_catalogue as c (kind, id, title, master_id, main_release_id, read_at)
    select kind, id, title, master_id, main_release_id, ${now}
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(
      kind text, id bigint, title text, master_id bigint, main_release_id bigint)
    order by kind, id
    on conflict (kind, id) do update set
      title = excluded.title, master_id = coalesce(excluded.master_id, c.master_id),
      main_release_id = coalesce(excluded.main_release_id, c.main_release_id), read_at = excluded.read_at`;
}
