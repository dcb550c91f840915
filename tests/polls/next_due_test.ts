import assert from "node:assert/strict";
import type { Sql } from "../../src/platform/sql.ts";
import { nextPollDueAt } from "../../src/polls/claim_store.ts";
import { findDueSources } from "../../src/polls/due_store.ts";
import { sourceHostOf } from "../../src/providers/added_source.ts";
import { NOON } from "../support/clock.ts";
import { withDatabase } from "../support/database.ts";
import { rowsRead } from "../support/rows_read.ts";

const FAMILIES = ["discogs", "ebay", "shopify"];

/** As many polls of Discogs as a few long wantlists make, due one after the other from `NOON` on. */
async function insertPolls(sql: Sql, count: number): Promise<void> {
  await sql`
    insert into polls (provider, query, query_key, interval_seconds, next_poll_at, created_at)
    select 'discogs', '{}', md5(n::text) || md5(n::text), 3600, ${NOON}::timestamptz + n * interval '500 ms', ${NOON}
    from generate_series(1, ${count}::int) as n`;
  await sql`analyze polls`;
}

/** As many polls of sources that are due, each on a host of its own; `hog`: so many more on one, all later. */
async function insertSources(sql: Sql, { hosts, hog = 0 }: { hosts: number; hog?: number }): Promise<void> {
  await sql`
    insert into polls (provider, query, query_key, interval_seconds, next_poll_at, created_at)
    select case when n <= ${hosts}::int then 'shopify:shop-' || n || '.example' else 'shopify:hog.example--' || n end,
      '{}', md5('source' || n) || md5('source' || n), 900, ${NOON}::timestamptz - n * interval '1 second', ${NOON}
    from generate_series(1, ${hosts + hog}::int) as n`;
  await sql`analyze polls`;
}

Deno.test("a dispatcher that looks what is due, and what next, does not read all polls", async () => {
  await withDatabase(async (sql) => {
    await insertPolls(sql, 5_000);
    await insertSources(sql, { hosts: 20_000 });
    const read = (work: (tx: Sql) => Promise<unknown>) => rowsRead(sql, { table: "polls", work });
    assert.ok(await read((tx) => tx`select count(query) from polls`) >= 25_000, "the count counts");
    const next = (tx: Sql) => nextPollDueAt(tx, { after: NOON, families: FAMILIES });
    assert.ok(await read(next) < 50);
    const sources = (tx: Sql) => findDueSources(tx, { now: NOON, families: FAMILIES });
    assert.ok(await read(sources) < 1_500);
    assert.equal(
      (await findDueSources(sql, { now: NOON, families: FAMILIES }))[0]?.provider,
      "shopify:shop-20000.example",
    );
  });
});

Deno.test("findDueSources() finds every host behind one of which more sources are late than are read at first", async () => {
  await withDatabase(async (sql) => {
    await insertSources(sql, { hosts: 150, hog: 3_000 });
    const found = await findDueSources(sql, { now: NOON, families: FAMILIES });
    const expected = Array.from({ length: 150 }, (_, n) => `shopify:shop-${150 - n}.example`);
    assert.deepEqual(found.map(({ provider }) => provider), ["shopify:hog.example--3150", ...expected]);
  });
});

Deno.test("nextPollDueAt() gives what becomes due within the sweep of a dispatcher, and no provider that is disabled", async () => {
  await withDatabase(async (sql) => {
    await insertPolls(sql, 10);
    const after = (ms: number) => new Date(NOON.getTime() + ms);
    const next = (at: Date, families = FAMILIES) => nextPollDueAt(sql, { after: at, families });
    assert.deepEqual(await next(NOON), after(500));
    assert.deepEqual(await next(after(500)), after(1_000));
    assert.equal(await next(after(5_000)), null);
    assert.equal(await next(NOON, ["ebay"]), null);
    assert.equal(await next(after(-2_000)), null);
    await sql`insert into provider_states (provider, blocked_until) values ('discogs', ${after(90_000)})`;
    assert.deepEqual(await next(NOON), after(90_000));
  });
});

Deno.test("a poll of a source knows the host that its provider's id names, and a marketplace's none", async () => {
  const ids = [
    "shopify:shop.example",
    "shopify:shop.example--vinyl",
    "shopify:xn--plattenbrse-zfb.example",
    "shopify:shop.xn--p1ai--vinyl",
    "feed:shop.example-0123456789",
    "discogs_seller:wax-fan",
  ];
  await withDatabase(async (sql) => {
    await sql`
      insert into polls (provider, query, query_key, next_poll_at, created_at)
      select id, '{}', repeat('0', 64), ${NOON}, ${NOON} from unnest(${[
      "ebay",
      ...ids,
    ]}::text[]) as known(id)`;
    const rows = await sql<{ provider: string; host: string | null }>`select provider, host from polls`;
    const hosts = Object.fromEntries(rows.map(({ provider, host }) => [provider, host]));
    assert.deepEqual(hosts, Object.fromEntries([["ebay", null], ...ids.map((id) => [id, sourceHostOf(id)])]));
  });
});
