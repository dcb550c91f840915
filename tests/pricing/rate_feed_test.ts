import assert from "node:assert/strict";
import { createHttpClient } from "../../src/platform/http_client.ts";
import { createLog } from "../../src/platform/log.ts";
import type { Pool } from "../../src/platform/sql.ts";
import { RateBook } from "../../src/pricing/rate_book.ts";
import { newestPublished, RateFeed } from "../../src/pricing/rate_feed.ts";
import { readSeedRates } from "../../src/pricing/seed_rates.ts";
import { upsertRates } from "../../src/pricing/rate_store.ts";
import { fakeClock, NOON } from "../support/clock.ts";
import { withDatabase } from "../support/database.ts";
import { aRateSet, ecbXml } from "../support/rates.ts";
import { hang, html, startScriptedServer } from "../support/scripted_server.ts";

const FRIDAY = ecbXml("2026-11-20", { USD: "1.1699", GBP: "0.85670" });
const xml = (text: string) => new Response(text, { headers: { "content-type": "text/xml" } });

function feedOf(sql: Pool, url: string | null, { allowOldSeed = false } = {}) {
  const clock = fakeClock();
  const lines: string[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line).message);
  const log = createLog({ format: "json", level: "info", now: () => NOON, write });
  const rates = new RateBook({ sql, clock, log }, { allowOldSeed });
  const feed = new RateFeed({ sql, clock, log, http: createHttpClient({ userAgent: "test" }), rates }, {
    url,
  });
  return { feed, rates, clock, lines };
}

Deno.test("RateFeed.refresh() stores what the bank publishes and asks again only when more should be out", async () => {
  await withDatabase(async (sql) => {
    await using server = startScriptedServer(() => xml(FRIDAY));
    const { feed, rates, clock } = feedOf(sql, server.url);
    await using _ = feed;
    assert.equal(await feed.refresh(), "stored");
    assert.deepEqual(rates.rate("EUR", "USD"), { rate: 1.1699, date: "2026-11-20", source: "ecb" });
    assert.equal(await feed.refresh(), "current");
    clock.set(new Date("2026-11-23T15:15:00Z"));
    assert.equal(await feed.refresh(), "unchanged");
    server.answer(() => xml(ecbXml("2026-11-23", { USD: "1.2" })));
    assert.equal(await feed.refresh(), "stored");
    assert.equal(await feed.refresh(), "current");
    assert.equal(server.requests.length, 3);
    assert.equal(rates.rate("EUR", "USD")?.rate, 1.2);
  });
});

Deno.test("RateFeed.refresh() logs the first failure of a row, keeps the stored rates, and recovers", async () => {
  await withDatabase(async (sql) => {
    await using server = startScriptedServer(() => html(503));
    const { feed, rates, lines } = feedOf(sql, server.url);
    await using _ = feed;
    await upsertRates(sql, aRateSet("ecb", "2026-11-19", { USD: "1.1" }), NOON);
    await rates.load();
    const answers = [() => html(503), () => html(200), () => xml(ecbXml("2027-11-20", { USD: "9" }))];
    for (const answer of answers) {
      server.answer(answer);
      assert.equal(await feed.refresh(), "failed");
    }
    assert.equal(rates.rate("EUR", "USD")?.rate, 1.1);
    server.answer(() => xml(FRIDAY));
    assert.equal(await feed.refresh(), "stored");
    const failures = lines.filter((line) => line.startsWith("exchange rates not fetched"));
    assert.equal(failures.length, 1);
    assert.ok(lines.includes("exchange rates fetched again"));
  });
});

Deno.test("RateFeed.start() stores the shipped rates with their own date, and answers when the source does not", async () => {
  await withDatabase(async (sql) => {
    const seed = await readSeedRates();
    assert.ok(seed && seed.rates.size > 100 && Number(seed.rates.get("USD")) > 0.5);
    await using server = startScriptedServer(hang);
    const { feed, rates } = feedOf(sql, server.url, { allowOldSeed: true });
    {
      await using _ = feed;
      await feed.start();
      assert.deepEqual(rates.rate("EUR", "USD"), {
        rate: Number(seed.rates.get("USD")),
        date: seed.date,
        source: "currency-api",
      });
    }
  });
});

Deno.test("RateFeed.start() waits for the first rates where nothing else converts", async () => {
  await withDatabase(async (sql) => {
    await using server = startScriptedServer(() => xml(FRIDAY));
    const { feed, rates } = feedOf(sql, server.url);
    await using _ = feed;
    await feed.start();
    assert.equal(rates.rate("EUR", "USD")?.source, "ecb");
  });
});

Deno.test("RateFeed without a URL fetches nothing and still stores the shipped rates", async () => {
  await withDatabase(async (sql) => {
    const { feed, rates } = feedOf(sql, null, { allowOldSeed: true });
    await using _ = feed;
    assert.equal(await feed.refresh(), "off");
    await feed.start();
    assert.equal(rates.rate("EUR", "USD")?.source, "currency-api");
  });
});

const PUBLISHED: [now: string, day: string][] = [
  ["2026-11-23T15:14:59Z", "2026-11-20"],
  ["2026-11-23T15:15:00Z", "2026-11-23"],
  ["2026-11-22T20:00:00Z", "2026-11-20"],
  ["2026-11-21T00:00:00Z", "2026-11-20"],
  ["2026-11-20T12:00:00Z", "2026-11-19"],
];

for (const [now, day] of PUBLISHED) {
  Deno.test(`newestPublished() at ${now} is ${day}`, () => assert.equal(newestPublished(new Date(now)), day));
}
