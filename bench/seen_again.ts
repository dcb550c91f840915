/**
 * `deno task bench:seen`: what it costs to store that known listings were seen again unchanged, which is most of what
 * polls bring. Needs DATABASE_URL of a server on which it may create databases.
 */
import { ingestListings } from "../src/listings/ingest_listings.ts";
import { enterIngest, touchListings } from "../src/listings/store.ts";
import { addSeconds, monotonicMs } from "../src/platform/clock.ts";
import { runScript } from "../src/platform/connection.ts";
import type { Pool } from "../src/platform/sql.ts";
import type { ListingDraft } from "../src/providers/contract.ts";
import { SIX_HOURS_SECONDS } from "../src/providers/terms.ts";
import { seeded } from "../tests/matching/support.ts";
import { DAY, quantile, readWorks, say, titleOf, withBenchDatabase } from "./world.ts";

/** Distinct ones; the others are copies of them under ids of their own. */
const DISTINCT = 20_000;
const COPIES = 9;
/** Listings that are seen again and again; the others lie around. */
const LIVE = 2_500;
const PAGE = 50;
const ROUNDS = 4;
const ROUND_SECONDS = 300;
const SOURCE = { provider: "ebay", max_age_seconds: SIX_HOURS_SECONDS };

const random = seeded(11);
const works = await readWorks();
const drafts = Array.from({ length: DISTINCT }, (_, n): ListingDraft => ({
  external_id: String(n),
  kind: "offer",
  title: titleOf(works[Math.floor(random() * works.length)]!, random),
  url: `https://www.ebay.com/itm/${n}`,
  image_url: `https://i.ebayimg.com/images/g/${n}/s-l225.jpg`,
  price_minor: 500 + Math.floor(random() * 5_000),
  currency: "USD",
  shipping_minor: 450,
  condition: "Used",
  seller: `seller-${n % 5_000}`,
  location: "US",
  discogs_release_id: null,
  discogs_master_id: null,
  listed_at: DAY,
  marketplaces: ["EBAY_US"],
  status: "active",
}));

await withBenchDatabase(async (sql) => {
  const ids: string[] = [];
  for (let from = 0; from < DISTINCT; from += 1_000) {
    ids.push(...await store(sql, drafts.slice(from, from + 1_000)));
  }
  await copyListings(sql);
  say(`${DISTINCT * (COPIES + 1)} listings, of which ${LIVE} are seen in each round, in pages of ${PAGE}`);
  say("| index on | pages | round | updates | HOT | ms for 1,000 | p99 of a page | WAL, kB for 1,000 |");
  say("|---|---|---|---|---|---|---|---|");
  const apart = shuffled(ids);
  const worlds = [
    { index: "expiry_check_at", together: ids.slice(0, LIVE), apart: apart.slice(0, LIVE) },
    { index: "expires_at too", together: ids.slice(LIVE, 2 * LIVE), apart: apart.slice(LIVE, 2 * LIVE) },
  ];
  for (const { index, together, apart } of worlds) {
    if (index !== "expiry_check_at") await indexExpiry(sql);
    for (const [pages, live] of [["as stored", together], ["mixed", apart]] as const) {
      for (let round = 1; round <= ROUNDS; round++) {
        await runRound(sql, { cells: [index, pages, round], live, round });
      }
    }
  }
});

/** What this is measured against: the index that was there before. */
async function indexExpiry(sql: Pool): Promise<void> {
  await runScript(
    sql,
    "create index on listings (expires_at) where expires_at is not null and blanked_at is null",
  );
  await runScript(sql, "vacuum listings");
}

async function copyListings(sql: Pool): Promise<void> {
  await sql`
    insert into listings (provider, external_id, kind, title, url, image_url, price_minor, currency, shipping_minor,
      condition, seller, location, keys, listed_at, marketplaces, expires_at, expiry_check_at, first_seen_at,
      observed_at, changed_at)
    select provider, external_id || '-' || n, kind, title, url, image_url, price_minor, currency, shipping_minor,
      condition, seller, location, keys, listed_at, marketplaces, expires_at, expiry_check_at, first_seen_at,
      observed_at, changed_at
    from listings cross join generate_series(1, ${COPIES}::int) n`;
  await runScript(sql, "vacuum analyze listings");
}

async function runRound(
  sql: Pool,
  { cells, live, round }: { cells: (string | number)[]; live: readonly string[]; round: number },
): Promise<void> {
  const now = addSeconds(DAY, round * ROUND_SECONDS);
  const walBefore = await walBytes(sql);
  const before = await countUpdates(sql);
  const times: number[] = [];
  for (let from = 0; from < live.length; from += PAGE) {
    const startedMs = monotonicMs();
    await touch(sql, live.slice(from, from + PAGE), now);
    times.push(monotonicMs() - startedMs);
  }
  const wal = await walBytes(sql) - walBefore;
  const after = await countUpdates(sql);
  const updates = after.updates - before.updates;
  const figures = [
    updates,
    `${(100 * (after.hot - before.hot) / updates).toFixed(1)} %`,
    (times.reduce((all, one) => all + one, 0) * 1_000 / live.length).toFixed(0),
    `${quantile(times, 0.99).toFixed(0)} ms`,
    (wal / live.length).toFixed(0),
  ];
  say(`| ${[...cells, ...figures].join(" | ")} |`);
}

/** Stores a page of new listings. */
async function store(sql: Pool, page: readonly ListingDraft[]): Promise<string[]> {
  const stored = await sql.begin(async (tx) => {
    await enterIngest(tx);
    return await ingestListings(tx, { source: SOURCE, drafts: page, now: DAY });
  });
  return stored.map(({ listing }) => listing.id);
}

/** Notes in a transaction of its own that a page was seen again. */
async function touch(sql: Pool, ids: readonly string[], now: Date): Promise<void> {
  await sql.begin(async (tx) => {
    await touchListings(tx, { ids, expires_at: addSeconds(now, SIX_HOURS_SECONDS), now });
    // So that the counters are whole when a round reads them.
    await tx`select pg_stat_force_next_flush()`;
  });
}

/** Updates of listings so far, and those of them without a write to any index. */
async function countUpdates(sql: Pool): Promise<{ updates: number; hot: number }> {
  const [counts] = await sql<{ updates: number; hot: number }>`
    select n_tup_upd as updates, n_tup_hot_upd as hot from pg_stat_user_tables where relname = 'listings'`;
  return counts!;
}

async function walBytes(sql: Pool): Promise<number> {
  const [at] = await sql<{ bytes: number }>`select (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint as bytes`;
  return at!.bytes;
}

function shuffled<T>(list: readonly T[]): T[] {
  return list.map((one) => [random(), one] as const).toSorted(([a], [b]) => a - b).map(([, one]) => one);
}
