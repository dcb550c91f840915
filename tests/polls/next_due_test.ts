import assert from "node:assert/strict";
import type { Pool, Sql } from "../../src/platform/sql.ts";
import { nextPollDueAt } from "../../src/polls/claim_store.ts";
import { findDueSources } from "../../src/polls/due_store.ts";
import { NOON } from "../support/clock.ts";
import { withDatabase } from "../support/database.ts";

const FAMILIES = ["discogs", "ebay", "shopify"];

/** As many polls of Discogs as a few long wantlists make, due one after the other from `NOON` on. */
async function insertPolls(sql: Sql, count: number): Promise<void> {
  await sql`
    insert into polls (provider, query, query_key, interval_seconds, next_poll_at, created_at)
    select 'discogs', '{}', md5(n::text) || md5(n::text), 3600, ${NOON}::timestamptz + n * interval '500 ms', ${NOON}
    from generate_series(1, ${count}::int) as n`;
  await sql`analyze polls`;
}

/** How often `work` reads the whole table. */
async function wholeReads(sql: Pool, work: (tx: Sql) => Promise<unknown>): Promise<number> {
  const count = async () => {
    const [row] = await sql<
      { seq_scan: number }
    >`select seq_scan from pg_stat_user_tables where relname = 'polls'`;
    return row!.seq_scan;
  };
  const before = await count();
  await sql.begin(async (tx) => {
    await tx`select pg_stat_force_next_flush()`;
    await work(tx);
  });
  return await count() - before;
}

Deno.test("a dispatcher that looks what is due, and what next, does not read all polls", async () => {
  await withDatabase(async (sql) => {
    await insertPolls(sql, 10_000);
    assert.ok(await wholeReads(sql, (tx) => tx`select count(query) from polls`) > 0, "the count counts");
    const looks = [
      (tx: Sql) => nextPollDueAt(tx, { after: NOON, families: FAMILIES }),
      (tx: Sql) => findDueSources(tx, { now: NOON, families: FAMILIES }),
    ];
    for (const look of looks) assert.equal(await wholeReads(sql, look), 0);
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
