import assert from "node:assert/strict";
import { blankListings } from "../../src/listings/blank_store.ts";
import { ingestListings } from "../../src/listings/ingest_listings.ts";
import { endUnseenListings } from "../../src/listings/store.ts";
import { addMilliseconds, addSeconds } from "../../src/platform/clock.ts";
import type { Pool, Sql } from "../../src/platform/sql.ts";
import type { ListingDraft } from "../../src/providers/contract.ts";
import { EBAY_TERMS, ENDED_SECONDS, SIX_HOURS_SECONDS } from "../../src/providers/terms.ts";
import { NOON } from "../support/clock.ts";
import { withDatabase } from "../support/database.ts";

const OFFER: ListingDraft = {
  external_id: "a",
  kind: "offer",
  title: "Kind of Blue",
  url: "https://www.ebay.com/itm/1",
  image_url: null,
  price_minor: 2_499,
  currency: "USD",
  shipping_minor: null,
  condition: null,
  seller: "shop",
  location: null,
  discogs_release_id: null,
  discogs_master_id: null,
  listed_at: NOON,
  status: "active",
};
const EBAY = { provider: "ebay", max_age_seconds: EBAY_TERMS.max_age_seconds };
const HOUR = 3_600;
const at = (seconds: number) => addSeconds(NOON, seconds);

/** An eBay listing is seen at so many seconds after noon. */
function see(sql: Pool, seconds: number, fields: Partial<ListingDraft> = {}) {
  return sql.begin((tx) =>
    ingestListings(tx, { source: EBAY, drafts: [{ ...OFFER, ...fields }], now: at(seconds) })
  );
}

/** What looking for expired listings did at `now`. */
function look(sql: Pool, now: Date) {
  return sql.begin((tx) => blankListings(tx, { now, limit: 10, keepTitle: [], keepUrl: [] }));
}

async function timesOf(sql: Pool): Promise<{ check: Date | null; expires: Date | null }> {
  const [row] = await sql<{ check: Date | null; expires: Date | null }>`
    select expiry_check_at as check, expires_at as expires from listings`;
  return row!;
}

Deno.test("a listing that is seen again unchanged is written without a write to an index", () =>
  withDatabase(async (sql) => {
    await see(sql, 0);
    const { check } = await timesOf(sql);
    for (const hours of [1, 2, 3, 4, 5]) {
      const [seen] = await sql.begin(async (tx) => {
        const before = await counts(tx);
        await ingestListings(tx, { source: EBAY, drafts: [OFFER], now: at(hours * HOUR) });
        const after = await counts(tx);
        return [[after.updates - before.updates, after.hot - before.hot]];
      });
      assert.deepEqual(seen, [1, 1]);
      assert.deepEqual(await timesOf(sql), { check, expires: at(hours * HOUR + SIX_HOURS_SECONDS) });
    }
  }));

Deno.test("blankListings() gives a listing that was seen meanwhile a later time, and blanks it at the millisecond it expires", () =>
  withDatabase(async (sql) => {
    await see(sql, 0);
    await see(sql, 5 * HOUR);
    const expires = at(5 * HOUR + SIX_HOURS_SECONDS);
    assert.deepEqual(await look(sql, addMilliseconds(at(SIX_HOURS_SECONDS), -1)), nothing(0));
    assert.deepEqual(await look(sql, at(SIX_HOURS_SECONDS)), nothing(1));
    assert.deepEqual(await timesOf(sql), { check: expires, expires });
    assert.deepEqual(await look(sql, addMilliseconds(expires, -1)), nothing(0));
    assert.equal((await look(sql, expires)).blanked_ids.length, 1);
    assert.deepEqual(await look(sql, expires), nothing(0));
    // What comes back is looked at when it expires, not before.
    await see(sql, 20 * HOUR);
    const again = at(20 * HOUR + SIX_HOURS_SECONDS);
    assert.deepEqual(await timesOf(sql), { check: again, expires: again });
  }));

const SHORTENED: [what: string, end: (sql: Pool) => Promise<unknown>][] = [
  ["its provider says is over", (sql) => see(sql, HOUR, { status: "ended" })],
  ["nobody sees any more", async (sql) => {
    const [row] = await sql<{ id: string }>`select id from listings`;
    await endUnseenListings(sql, [{ id: row!.id, unseen_since: at(HOUR) }], at(HOUR));
  }],
];
for (const [what, end] of SHORTENED) {
  Deno.test(`a listing that ${what} is looked at when its hour is over`, () =>
    withDatabase(async (sql) => {
      await see(sql, 0);
      await end(sql);
      const over = at(HOUR + ENDED_SECONDS);
      assert.deepEqual(await timesOf(sql), { check: over, expires: over });
      await see(sql, HOUR + 60, { status: "ended" });
      assert.deepEqual(await timesOf(sql), { check: over, expires: over }, "seen again ended");
      assert.equal((await look(sql, over)).blanked_ids.length, 1);
    }));
}

Deno.test("a listing whose terms set no age any more is looked at never, and one whose terms begin to is", () =>
  withDatabase(async (sql) => {
    await see(sql, 0);
    const source = { provider: "ebay", max_age_seconds: null };
    const seeFree = (seconds: number, price_minor: number) =>
      sql.begin((tx) =>
        ingestListings(tx, { source, drafts: [{ ...OFFER, price_minor }], now: at(seconds) })
      );
    for (const price of [2_499, 2_000]) {
      await see(sql, 1);
      await seeFree(2, price);
      assert.deepEqual(await timesOf(sql), { check: null, expires: null });
    }
    await see(sql, 3, { price_minor: 2_000 });
    assert.deepEqual(await timesOf(sql), {
      check: at(3 + SIX_HOURS_SECONDS),
      expires: at(3 + SIX_HOURS_SECONDS),
    });
  }));

Deno.test("what a process of an older version stores is looked at within the minute, and no listing that expires is forgotten", () =>
  withDatabase(async (sql) => {
    const expires = at(SIX_HOURS_SECONDS);
    const insert = (external_id: string, expires_at: Date | null) =>
      sql`
        insert into listings (provider, external_id, kind, title, keys, expires_at, first_seen_at, observed_at, changed_at)
        values ('ebay', ${external_id}, 'offer', 'Old', '{}', ${expires_at}, ${NOON}, ${NOON}, ${NOON})`;
    await insert("a", expires);
    await insert("b", null);
    assert.deepEqual(await look(sql, NOON), nothing(2));
    const rows = await sql`select expiry_check_at as check from listings order by external_id`;
    assert.deepEqual(rows, [{ check: expires }, { check: null }]);
    await assert.rejects(
      async () => await sql`update listings set expiry_check_at = null where external_id = 'a'`,
      /listings_expiry_check/,
    );
  }));

function nothing(looked_count: number) {
  return { looked_count, blanked_ids: [] };
}

/** Updates of listings that this transaction's connection has not told yet, and those of them that wrote no index. */
async function counts(sql: Sql) {
  const [row] = await sql<{ updates: number; hot: number }>`
    select n_tup_upd as updates, n_tup_hot_upd as hot from pg_stat_xact_user_tables where relname = 'listings'`;
  return row!;
}
