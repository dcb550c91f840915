import assert from "node:assert/strict";
import { ingest, saveRule } from "../support/calls.ts";
import { aListing, aRule, type NewListing, type NewQuery } from "../support/factories.ts";
import { aRateSet, ecbXml } from "../support/rates.ts";
import { startScriptedServer } from "../support/scripted_server.ts";
import { type Client, type TestService, withService } from "../support/service.ts";
import { needsRates, readSharedCases } from "../support/shared_cases.ts";
import { upsertRates } from "../../src/pricing/rate_store.ts";

const TODAY = { USD: "1.1600", JPY: "185.66", GBP: "0.85670" };

/** The service with rates of its day, as the bank publishes them. */
async function withRates(work: (service: TestService, person: Client) => Promise<void>): Promise<void> {
  await using server = startScriptedServer(() => new Response(ecbXml("2026-11-23", TODAY)));
  await withService(async (service) => {
    await service.deps.rateFeed.refresh();
    await work(service, await service.client("ada"));
  }, { FX_URL: server.url });
}

/** The rate of each match of the listing, once it is ingested: null where none was needed, absent where none matched. */
async function ratesOf(service: TestService, person: Client, fields: Partial<NewListing>) {
  const { listing } = await ingest(person, aListing({ title: "Primus - Pork Soda", ...fields }));
  const rows = await service.deps.sql<{ rate: unknown; checks: { predicate: string; actual: unknown }[] }>`
    select rate, checks from matches where listing_id = ${listing.id}`;
  return rows;
}

async function aBoundRule(person: Client, query: NewQuery): Promise<void> {
  await saveRule(person, aRule({}, { keywords: ["primus"], ...query }));
}

Deno.test("a price in euro under a bound in dollars matches, and the match keeps rate, date and source", async () => {
  await withRates(async (service, person) => {
    await aBoundRule(person, { max_price: 70, currency: "USD" });
    const [match] = await ratesOf(service, person, { price: 50, currency: "EUR" });
    assert.deepEqual(match?.rate, { rate: 1.16, date: "2026-11-23", source: "ecb", from: "EUR", to: "USD" });
    assert.equal(match?.checks.find(({ predicate }) => predicate === "max_price")?.actual, 5_800);
  });
});

Deno.test("a bound holds to the cent after conversion", async () => {
  await withRates(async (service, person) => {
    await aBoundRule(person, { max_price: 58, currency: "USD" });
    assert.equal((await ratesOf(service, person, { price: 50, currency: "EUR" })).length, 1);
    assert.equal((await ratesOf(service, person, { price: 50.01, currency: "EUR" })).length, 0);
    const [same] = await ratesOf(service, person, { price: 58, currency: "USD" });
    assert.equal(same?.rate, null);
  });
});

Deno.test("currencies without decimals convert both ways", async () => {
  await withRates(async (service, person) => {
    await aBoundRule(person, { max_price: 9_283, currency: "JPY" });
    assert.equal((await ratesOf(service, person, { price: 50, currency: "EUR" })).length, 1);
    assert.equal((await ratesOf(service, person, { price: 50.01, currency: "EUR" })).length, 0);
    const bob = await service.client("bob");
    await aBoundRule(bob, { max_price: 20, currency: "GBP" });
    // 4,334 JPY are 19.999 GBP, 4,336 are 20.008.
    assert.equal((await ratesOf(service, bob, { price: 4_334, currency: "JPY" })).length, 2);
    assert.equal((await ratesOf(service, bob, { price: 4_336, currency: "JPY" })).length, 1);
  });
});

Deno.test("a rate is used seven days and not a moment longer", async () => {
  await withRates(async (service, person) => {
    await aBoundRule(person, { max_price: 70, currency: "USD" });
    service.clock.set(new Date("2026-11-30T00:00:00.000Z"));
    assert.equal((await ratesOf(service, person, { price: 50, currency: "EUR" })).length, 1);
    service.clock.advance(1);
    assert.equal((await ratesOf(service, person, { price: 50, currency: "EUR" })).length, 0);
    assert.equal((await ratesOf(service, person, { price: 50, currency: "USD" })).length, 1);
  });
});

Deno.test("a currency nobody has a rate for is not comparable, and no bound needs no rate", async () => {
  await withRates(async (service, person) => {
    await aBoundRule(person, { max_price: 70, currency: "USD" });
    assert.equal((await ratesOf(service, person, { price: 1, currency: "ISK" })).length, 0);
    const bob = await service.client("bob");
    await aBoundRule(bob, {});
    assert.equal((await ratesOf(service, bob, { price: 1, currency: "ISK" })).length, 1);
  });
});

Deno.test("a rule made later finds stored offers in other currencies by its backfill", async () => {
  await withRates(async (service, person) => {
    await ratesOf(service, person, { price: 50, currency: "EUR" });
    await aBoundRule(person, { max_price: 70, currency: "USD" });
    await service.drain();
    const rows = await service.deps.sql<{ rate: { date: string } | null }>`select rate from matches`;
    assert.deepEqual(rows.map(({ rate }) => rate?.date), ["2026-11-23"]);
  });
});

Deno.test("the shared matching cases with exchange rates hold through the whole service", async () => {
  for (const { id, rule, listing, fx = {}, expected } of readSharedCases().rule.filter(needsRates)) {
    await withService(async (service) => {
      const { sql, clock, rates } = service.deps;
      const perEuro = Object.entries(fx).filter(([pair]) => pair.startsWith("EUR_"))
        .map(([pair, rate]) => [pair.slice(4), String(rate)]);
      await upsertRates(sql, aRateSet("ecb", "2026-11-23", Object.fromEntries(perEuro)), clock.now());
      await rates.load();
      const person = await service.client("ada");
      await saveRule(person, aRule({}, rule));
      const found = await ratesOf(service, person, listing);
      assert.equal(found.length === 1, expected, id);
    });
  }
});
