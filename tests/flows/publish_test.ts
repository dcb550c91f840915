/** Path C: what a match becomes. One alert per user and listing, whatever number of rules and whoever finds it. */
import assert from "node:assert/strict";
import { byId, ok, refused } from "../support/answers.ts";
import { inboxOf, ingest, ingestAll, type IngestResult, readRule, saveRule } from "../support/calls.ts";
import { aListing, aRule } from "../support/factories.ts";
import { withService } from "../support/service.ts";

const NEW = { listed_at: "2026-11-23T12:00:00Z" };
const OLD = { listed_at: "2026-11-23T11:59:59.999Z" };

Deno.test("three rules of one user that match one listing give one alert that names all three", async () => {
  await withService(async ({ client, deps }) => {
    const ada = await client("ada");
    for (const name of ["one", "two", "three"]) await saveRule(ada, aRule({ name }));
    assert.equal((await ingest(ada, aListing(NEW))).created_matches, 3);
    const [alert, ...others] = await inboxOf(ada);
    assert.deepEqual(others, []);
    assert.deepEqual(alert!.payload.matched?.map((one) => one.name).sort(), [
      "one",
      "three",
      "two",
    ]);
    assert.match(alert!.body, /24\.99 USD · Very Good Plus \(VG\+\) · Simulated market · matches /);
    assert.equal((await deps.sql`select id from events where type = 'NEW_MATCH'`).length, 1);
  });
});

Deno.test("a rule that matches an already alerted listing later is recorded, not alerted", async () => {
  await withService(async ({ client, drain, deps }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule());
    await ingest(ada, aListing(NEW));
    await saveRule(ada, aRule({ name: "again", alerts: { first_run: "all" } }));
    await drain();
    assert.equal((await inboxOf(ada)).length, 1);
    assert.equal((await deps.sql`select listing_id from matches`).length, 2);
  });
});

Deno.test("a listing sent again unchanged creates nothing; a changed price is observed and does not alert again", async () => {
  await withService(async ({ client, clock, deps }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule());
    const listing = aListing({ ...NEW, external_id: "a" });
    const flags = (one: IngestResult) => [one.created_listing, one.created_snapshot, one.created_matches];
    assert.deepEqual(flags(await ingest(ada, listing)), [true, true, 1]);
    clock.advance(1000);
    assert.deepEqual(flags(await ingest(ada, listing)), [false, false, 0]);
    clock.advance(1000);
    assert.deepEqual(flags(await ingest(ada, { ...listing, price: 30 })), [
      false,
      true,
      0,
    ]);
    assert.equal((await inboxOf(ada)).length, 1);
    const prices = await deps.sql`select price_minor from price_observations order by observed_at`;
    assert.deepEqual(prices.map((row) => row["price_minor"]), [2499, 3000]);
  });
});

for (const [policy, alerted] of [["none", 0], ["top", 5], ["all", 7]] as const) {
  Deno.test(`first_run ${policy} alerts ${alerted} of seven offers that were for sale a moment before the rule`, async () => {
    await withService(async ({ client, drain }) => {
      const ada = await client("ada");
      const offers = Array.from({ length: 7 }, (_, n) => aListing({ ...OLD, price: 20 + n }));
      await ingestAll(ada, offers.slice(0, 4));
      const rule = await saveRule(ada, aRule({ alerts: { first_run: policy } }));
      await drain();
      // The rest comes by ingest after the backfill: it counts against the same five.
      await ingestAll(ada, offers.slice(4));
      const { backfill } = await readRule(ada, rule.id);
      assert.deepEqual(backfill, { state: "completed", found: 7, alerted });
      assert.equal((await inboxOf(ada, { limit: 200 })).length, alerted);
      await ingest(ada, aListing(NEW));
      assert.equal((await inboxOf(ada, { limit: 200 })).length, alerted + 1);
    });
  });
}

Deno.test("every user with a fitting rule is told, whoever's rule caused the call, and nobody else", async () => {
  await withService(async ({ client }) => {
    const people = await Promise.all(["ada", "bob", "cyd"].map(client));
    await saveRule(people[0]!, aRule({}, { max_price: 30 }));
    await saveRule(people[1]!, aRule({}, { max_price: 20 }));
    await ingest(people[2]!, aListing(NEW));
    const counts = await Promise.all(
      people.map(async (person) => (await inboxOf(person)).length),
    );
    assert.deepEqual(counts, [1, 0, 0]);
  });
});

Deno.test("reading a notification lowers the unread count before the answer, once", async () => {
  await withService(async ({ client, clock }) => {
    const ada = await client("ada");
    const bob = await client("bob");
    await saveRule(ada, aRule());
    await ingestAll(ada, [aListing(NEW), aListing(NEW)]);
    const [first] = await inboxOf(ada);
    const { id } = first!;
    const unread = async () => ok(await ada.api.GET("/api/notifications/unread-count"));
    assert.deepEqual(await unread(), { unread_count: 2 });
    const read = ok(await ada.api.POST("/api/notifications/{id}/read", byId(id)), 200);
    assert.deepEqual([read.is_read, read.read_at], [true, "2026-11-23T12:00:00.000Z"]);
    assert.deepEqual(await unread(), { unread_count: 1 });
    clock.advance(5000);
    const again = ok(await ada.api.POST("/api/notifications/{id}/read", byId(id)));
    assert.equal(again.read_at, "2026-11-23T12:00:00.000Z");
    assert.equal((await inboxOf(ada, { unread: true })).length, 1);
    refused(await bob.api.POST("/api/notifications/{id}/read", byId(id)), 404);
  });
});

Deno.test("a user's events are numbered from 1 without a gap, over rules and alerts and concurrent ingests", async () => {
  await withService(async ({ client, deps }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule());
    await Promise.all(Array.from({ length: 12 }, () => ingest(ada, aListing(NEW))));
    const seqs = (await deps.sql`select seq from events where user_id = ${ada.userId} order by seq`).map((
      row,
    ) => row["seq"]);
    assert.deepEqual(seqs, Array.from({ length: 25 }, (_, n) => n + 1));
  });
});

Deno.test("a batch for more users than one transaction holds is cut by listings and everybody is told once", async () => {
  await withService(async ({ client, deps }) => {
    const ada = await client("ada");
    await saveRule(ada, aRule());
    await copyRuleToUsers(deps.sql, 2_100);
    await ingestAll(ada, [aListing(NEW), aListing(NEW), aListing(NEW)]);
    const [row] = await deps.sql`
      select count(*) as count, count(distinct user_id) as users, count(distinct created_at) as instants from notifications`;
    assert.deepEqual([row?.["count"], row?.["users"]], [3 * 2_101, 2_101]);
  });
});

/** Gives `count` new users a copy of the one rule there is, straight in the database: the API would take minutes. */
async function copyRuleToUsers(sql: import("../../src/platform/sql.ts").Pool, count: number): Promise<void> {
  await sql`
    with people as (
      insert into users (email, created_at, updated_at)
      select 'user' || n || '@example.com', now(), now() from generate_series(1, ${count}::int) as n returning id
    ), rules as (
      insert into compiled_rules (owner_kind, owner_id, user_id, label, query, active, active_since, backfill_state)
      select c.owner_kind, gen_random_uuid(), p.id, c.label, c.query, true, c.active_since, 'completed'
      from people p cross join compiled_rules c returning id, user_id
    )
    insert into rule_anchors (compiled_rule_id, user_id, anchor, tokens, sources)
    select r.id, r.user_id, a.anchor, a.tokens, a.sources from rules r cross join rule_anchors a`;
}
