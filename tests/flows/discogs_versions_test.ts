/** A watch of any version of a master: which floors it reads, how often, and what it is told. */
import assert from "node:assert/strict";
import { MAX_FLOORS, settleFloors } from "../../src/polling/settle_floors.ts";
import { byId, ok } from "../support/answers.ts";
import { saveRule, watchRelease } from "../support/calls.ts";
import {
  alertsOf,
  aRow,
  aVersion,
  discogsScript,
  NONE_FOR_SALE,
  type ScriptedDiscogs,
  someStats,
  withDiscogs,
} from "../support/discogs.ts";
import { aRelease, aRule } from "../support/factories.ts";
import { json, type Script } from "../support/scripted_server.ts";

const TEN_MINUTES = 600_000;
const THREE_HOURS = 10_800_000;
const A_DAY = 86_400_000;
/** Watches release 101 and every other version. */
const ANY_VERSION = aRelease({ match_mode: "master_release", discogs_master_id: 5460, target_price: 20 });

/** A version that so many people have. */
function collected(id: number, people: number): Record<string, unknown> {
  return aVersion(id, { stats: { community: { in_collection: people } } });
}

/** A master with these versions, none of them for sale; 202 stands for it. */
function aMaster(versions: Record<string, unknown>[]): ScriptedDiscogs & { versions: object } {
  const ids = [101, 202, ...versions.map((row) => Number(row["id"]))];
  return {
    rows: [],
    stats: Object.fromEntries(ids.map((id) => [id, NONE_FOR_SALE])),
    masters: { 5460: 202 },
    versions: { 5460: versions },
  };
}

/** Releases whose floors were asked for, in order. */
function floorsRead(server: { requests: readonly { path: string }[] }): number[] {
  return server.requests.flatMap(({ path }) =>
    Number(/^\/marketplace\/stats\/(\d+)$/.exec(path)?.[1] ?? NaN) || []
  );
}

Deno.test("a watch of any version is told once of a version that is neither its own nor the one that stands for it", async () => {
  const discogs = aMaster([collected(303, 9), collected(202, 80), collected(101, 70)]);
  await withDiscogs(discogs, async ({ client, drain, clock }) => {
    const ada = await client("ada");
    await watchRelease(ada, ANY_VERSION);
    await drain();
    assert.deepEqual(await alertsOf(ada), []);
    discogs.stats[303] = someStats(19, 1);
    for (const _ of [1, 2, 3]) {
      clock.advance(THREE_HOURS);
      await drain();
      const told = (await alertsOf(ada)).map((one) => [one.title, one.url, one.payload.price]);
      assert.deepEqual(told, [[
        "Miles Davis - Kind Of Blue (Vinyl, LP, Album, Reissue)",
        "https://www.discogs.com/sell/release/303",
        19,
      ]]);
    }
  });
});

Deno.test("a watch of any version reads twenty floors: its own, the main one, and of the others the commonest and newest", async () => {
  const versions = Array.from({ length: 250 }, (_, n) => collected(1_000 + n, 5_000 - n));
  const discogs = aMaster([...versions, collected(202, 0)]);
  await withDiscogs(discogs, async ({ client, drain, clock }, server) => {
    const ada = await client("ada");
    const { id } = await watchRelease(ada, ANY_VERSION);
    await drain();
    const watch = ok(await ada.api.GET("/api/watch-releases/{id}", byId(id)));
    assert.deepEqual(watch.notices, [
      "Of 252 versions that were found the lowest prices of 20 are read: of the release you named, of the one that " +
      "stands for the master, and of those that most people have and the newest",
    ]);
    // The slowest speaks for all.
    assert.deepEqual([watch.polling?.effective_interval_seconds, watch.polling?.reason], [
      10_800,
      "provider_minimum",
    ]);
    const read = new Set(floorsRead(server));
    assert.equal(read.size, MAX_FLOORS);
    const commonest = Array.from({ length: 14 }, (_, n) => 1_000 + n);
    assert.deepEqual([...read].sort((a, b) => a - b), [101, 202, ...commonest, 1_246, 1_247, 1_248, 1_249]);
    assert.equal(server.requestsTo("/masters/5460/versions").length, 3);
    // Their names came with the versions; the own and the main release were asked for theirs.
    assert.deepEqual(server.requests.filter(({ path }) => path.startsWith("/releases/")).length, 2);
    const before = server.requests.length;
    clock.advance(TEN_MINUTES);
    await drain();
    assert.deepEqual(floorsRead({ requests: server.requests.slice(before) }).sort(), [101, 202]);
    clock.advance(THREE_HOURS - TEN_MINUTES);
    await drain();
    assert.equal(new Set(floorsRead({ requests: server.requests.slice(before) })).size, MAX_FLOORS);
  });
});

