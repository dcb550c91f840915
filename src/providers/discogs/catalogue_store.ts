/** Names of releases and masters, kept because a floor's statistics carry none: table discogs_catalogue. */
import { addSeconds } from "../../platform/clock.ts";
import type { Sql } from "../../platform/sql.ts";
import { storableTextOrNull } from "../../platform/text.ts";
import type { Standing } from "./choose_releases.ts";

/** A release by name. */
export interface KnownRelease {
  id: number;
  /** Artist, title and formats, cleaned. */
  title: string;
  /** Null: none, or not known. */
  master_id: number | null;
  /** People who have it, as Discogs counted them last; null: not known. */
  collectors: number | null;
}

/** A master by name, with the version that stands for it. */
export interface KnownMaster {
  id: number;
  title: string;
  /** As its title begins; empty: it names none. */
  artist: string;
  main_release_id: number | null;
}

/** What the adapter remembers between polls; shared by all processes. */
export interface DiscogsCatalogue {
  /** Null: not known, or read too long ago. */
  findRelease(id: number, now: Date): Promise<KnownRelease | null>;
  findMaster(id: number, now: Date): Promise<KnownMaster | null>;
  /** Whose versions these releases are, by their ids, however long ago it was read; those it does not know are left out. */
  findMasterIds(ids: readonly number[]): Promise<ReadonlyMap<number, number>>;
  /** How these releases stand, however long ago they were read; those it does not know stand lowest. */
  findStandings(ids: readonly number[]): Promise<Standing[]>;
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
    findRelease: (id, now) => findRelease(sql, { id, now }),
    findMaster: (id, now) => findMaster(sql, { id, now }),
    findMasterIds: (ids) => findMasterIds(sql, ids),
    findStandings: (ids) => findStandings(sql, ids),
    putReleases: (releases, now) =>
      putEntries(sql, releases.map((one) => ({ ...NO_MASTER, ...one, kind: "release" })), now),
    putMaster: (master, now) => putEntries(sql, [{ ...NO_RELEASE, ...master, kind: "master" }], now),
  };
}

/** What only the other kind of entry has. */
const NO_MASTER = { artist: null, main_release_id: null };
const NO_RELEASE = { master_id: null, collectors: null };

interface Entry extends KnownRelease, Omit<KnownMaster, "artist"> {
  kind: "release" | "master";
  artist: string | null;
}

async function findRelease(sql: Sql, query: { id: number; now: Date }): Promise<KnownRelease | null> {
  const rows = await sql<KnownRelease>`
    select id, title, master_id, collectors from discogs_catalogue
    where kind = 'release' and id = ${query.id} and read_at > ${addSeconds(query.now, -MAX_AGE_SECONDS)}`;
  return rows[0] ?? null;
}

async function findMaster(sql: Sql, query: { id: number; now: Date }): Promise<KnownMaster | null> {
  const rows = await sql<KnownMaster>`
    select id, title, artist, main_release_id from discogs_catalogue
    where kind = 'master' and id = ${query.id} and artist is not null
      and read_at > ${addSeconds(query.now, -MAX_AGE_SECONDS)}`;
  return rows[0] ?? null;
}

async function findMasterIds(sql: Sql, ids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const rows = await sql<{ id: number; master_id: number }>`
    select id, master_id from discogs_catalogue
    where kind = 'release' and id = any(${ids}::bigint[]) and master_id is not null`;
  return new Map(rows.map(({ id, master_id }) => [id, master_id]));
}

function findStandings(sql: Sql, ids: readonly number[]): Promise<Standing[]> {
  return sql<Standing>`
    select wanted.id, r.collectors, m.id is not null as is_main
    from unnest(${ids}::bigint[]) as wanted(id)
    left join discogs_catalogue r on r.kind = 'release' and r.id = wanted.id
    left join discogs_catalogue m on m.kind = 'master' and m.id = r.master_id and m.main_release_id = r.id`;
}

/** A row without a master, or a count, does not take away one that is known. */
async function putEntries(sql: Sql, entries: readonly Entry[], now: Date): Promise<void> {
  const rows = entries.flatMap((one) => {
    const title = storableTextOrNull(one.title, MAX_TITLE);
    const artist = one.artist === null ? null : storableTextOrNull(one.artist, MAX_TITLE) ?? "";
    return title === null ? [] : [{ ...one, title, artist }];
  });
  if (rows.length === 0) return;
  await sql`
    insert into discogs_catalogue as c
      (kind, id, title, artist, master_id, collectors, main_release_id, read_at)
    select kind, id, title, artist, master_id, collectors, main_release_id, ${now}
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(
      kind text, id bigint, title text, artist text, master_id bigint, collectors bigint, main_release_id bigint)
    order by kind, id
    on conflict (kind, id) do update set
      title = excluded.title, artist = excluded.artist, master_id = coalesce(excluded.master_id, c.master_id),
      collectors = coalesce(excluded.collectors, c.collectors),
      main_release_id = coalesce(excluded.main_release_id, c.main_release_id), read_at = excluded.read_at`;
}
