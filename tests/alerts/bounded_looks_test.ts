/** What every dispatcher looks at each second reads no more because more waits. */
import assert from "node:assert/strict";
import { nextBackfillDueAt } from "../../src/alerts/backfill_store.ts";
import { findCheckedSources } from "../../src/alerts/check_store.ts";
import { addSeconds } from "../../src/platform/clock.ts";
import type { Sql } from "../../src/platform/sql.ts";
import { NOON } from "../support/clock.ts";
import { withDatabase } from "../support/database.ts";
import { rowsRead } from "../support/rows_read.ts";

/** A check of one listing of each source, due at noon; `later`: of so many more an hour later, and one of a marketplace. */
async function insertChecks(sql: Sql, { sources, later = 0 }: { sources: number; later?: number }) {
  await sql`
    with listed as (
      insert into listings (provider, external_id, kind, title, keys, first_seen_at, observed_at, changed_at)
      select case when n = 0 then 'ebay' else 'shopify:shop-' || n || '.example' end, n::text, 'offer', 'Title', '{}',
        ${NOON}, ${NOON}, ${NOON}
      from generate_series(0, ${sources + later}::int) n
      returning id, provider, external_id
    )
    insert into listing_checks (listing_id, provider, due_at, seen_at)
    select id, provider, case when external_id::int <= ${sources}::int then ${NOON}::timestamptz
      else ${addSeconds(NOON, 3_600)}::timestamptz end, ${NOON}
    from listed`;
  await sql`analyze listing_checks`;
}

Deno.test("findCheckedSources() finds each source that has a check due, in its turn, and no other", async () => {
  await withDatabase(async (sql) => {
    assert.deepEqual(await findCheckedSources(sql, { now: NOON, limit: 50 }), []);
    await insertChecks(sql, { sources: 300, later: 200 });
    const found = new Set<string>();
    for (let look = 0; look < 1_000 && found.size < 300; look++) {
      const sources = await findCheckedSources(sql, { now: NOON, limit: 50 });
      assert.ok(sources.length <= 50 && new Set(sources).size === sources.length);
      for (const source of sources) found.add(source);
    }
    const expected = Array.from({ length: 300 }, (_, n) => `shopify:shop-${n + 1}.example`);
    assert.deepEqual([...found].sort(), expected.sort());
  });
});

Deno.test("findCheckedSources() finds the few that there are with every look, and looks at few of many", async () => {
  await withDatabase(async (sql) => {
    await insertChecks(sql, { sources: 3 });
    for (let look = 0; look < 10; look++) {
      assert.equal((await findCheckedSources(sql, { now: NOON, limit: 50 })).length, 3);
    }
    await sql`delete from listings`;
    await insertChecks(sql, { sources: 5_000 });
    const work = (tx: Sql) => findCheckedSources(tx, { now: NOON, limit: 50 });
    const read = await rowsRead(sql, { table: "listing_checks", work });
    // Of each of 200 sources the next one and its first check; beside them the turn to the first, and what was deleted.
    assert.ok(read >= 400 && read < 420, `${read} rows were read`);
  });
});

Deno.test("nextBackfillDueAt() reads the first of those that wait, and knows those in hand", async () => {
  await withDatabase(async (sql) => {
    assert.equal(await nextBackfillDueAt(sql), null);
    await sql`insert into users (email, created_at, updated_at) values ('ada@example.com', ${NOON}, ${NOON})`;
    await sql`
      insert into compiled_rules (owner_kind, owner_id, user_id, label, query, active, active_since, backfill_state, lease_until)
      select 'watch_release', gen_random_uuid(), u.id, 'x', '{}', true, ${NOON}::timestamptz + n * interval '1 second',
        'pending', case when n < 12 then ${addSeconds(NOON, 600)}::timestamptz + n * interval '1 second' end
      from users u cross join generate_series(0, 2999) n`;
    await sql`analyze compiled_rules`;
    assert.deepEqual(await nextBackfillDueAt(sql), addSeconds(NOON, 12));
    const read = await rowsRead(sql, { table: "compiled_rules", work: nextBackfillDueAt });
    assert.ok(read <= 200, `${read} rows were read`);
    await sql`delete from compiled_rules where lease_until is null`;
    assert.deepEqual(await nextBackfillDueAt(sql), addSeconds(NOON, 600));
  });
});