Deno.test("a version announced later comes in within a day, and takes the place of the least common one", async () => {
  const versions = Array.from({ length: 40 }, (_, n) => collected(1_000 + n, 5_000 - n));
  const discogs = aMaster(versions);
  await withDiscogs(discogs, async ({ client, drain, clock, deps }, server) => {
    const ada = await client("ada");
    await watchRelease(ada, ANY_VERSION);
    await drain();
    assert.ok(floorsRead(server).includes(1_036));
    discogs.versions = { 5460: [collected(9_000, 0), ...versions] };
    discogs.stats[9_000] = someStats(15);
    clock.advance(A_DAY);
    await drain();
    const [alert, ...rest] = await alertsOf(ada);
    assert.deepEqual([alert?.url, rest], ["https://www.discogs.com/sell/release/9000", []]);
    const polled = await deps.sql`
      select (p.query->>'release_id')::int as id from polls p
      where p.query->>'op' = 'stats' and p.interval_seconds is not null`;
    const ids = polled.map((row) => row["id"]);
    assert.equal(ids.length, MAX_FLOORS);
    assert.deepEqual([9_000, 1_036, 1_037].map((id) => ids.includes(id)), [true, false, true]);
    assert.deepEqual(await settleFloors(deps), { watch_count: 0 });
  });
});

Deno.test("who watches a master after others reads the floors of its versions at once, and asks for no list", async () => {
  const discogs = aMaster([collected(303, 9), collected(202, 80)]);
  await withDiscogs(discogs, async ({ client, drain, clock, deps }, server) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    await watchRelease(ada, ANY_VERSION);
    await drain();
    // What was said of the versions has expired by then, but not that they exist.
    clock.advance(A_DAY / 2);
    await drain();
    const before = server.requests.length;
    await watchRelease(bob, { ...ANY_VERSION, discogs_release_id: 202 });
    await drain();
    const his = await deps.sql`
      select (p.query->>'release_id')::int as id, s.interval_seconds as seconds
      from poll_subscriptions s join polls p on p.id = s.poll_id
      where s.user_id = ${bob.userId} and s.ended_at is null and p.query->>'op' = 'stats' order by 1`;
    // 202 is his own.
    assert.deepEqual(his.map((row) => [row["id"], row["seconds"]]), [[202, 600], [303, 600]]);
    assert.deepEqual(server.requests.slice(before).filter(({ path }) => path.startsWith("/masters/")), []);
  });
});

Deno.test("the main version is read when the versions cannot be, and they follow", async () => {
  const discogs = aMaster([collected(303, 9)]);
  discogs.stats[202] = someStats(12);
  const well = discogsScript(discogs);
  let ill = true;
  const script: Script = (request, seen) =>
    ill && request.path.endsWith("/versions")
      ? json({ message: "oops" }, { status: 404 })
      : well(request, seen);
  await withDiscogs(script, async ({ client, drain, clock }, server) => {
    const ada = await client("ada");
    await watchRelease(ada, ANY_VERSION);
    await drain();
    assert.deepEqual((await alertsOf(ada)).map((one) => one.payload.price), [12]);
    ill = false;
    clock.advance(TEN_MINUTES);
    await drain();
    assert.ok(floorsRead(server).includes(303));
  });
});

