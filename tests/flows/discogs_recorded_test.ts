/** Every recorded answer of Discogs that the adapter reads, through the running service. */
import assert from "node:assert/strict";
import { inboxOf, readRule, saveRule, watchRelease } from "../support/calls.ts";
import { discogsEnv, someStats } from "../support/discogs.ts";
import { aRule } from "../support/factories.ts";
import { json, type Script, startScriptedServer } from "../support/scripted_server.ts";
import { type TestService, withService } from "../support/service.ts";

/** Recorded answers are not part of the repository; where they lie beside it, all are read. */
const RECORDED = new URL("../../../shared/data/fixtures/discogs/", import.meta.url);

/** Names of recorded files of one kind; none where they are not at hand. */
function recorded(pattern: RegExp): string[] {
  try {
    return [...Deno.readDirSync(RECORDED)].map(({ name }) => name).filter((name) => pattern.test(name))
      .sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function read(name: string): string {
  return Deno.readTextFileSync(new URL(name, RECORDED));
}

async function withScript(script: Script, work: (service: TestService) => Promise<void>): Promise<void> {
  await using server = startScriptedServer(script);
  await withService(work, discogsEnv(server.url));
}

const notFound = () => json({ message: "Release not found." }, { status: 404 });

interface RecordedRelease {
  id: number;
  title: string;
  master_id?: number;
}

for (const name of recorded(/^release_(\d|no_|null_)/)) {
  Deno.test(`a watch of the recorded ${name} is told of its floor under its own title`, async () => {
    const body: RecordedRelease = JSON.parse(read(name));
    const script: Script = ({ path }) =>
      path === `/releases/${body.id}`
        ? json(body)
        : path === `/marketplace/stats/${body.id}`
        ? json(someStats(7.77, 2))
        : notFound();
    await withScript(script, async ({ client, drain, deps }) => {
      const ada = await client("ada");
      await watchRelease(ada, { discogs_release_id: body.id, title: "x" });
      await drain();
      const [floor] = await deps
        .sql`select title, price_minor, currency, discogs_master_id, grade from listings`;
      // The release's own lowest_price is another number in another currency.
      assert.deepEqual([floor?.["price_minor"], floor?.["currency"], floor?.["grade"]], [777, "USD", null]);
      assert.equal(floor?.["discogs_master_id"], body.master_id ?? null);
      assert.ok(floor?.["title"].includes(` - ${body.title} (`), floor?.["title"]);
      assert.doesNotMatch(floor?.["title"], /\(\d+\)|, The -/);
      const alerts = (await inboxOf(ada)).filter((one) => one.event_type === "NEW_MATCH");
      assert.equal(alerts.length, 1);
      assert.doesNotMatch(JSON.stringify(alerts), /new listing/i);
    });
  });
}

interface RecordedStats {
  lowest_price: { value: number; currency: string } | null;
  num_for_sale: number | null;
  blocked_from_sale?: boolean;
}

for (const name of recorded(/marketplace_stats_/)) {
  Deno.test(`the recorded ${name} becomes a floor that says what it says`, async () => {
    const stats: RecordedStats = JSON.parse(read(name));
    const script: Script = ({ path }) =>
      path.startsWith("/marketplace/stats/")
        ? json(stats)
        : json({ id: 1, title: "Stockholm", artists: [{ name: "Persuader, The" }] });
    await withScript(script, async ({ client, drain, deps }) => {
      const ada = await client("ada");
      await watchRelease(ada, { discogs_release_id: 1, title: "Stockholm" });
      await drain();
      const [floor] = await deps.sql`
        select title, price_minor, currency, for_sale_count, is_blocked from listings`;
      const price = stats.lowest_price;
      assert.deepEqual(floor, {
        title: "The Persuader - Stockholm",
        price_minor: price ? Math.round(price.value * 100) : null,
        currency: price?.currency ?? null,
        for_sale_count: stats.blocked_from_sale ? null : stats.num_for_sale ?? 0,
        is_blocked: stats.blocked_from_sale ?? false,
      });
      const [told] = await deps.sql`select count(*) as count from events where type = 'NEW_MATCH'`;
      assert.equal(told?.["count"], price ? 1 : 0);
    });
  });
}

interface RecordedMaster {
  id: number;
  title: string;
  main_release: number;
  artists: unknown;
}

for (const name of recorded(/^master_\d+\.json$/)) {
  Deno.test(`a watch of any version of the recorded ${name} polls the version that stands for it`, async () => {
    const master: RecordedMaster = JSON.parse(read(name));
    const script: Script = ({ path }) => {
      if (path === `/masters/${master.id}`) return json(master);
      if (path === `/masters/${master.id}/versions`) return json({ versions: [] });
      if (path === `/releases/${master.main_release}`) {
        return json({ id: master.main_release, title: master.title, artists: master.artists });
      }
      return path === `/marketplace/stats/${master.main_release}` ? json(someStats(12)) : notFound();
    };
    await withScript(script, async ({ client, drain, deps }) => {
      const ada = await client("ada");
      await watchRelease(ada, {
        discogs_release_id: 3,
        discogs_master_id: master.id,
        match_mode: "master_release",
        title: "x",
      });
      await drain();
      const floors = await deps.sql`
        select external_id, price_minor, discogs_master_id from listings where kind = 'floor'`;
      assert.deepEqual(floors, [
        { external_id: `floor:${master.main_release}`, price_minor: 1200, discogs_master_id: master.id },
      ]);
      assert.equal((await deps.sql`select id from listings where kind = 'release'`).length, 1);
    });
  });
}

interface RecordedVersions {
  versions: { id: number; title: string; major_formats?: string[]; format: string }[];
}

for (const name of [...recorded(/^master.*versions\.json$/), ...recorded(/^docs_master_versions_.*_200/)]) {
  Deno.test(`a watch of any version polls the floors of the recorded ${name} under the master's artist`, async () => {
    const body: RecordedVersions = JSON.parse(read(name));
    const asked: string[] = [];
    const script: Script = ({ path, query }) => {
      asked.push(path);
      if (path === "/masters/9/versions") {
        // Only the first page was recorded, whatever it says of others.
        return json(query.get("page") === "1" ? body : { ...body, versions: [] });
      }
      if (path === "/masters/9") {
        return json({ id: 9, title: "x", artists: [{ name: "Persuader, The (2)" }] });
      }
      return path.startsWith("/marketplace/stats/") ? json(someStats(12)) : notFound();
    };
    await withScript(script, async ({ client, drain, deps }) => {
      const ada = await client("ada");
      await watchRelease(ada, {
        discogs_release_id: 3,
        discogs_master_id: 9,
        match_mode: "master_release",
        title: "x",
      });
      await drain();
      const floors = await deps.sql`
        select title, discogs_master_id, discogs_release_id from listings where kind = 'floor'`;
      assert.deepEqual(
        floors.map((row) => row["discogs_release_id"]).sort(),
        body.versions.map(({ id }) => id).sort(),
      );
      for (const { id, title, major_formats = [], format } of body.versions) {
        const floor = floors.find((row) => row["discogs_release_id"] === id);
        const formats = [...major_formats, format].join(", ");
        assert.equal(floor?.["title"], `The Persuader - ${title} (${formats})`);
        assert.equal(floor?.["discogs_master_id"], 9);
        // Its name came with the versions.
        assert.ok(!asked.includes(`/releases/${id}`));
      }
      assert.equal(
        (await deps.sql`select id from polls where failures > 0 and query->>'op' = 'versions'`).length,
        0,
      );
    });
  });
}

interface RecordedSearch {
  pagination: Record<string, unknown>;
  results: { id: number; type: string }[];
}

for (const name of [...recorded(/^search_/), ...recorded(/^docs_search_1/)]) {
  Deno.test(`the recorded ${name} becomes releases without a price, of which a new rule is told nothing`, async () => {
    const body: RecordedSearch = JSON.parse(read(name));
    const releases = body.results.filter((row) => row.type === "release");
    // Only the first page was recorded, whatever it says of others.
    const script: Script = () => json({ ...body, pagination: { ...body.pagination, pages: 1 } });
    await withScript(script, async ({ client, drain, deps, clock }) => {
      const ada = await client("ada");
      const any = ["vinyl", "lp", "cd", "file", "album", "cassette", "cdr", "dvd"];
      await saveRule(ada, aRule({}, { keywords: [], any_keywords: any, sources: ["discogs"] }));
      for (const _ of [1, 2]) {
        await drain();
        clock.advance(600_000);
      }
      const listings = await deps.sql`select external_id, kind, title, price_minor, grade, url from listings`;
      assert.deepEqual(
        listings.map((row) => row["external_id"]).sort(),
        [...new Set(releases.map((row) => `release:${row.id}`))].sort(),
      );
      for (const row of listings) {
        assert.deepEqual([row["kind"], row["price_minor"], row["grade"]], ["release", null, null]);
        assert.doesNotMatch(JSON.stringify(row), /token|REDACTED/i);
        assert.doesNotMatch(row["title"], / \(\d+\) - /);
      }
      assert.equal((await inboxOf(ada)).length, 0);
      assert.equal((await deps.sql`select id from polls where failures > 0`).length, 0);
    });
  });
}

/** The status under which an odd answer came. */
const ODD: [pattern: RegExp, status: number, kind: string][] = [
  [/^error_401/, 401, "unauthorized"],
  [/^(error_404|docs_master_versions_.*_404)/, 404, "bad_response"],
  [/^error_429/, 429, "rate_limited"],
  [/^error_500/, 500, "bad_response"],
  [/^docs_search_[23]_500/, 500, "bad_response"],
  [/^sell_.*\.html$/, 200, "blocked"],
  [/^(marketplace_listing_empty_object|release_stats|identity|docs_fee_1_200)\.json$/, 200, "bad_response"],
];
for (const [pattern, status, kind] of ODD) {
  for (const name of recorded(pattern)) {
    Deno.test(`the recorded ${name} in place of an answer is a failure (${kind}), of which nobody is told`, async () => {
      const text = read(name);
      await withScript(() => new Response(text, { status }), async ({ client, drain, deps }) => {
        const ada = await client("ada");
        await watchRelease(ada, { discogs_release_id: 1, title: "x" });
        const { id } = await saveRule(ada, aRule({}, { sources: ["discogs"] }));
        await drain();
        const failed = await deps.sql`select last_error from polls where failures > 0`;
        assert.ok(failed.length >= 1);
        for (const poll of failed) assert.match(poll["last_error"], new RegExp(`^${kind}: Cannot `));
        assert.equal((await deps.sql`select id from listings`).length, 0);
        assert.equal((await deps.sql`select id from events where type = 'NEW_MATCH'`).length, 0);
        assert.equal((await readRule(ada, id)).last_run_at, null);
      });
    });
  }
}

interface Observation {
  releaseId: number;
  lowestPrice: number | null;
  numForSale: number | null;
}

Deno.test("the recorded months of floors are stored as they were, and only prices that were there are told", async () => {
  if (recorded(/^stats_timeseries/).length === 0) return;
  const lines = read("stats_timeseries.jsonl").trim().split("\n");
  const series = Map.groupBy(lines.map((line): Observation => JSON.parse(line)), (one) => one.releaseId);
  const longest = [...series.values()].toSorted((a, b) => b.length - a.length).slice(0, 20);
  const days = Math.max(...longest.map((one) => one.length));
  let day = 0;
  const script: Script = ({ path }) => {
    const id = Number(path.split("/").at(-1));
    if (path.startsWith("/releases/")) {
      return json({ id, title: `Release ${id}`, artists: [{ name: "Somebody (3)" }] });
    }
    const observed = longest.find((one) => one[0]?.releaseId === id)?.[Math.min(day, days)];
    if (!observed) return notFound();
    const { lowestPrice: value, numForSale: num_for_sale } = observed;
    return json({ lowest_price: value === null ? null : { value, currency: "USD" }, num_for_sale });
  };
  await withScript(script, async ({ client, drain, deps, clock }) => {
    const ada = await client("ada");
    for (const [first] of longest) {
      await watchRelease(ada, { discogs_release_id: first!.releaseId, title: "x" });
    }
    for (; day < days; day++) {
      await drain();
      clock.advance(86_400_000);
    }
    const observations = await deps.sql<{ release: number; price: number | null }>`
      select l.discogs_release_id as release, o.price_minor as price
      from price_observations o join listings l on l.id = o.listing_id order by o.observed_at`;
    for (const one of longest) {
      const stored = observations.filter((row) => row.release === one[0]!.releaseId).map((row) => row.price);
      const stated = one.map((row) => row.lowestPrice === null ? null : Math.round(row.lowestPrice * 100));
      assert.deepEqual(stored, stated.filter((price, n) => n === 0 || price !== stated[n - 1]));
    }
    const told = await deps.sql<{ price_minor: number }>`
      select c.price_minor from event_content c join events e on e.id = c.event_id`;
    const known = new Set(observations.map((row) => row.price));
    assert.ok(told.length >= longest.length && told.every((row) => known.has(row.price_minor)));
  });
});
