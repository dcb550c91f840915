/** Discogs from poll to alert: floors of watched releases, and the catalogue. */
import assert from "node:assert/strict";
import { byId, ok } from "../support/answers.ts";
import { changeRule, ingestAll, saveRule, watchRelease } from "../support/calls.ts";
import {
  alertsOf,
  aRow,
  discogsScript,
  NONE_FOR_SALE,
  type ScriptedDiscogs,
  someStats,
  withDiscogs,
} from "../support/discogs.ts";
import { aListing, aRelease, aRule, type NewQuery, type NewRule } from "../support/factories.ts";
import { html, json, type Script } from "../support/scripted_server.ts";
import type { Client } from "../support/service.ts";

const STATS_101 = "/marketplace/stats/101";
const TEN_MINUTES = 600_000;

function aSearch(query: NewQuery = {}): NewRule {
  return aRule({ poll_interval_seconds: 600 }, { sources: ["discogs"], ...query });
}

Deno.test("three watchers of one release cost one call, and each is told at his own target", async () => {
  const discogs: ScriptedDiscogs = { rows: [], stats: { 101: someStats(25) }, masters: {} };
  await withDiscogs(discogs, async ({ client, drain, clock }, server) => {
    const people = await Promise.all(["ada", "bob", "cyd"].map(client));
    for (const [n, target_price] of [30, 20, 10].entries()) {
      await watchRelease(people[n]!, aRelease({ target_price }));
    }
    await drain();
    const told = async () => await Promise.all(people.map(async (one) => (await alertsOf(one)).length));
    assert.deepEqual(await told(), [1, 0, 0]);
    assert.equal(server.requests.length, 2);
    discogs.stats[101] = someStats(19.996);
    clock.advance(TEN_MINUTES);
    await drain();
    assert.deepEqual((await told())[1], 1);
    assert.deepEqual((await told())[2], 0);
    assert.equal(server.requestsTo(STATS_101).length, 2);
    assert.equal(server.requestsTo("/releases/101").length, 1);
    const [alert] = await alertsOf(people[1]!);
    assert.deepEqual([alert?.url, alert?.payload.price], ["https://www.discogs.com/sell/release/101", 20]);
    assert.match(alert?.title ?? "", /^Miles Davis - Kind Of Blue/);
    assert.doesNotMatch(JSON.stringify(alert), /new listing|new_listing/i);
  });
});

Deno.test("none for sale and blocked alert nobody; the first copy for sale does", async () => {
  const discogs: ScriptedDiscogs = { rows: [], stats: { 101: NONE_FOR_SALE }, masters: {} };
  await withDiscogs(discogs, async ({ client, drain, clock, deps }) => {
    const ada = await client("ada");
    await watchRelease(ada, aRelease());
    const bodies = [
      { lowest_price: null, num_for_sale: 0, blocked_from_sale: false },
      { lowest_price: null, num_for_sale: null, blocked_from_sale: true },
    ];
    for (const body of [NONE_FOR_SALE, ...bodies]) {
      discogs.stats[101] = body;
      await drain();
      assert.deepEqual(await alertsOf(ada), []);
      clock.advance(TEN_MINUTES);
    }
    const [floor] = await deps
      .sql`select price_minor, for_sale_count, is_blocked, grade from listings where kind = 'floor'`;
    assert.deepEqual(floor, { price_minor: null, for_sale_count: null, is_blocked: true, grade: null });
    discogs.stats[101] = someStats(40, 1);
    await drain();
    assert.deepEqual((await alertsOf(ada)).map((one) => one.payload.price), [40]);
  });
});

Deno.test("an offer of any provider that names the release, or its master, alerts the watch", async () => {
  const discogs: ScriptedDiscogs = { rows: [], stats: { 101: NONE_FOR_SALE }, masters: { 5460: 101 } };
  await withDiscogs(discogs, async ({ client, drain }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    await watchRelease(ada, aRelease({ min_condition: "VG+", target_price: 30 }));
    await watchRelease(bob, aRelease({ match_mode: "master_release", discogs_master_id: 5460 }));
    await ingestAll(ada, [
      aListing({ title: "A", discogs_release_id: 101, listed_at: "2026-11-23T12:00:00Z" }),
      aListing({ title: "B", discogs_release_id: 101, condition: "VG", listed_at: "2026-11-23T12:00:00Z" }),
      aListing({ title: "C", discogs_release_id: 101, price: 31, listed_at: "2026-11-23T12:00:00Z" }),
      aListing({
        title: "D",
        discogs_release_id: 7,
        discogs_master_id: 5460,
        listed_at: "2026-11-23T12:00:00Z",
      }),
    ]);
    await drain();
    const titles = async (person: Client) => (await alertsOf(person)).map((one) => one.title).sort();
    assert.deepEqual(await titles(ada), ["A"]);
    assert.deepEqual(await titles(bob), ["A", "B", "C", "D"]);
  });
});

Deno.test("a watch begun later finds what is stored by its number", async () => {
  await withDiscogs({ rows: [], stats: {}, masters: {} }, async ({ client, drain }) => {
    const ada = await client("ada");
    await ingestAll(ada, [
      aListing({ title: "A", discogs_release_id: 101 }),
      aListing({ title: "B", discogs_release_id: 102 }),
    ]);
    await watchRelease(ada, aRelease());
    await drain();
    assert.deepEqual((await alertsOf(ada)).map((one) => [one.title, one.payload.reason]), [[
      "A",
      "already_for_sale",
    ]]);
  });
});