Deno.test("versions found for one person are no news to another's rule that began before, and tell nobody a second time", async () => {
  const discogs = { ...aMaster([collected(303, 9), collected(304, 8)]), rows: [aRow(303)] };
  await withDiscogs(discogs, async ({ client, drain, clock }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    await saveRule(bob, aRule({}, { sources: ["discogs"] }));
    await drain();
    clock.advance(TEN_MINUTES);
    await watchRelease(ada, ANY_VERSION);
    await drain();
    assert.deepEqual(await alertsOf(bob), []);
    // The catalogue has a new entry: that is news to him, whoever's search met it.
    discogs.versions = { 5460: [collected(400, 0), collected(303, 9), collected(304, 8)] };
    discogs.stats[400] = NONE_FOR_SALE;
    clock.advance(A_DAY);
    await drain();
    const told = (await alertsOf(bob)).map((one) => [one.url, one.payload.reason]);
    assert.deepEqual(told, [["https://www.discogs.com/release/400", "new_release"]]);
  });
});

Deno.test("a watch of one release reads its floor alone, and a master's watch that stops reads none", async () => {
  const discogs = aMaster([collected(101, 9), collected(303, 8)]);
  await withDiscogs(discogs, async ({ client, drain, deps }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    await watchRelease(bob, aRelease());
    const { id } = await watchRelease(ada, ANY_VERSION);
    await drain();
    const live = async () =>
      (await deps.sql`
        select p.query from polls p where p.interval_seconds is not null order by p.query->>'op', p.query->>'release_id'`)
        .map((row) => row["query"].release_id ?? row["query"].op);
    assert.deepEqual(await live(), ["master", 101, 202, 303, "versions"]);
    const watches = await Promise.all(
      [ada, bob].map(async (one) => ok(await one.api.GET("/api/watch-releases", {}))[0]),
    );
    assert.deepEqual(watches.map((one) => [one?.notices, one?.polling?.effective_interval_seconds]), [
      [[], 10_800],
      [[], 600],
    ]);
    ok(await ada.api.DELETE("/api/watch-releases/{id}", byId(id)));
    assert.deepEqual(await live(), [101]);
    assert.deepEqual(await deps.sql`select * from floor_candidates`, []);
  });
});

Deno.test("a watch of any version is told of a seller's offer of one, once the catalogue names its master", async () => {
  const discogs = aMaster([collected(303, 9), collected(101, 8)]);
  const offer = (id: number, posted: string) => ({
    id,
    status: "For Sale",
    condition: "Near Mint (NM or M-)",
    posted,
    original_price: { curr_abbr: "USD", value: 15 },
    seller: { username: "wax_fan" },
    release: { id: 303, description: "Miles Davis - Kind Of Blue (LP, Album, RE)" },
  });
  const offers = [offer(1, "2020-01-01T00:00:00Z")];
  const catalogue = discogsScript(discogs);
  const script: Script = (request, seen) =>
    request.path.endsWith("/inventory")
      ? json({ pagination: { page: 1, pages: 1 }, listings: offers })
      : catalogue(request, seen);
  await withDiscogs(script, async ({ client, drain, clock }) => {
    const [ada, bob] = [await client("ada"), await client("bob")];
    const { body: source } = await bob.post("/api/sources", { url: "https://discogs.com/seller/wax_fan" });
    await saveRule(bob, aRule({}, { keywords: ["nothing he has"], sources: [source.provider] }));
    await drain();
    await watchRelease(ada, ANY_VERSION);
    await drain();
    const told = async () => (await alertsOf(ada)).map((one) => [one.url, one.payload.reason]);
    assert.deepEqual(await told(), []);
    clock.advance(A_DAY);
    await drain();
    // It was there before she was.
    const first = ["https://www.discogs.com/sell/item/1", "already_for_sale"];
    assert.deepEqual(await told(), [first]);
    offers.unshift(offer(2, clock.now().toISOString()));
    clock.advance(A_DAY);
    await drain();
    assert.deepEqual(await told(), [["https://www.discogs.com/sell/item/2", "new_listing"], first]);
  });
});
