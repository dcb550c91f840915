import assert from "node:assert/strict";
import { addSeconds } from "../../src/platform/clock.ts";
import { createSimulatedMarket, SIMULATED_PAGE_SIZE } from "../../src/providers/simulated/market.ts";
import type { ListingDraft, ProviderQuery } from "../../src/providers/contract.ts";
import { testProviderContract } from "./conformance.ts";
import { fakeClock, NOON } from "../support/clock.ts";
import { allPages, aRule, failed, watched } from "./support.ts";

const CALM = { outageShare: 0, callsPerMinute: 1e9 };

function market(options: { at?: Date; seed?: string; rates?: Record<string, number> } = {}) {
  const clock = fakeClock(options.at ?? NOON);
  return {
    clock,
    market: createSimulatedMarket({ clock, seed: options.seed ?? "s", rates: { ...CALM, ...options.rates } }),
  };
}

function queryFor(keyword: string): ProviderQuery {
  const [query] = market().market.plan(aRule({ keywords: [keyword] }));
  if (!query) throw new Error(`Cannot plan ${keyword}`);
  return query;
}

const ids = (listings: readonly ListingDraft[]) => listings.map((listing) => listing.external_id);

testProviderContract("simulated", {
  make: ({ clock }) => createSimulatedMarket({ clock, seed: "contract" }),
  keyword: "miles davis",
  answers: null,
  empty: null,
});

Deno.test("createSimulatedMarket() is the same market for one seed and time, whenever it was started", () => {
  const early = market({ at: addSeconds(NOON, -86_400) }).market;
  early.offersAt(addSeconds(NOON, -40_000));
  assert.deepEqual(early.offersAt(NOON), market().market.offersAt(NOON));
  assert.notDeepEqual(ids(market({ seed: "t" }).market.offersAt(NOON)), ids(early.offersAt(NOON)));
});

Deno.test("createSimulatedMarket() holds some hundred offers at any time of two days", () => {
  const { market: m } = market();
  for (let hour = 0; hour < 48; hour += 3) {
    const count = m.offersAt(addSeconds(NOON, hour * 3600)).length;
    assert.ok(count > 300 && count < 2_000, `${count} offers`);
  }
});

Deno.test("createSimulatedMarket() lists a new Miles Davis and a new Fleetwood Mac every 15 to 35 s", () => {
  const { market: m } = market();
  for (const artist of ["miles davis", "fleetwood mac"]) {
    const seen = new Set<string>();
    for (let second = 0; second < 3_600; second += 30) {
      for (const { external_id, listed_at } of m.truth(addSeconds(NOON, second), queryFor(artist))) {
        if (listed_at && listed_at >= NOON) seen.add(external_id);
      }
    }
    const every = 3_600 / seen.size;
    assert.ok(every > 15 && every < 35, `${artist}: every ${every.toFixed(1)} s`);
  }
});

Deno.test("createSimulatedMarket() gives every page of a search newest first, equal to the truth", async () => {
  const { market: m } = market();
  const pages = await allPages(m, queryFor("miles davis"));
  assert.ok(pages.length > 1);
  assert.ok(pages.slice(0, -1).every((page) => page.listings.length === SIMULATED_PAGE_SIZE));
  const listings = pages.flatMap((page) => page.listings);
  assert.deepEqual(listings, m.truth(NOON, queryFor("miles davis")));
  const times = listings.map((listing) => listing.listed_at?.getTime() ?? 0);
  assert.deepEqual(times, times.toSorted((a, b) => b - a));
  assert.ok(listings.every((listing) => /davis/i.test(listing.title)));
});

Deno.test("search() neither doubles nor hides an offer that lives on while pages are read", async () => {
  const { market: m, clock } = market();
  const query = queryFor("miles davis");
  const before = m.truth(clock.now(), query);
  const seen: string[] = [];
  for (let cursor: string | null = null, more = true; more;) {
    const page: { listings: ListingDraft[]; next: string | null } = await m.search(query, cursor, watched());
    seen.push(...ids(page.listings));
    more = page.next !== null;
    cursor = page.next;
    clock.advance(20_000);
  }
  const after = new Set(ids(m.truth(clock.now(), query)));
  assert.equal(new Set(seen).size, seen.length);
  for (const id of ids(before)) if (after.has(id)) assert.ok(seen.includes(id), `${id} was hidden`);
});