Deno.test("a watch for any version polls its release and the one that stands for the master", async () => {
  const discogs: ScriptedDiscogs = {
    rows: [],
    stats: { 101: someStats(50), 202: someStats(15) },
    masters: { 5460: 202 },
  };
  await withDiscogs(discogs, async ({ client, drain, clock }, server) => {
    const ada = await client("ada");
    const watch = aRelease({ match_mode: "master_release", discogs_master_id: 5460, target_price: 20 });
    const { id } = await watchRelease(ada, watch);
    await drain();
    assert.deepEqual((await alertsOf(ada)).map((one) => [one.url, one.payload.price]), [
      ["https://www.discogs.com/sell/release/202", 15],
    ]);
    clock.advance(TEN_MINUTES);
    await drain();
    assert.equal(server.requestsTo("/marketplace/stats/202").length, 2);
    assert.equal(server.requestsTo("/masters/5460").length, 1);
    ok(await ada.api.DELETE("/api/watch-releases/{id}", byId(id)));
    clock.advance(TEN_MINUTES);
    await drain();
    assert.equal(server.requestsTo("/marketplace/stats/202").length, 2);
  });
});

Deno.test("a rule without bounds is told of releases new in the catalogue, not of those it held before", async () => {
  const discogs: ScriptedDiscogs = { rows: [aRow(101)], stats: {}, masters: {} };
  await withDiscogs(discogs, async ({ client, drain, clock }, server) => {
    const ada = await client("ada");
    await saveRule(ada, aSearch());
    await drain();
    assert.deepEqual(await alertsOf(ada), []);
    discogs.rows = [aRow(102, { format: ["Vinyl", "LP", "Reissue"] }), aRow(101)];
    clock.advance(TEN_MINUTES);
    await drain();
    const [alert, ...rest] = await alertsOf(ada);
    assert.deepEqual(rest, []);
    assert.deepEqual([alert?.title, alert?.payload.reason, alert?.payload.price], [
      "Miles Davis - Kind Of Blue (Vinyl, LP, Reissue)",
      "new_release",
      null,
    ]);
    assert.equal(alert?.body, "Discogs · new release in the catalogue · matches Kind of Blue");
    assert.equal(server.requests.length, 2);
    // A rule begun now finds both stored, and is told of neither.
    const bob = await client("bob");
    await saveRule(bob, aSearch({ any_keywords: ["vinyl"] }));
    await drain();
    assert.deepEqual(await alertsOf(bob), []);
  });
});

Deno.test("a rule under a price polls the floors of at most twenty releases it finds, and is told of those in range", async () => {
  const rows = Array.from({ length: 30 }, (_, n) => aRow(101 + n));
  const stats = Object.fromEntries(
    rows.map((row, n) => [row["id"], n === 29 ? someStats(18) : someStats(45)]),
  );
  const discogs: ScriptedDiscogs = { rows, stats, masters: {} };
  await withDiscogs(discogs, async ({ client, drain, clock, deps }, server) => {
    const ada = await client("ada");
    const rule = await saveRule(ada, aSearch({ max_price: 20 }));
    await drain();
    assert.deepEqual((await alertsOf(ada)).map((one) => [one.payload.price, one.url]), [
      [18, "https://www.discogs.com/sell/release/130"],
    ]);
    const stated = () => server.requests.filter((one) => one.path.startsWith("/marketplace/stats/")).length;
    // The names came with the search: every floor costs one call.
    assert.deepEqual([stated(), server.requests.length], [20, 21]);
    await changeRule(ada, rule.id, { name: "renamed" });
    clock.advance(TEN_MINUTES);
    await drain();
    // Two of them are read as often as the rule asks.
    assert.equal(stated(), 22);
    await changeRule(ada, rule.id, { is_active: false });
    assert.equal((await deps.sql`select id from polls where interval_seconds is not null`).length, 0);
    await changeRule(ada, rule.id, { is_active: true });
    await drain();
    assert.equal((await deps.sql`select id from polls where interval_seconds is not null`).length, 21);
  });
});

const FAILURES: [string, () => Response, string, number][] = [
  ["a web page", () => html(200), "blocked", 30],
  ["an empty body", () => new Response(""), "bad_response", 30],
  ["a 404", () => json({ message: "Release not found." }, { status: 404 }), "bad_response", 30],
  [
    "a 429",
    () => json({ message: "You are making requests too quickly." }, { status: 429 }),
    "rate_limited",
    60,
  ],
  ["statistics of another shape", () => json({}), "bad_response", 30],
];
for (const [name, answer, kind, seconds] of FAILURES) {
  Deno.test(`a floor's poll that meets ${name} fails as ${kind}, waits ${seconds} s and invents nothing`, async () => {
    let ill = true;
    const well = discogsScript({ rows: [], stats: { 101: someStats(5) }, masters: {} });
    const script: Script = (request, seen) =>
      ill && request.path === STATS_101 ? answer() : well(request, seen);
    await withDiscogs(script, async ({ client, drain, clock, deps }) => {
      const ada = await client("ada");
      await watchRelease(ada, aRelease());
      await drain();
      const [poll] = await deps.sql`select last_error, next_poll_at from polls`;
      assert.match(poll?.["last_error"], new RegExp(`^${kind}: `));
      assert.equal(poll?.["next_poll_at"].getTime(), clock.now().getTime() + seconds * 1000);
      assert.equal((await deps.sql`select id from listings`).length, 0);
      ill = false;
      clock.advance(seconds * 1000);
      await drain();
      assert.deepEqual((await alertsOf(ada)).map((one) => one.payload.price), [5]);
      assert.doesNotMatch(
        JSON.stringify(await deps.sql`select url, error from provider_requests`),
        /hunter2/,
      );
    });
  });
}