Deno.test("createSimulatedMarket() moves prices both ways, ends offers and relists records", () => {
  const { market: m } = market();
  let [downs, rises, ended] = [0, 0, 0];
  let known = new Map(m.offersAt(NOON).map((listing) => [listing.external_id, listing]));
  let relists = 0;
  for (let minute = 1; minute <= 60; minute++) {
    const now = new Map(
      m.offersAt(addSeconds(NOON, minute * 60)).map((listing) => [listing.external_id, listing]),
    );
    for (const [id, before] of known) {
      const after = now.get(id);
      if (!after) ended++;
      else if ((after.price_minor ?? 0) < (before.price_minor ?? 0)) downs++;
      else if ((after.price_minor ?? 0) > (before.price_minor ?? 0)) rises++;
    }
    relists += [...now.keys()].filter((id) => id.endsWith("r") && !known.has(id)).length;
    known = now;
  }
  assert.ok(downs > rises && rises > 20, `${downs} down, ${rises} up`);
  assert.ok(ended > 500 && relists > 50, `${ended} ended, ${relists} relisted`);
});

Deno.test("createSimulatedMarket() states prices in three currencies, some without, all whole minor units", () => {
  const offers = market().market.offersAt(NOON);
  assert.deepEqual(new Set(offers.map((offer) => offer.currency)), new Set(["USD", "EUR", "GBP", null]));
  const priced = offers.filter((offer) => offer.price_minor !== null);
  assert.ok(priced.length < offers.length && priced.length > offers.length * 0.9);
  assert.ok(priced.every(({ price_minor }) => Number.isSafeInteger(price_minor) && (price_minor ?? 0) > 0));
  assert.equal(new Set(ids(offers)).size, offers.length);
});

Deno.test("search() finds accents, joined names and upper case by their plain words", () => {
  const { market: m } = market();
  for (const words of ["bjork", "sigur ros", "ac/dc", "mf doom", "ágætis", "acdc"]) {
    assert.ok(m.truth(NOON, queryFor(words)).length > 0, words);
  }
});

Deno.test("search() makes the market once: a further search costs less than a tenth of the first", async () => {
  const { market: m, clock } = market();
  const cost = async () => {
    const started = performance.now();
    await m.search(queryFor("miles davis"), null, watched());
    return performance.now() - started;
  };
  const first = await cost();
  const further: number[] = [];
  for (let round = 0; round < 51; round++) {
    clock.advance(5_000);
    further.push(await cost());
  }
  const median = further.sort((a, b) => a - b)[25] ?? Infinity;
  assert.ok(median < first / 10, `${first.toFixed(1)} ms, then ${median.toFixed(1)} ms`);
});

Deno.test("search() fails by no fault in the first 60 s and by all of them after", async () => {
  const { market: m, clock } = market({ rates: { outageShare: 1 } });
  clock.advance(59_000);
  await m.search(queryFor("low"), null, watched());
  clock.advance(1_000);
  const options = watched();
  await failed(m.search(queryFor("low"), null, options), "unavailable");
  assert.deepEqual(options.calls.map((call) => call.status_code), [503]);
});

Deno.test("search() is out about one percent of the time, in spells that depend on seed and time only", async () => {
  const outcomes = async () => {
    const { market: m, clock } = market({ rates: { outageShare: 0.01, graceSeconds: 0 } });
    const down: number[] = [];
    for (let spell = 0; spell < 3_000; spell++) {
      await m.search(queryFor("neu"), null, watched()).catch(() => down.push(spell));
      clock.advance(5_000);
    }
    return down;
  };
  const first = await outcomes();
  assert.ok(first.length > 10 && first.length < 60, `${first.length} of 3000`);
  assert.deepEqual(await outcomes(), first);
});

Deno.test("search() rate limits the call over the limit and says when the next one is free", async () => {
  const { market: m, clock } = market({ rates: { callsPerMinute: 3, graceSeconds: 0 } });
  const search = () => m.search(queryFor("low"), null, watched());
  await search();
  clock.advance(10_000);
  await search();
  await search();
  assert.equal((await failed(search(), "rate_limited")).retryAfterSeconds, 50);
  clock.advance(49_000);
  await failed(search(), "rate_limited");
  clock.advance(1_000);
  await search();
});

Deno.test("plan() of the simulated market makes one query per alternative and none without words", () => {
  const { market: m } = market();
  assert.deepEqual(m.plan(aRule({ keywords: ["Blue"], any_keywords: ["LP", "180g vinyl"] })).length, 2);
  assert.deepEqual(m.plan(aRule({})), []);
});

Deno.test("findListing() of the simulated market is for sale, then ended, then forgotten, and not there before", async () => {
  const { market: stall, clock } = market();
  const [offer] = stall.offersAt(clock.now());
  const find = () => stall.findListing!(offer!.external_id, watched());
  assert.deepEqual(await find(), offer);
  clock.advance(2 * 3_600_000);
  const over = await find();
  assert.deepEqual([over?.external_id, over?.status], [offer!.external_id, "ended"]);
  clock.advance(4 * 3_600_000);
  assert.equal(await find(), null);
  assert.equal(
    await market({ at: addSeconds(NOON, -86_400) }).market.findListing!(offer!.external_id, watched()),
    null,
  );
  for (const id of ["", "x", "zzzz-9", "'"]) assert.equal(await stall.findListing!(id, watched()), null);
});
