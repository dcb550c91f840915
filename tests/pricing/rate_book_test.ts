import assert from "node:assert/strict";
import { createLog, silentLog } from "../../src/platform/log.ts";
import type { Sql } from "../../src/platform/sql.ts";
import { RateBook } from "../../src/pricing/rate_book.ts";
import { findRateSets, upsertRates } from "../../src/pricing/rate_store.ts";
import { convertMinor } from "../../src/matching/decimal.ts";
import { exponentOf } from "../../src/pricing/money.ts";
import { fakeClock, NOON } from "../support/clock.ts";
import { withDatabase } from "../support/database.ts";
import { aRateSet } from "../support/rates.ts";
import { seeded } from "../matching/support.ts";

const ECB_TODAY = aRateSet("ecb", "2026-11-23", { USD: "1.1699", JPY: "185.66", GBP: "0.85670" });

async function bookOf(sql: Sql, sets: ReturnType<typeof aRateSet>[], allowOldSeed = false) {
  for (const set of sets) await upsertRates(sql, set, NOON);
  const clock = fakeClock();
  const book = new RateBook({ sql, clock, log: silentLog }, { allowOldSeed });
  await book.load();
  return { book, clock };
}

Deno.test("RateBook.rate() gives published rates as they are and others through the euro", async () => {
  await withDatabase(async (sql) => {
    const { book } = await bookOf(sql, [ECB_TODAY]);
    assert.deepEqual(book.rate("EUR", "USD"), { rate: 1.1699, date: "2026-11-23", source: "ecb" });
    assert.equal(book.rate("USD", "EUR")?.rate, 0.854773912300);
    assert.equal(book.rate("GBP", "JPY")?.rate, 216.715302907);
    assert.equal(book.rate("EUR", "EUR")?.rate, 1);
    assert.equal(book.rate("EUR", "XTS"), null);
    assert.equal(book.rate("BTC", "USD"), null);
  });
});

Deno.test("RateBook.rate() is usable to the instant at which its day began seven days ago, and not after", async () => {
  await withDatabase(async (sql) => {
    const { book, clock } = await bookOf(sql, [ECB_TODAY]);
    clock.set(new Date("2026-11-30T00:00:00.000Z"));
    assert.equal(book.rate("EUR", "USD")?.date, "2026-11-23");
    clock.advance(1);
    assert.equal(book.rate("EUR", "USD"), null);
  });
});

Deno.test("RateBook.rate() takes the newest day that has both currencies, the bank before the shipped set", async () => {
  await withDatabase(async (sql) => {
    const { book } = await bookOf(sql, [
      aRateSet("ecb", "2026-11-20", { USD: "1.1", ISK: "140" }),
      ECB_TODAY,
      aRateSet("currency-api", "2026-11-23", { USD: "1.2", ARS: "1700" }),
    ]);
    assert.equal(book.rate("EUR", "USD")?.rate, 1.1699);
    // One day and one source for both currencies: a rate of two days would have no date.
    assert.deepEqual(book.rate("ISK", "USD"), { rate: 0.00785714285714, date: "2026-11-20", source: "ecb" });
    assert.deepEqual(book.rate("EUR", "ARS"), { rate: 1700, date: "2026-11-23", source: "currency-api" });
  });
});

Deno.test("RateBook.rate() uses an old shipped set only where that is allowed, and says which it was", async () => {
  await withDatabase(async (sql) => {
    const seed = aRateSet("currency-api", "2026-09-29", { USD: "1.136" });
    const strict = await bookOf(sql, [seed]);
    assert.equal(strict.book.rate("EUR", "USD"), null);
    const { book } = await bookOf(sql, [seed], true);
    assert.deepEqual(book.rate("EUR", "USD"), { rate: 1.136, date: "2026-09-29", source: "currency-api" });
    const fresh = await bookOf(sql, [seed, ECB_TODAY], true);
    assert.equal(fresh.book.rate("EUR", "USD")?.source, "ecb");
    fresh.clock.advance(8 * 86_400_000);
    assert.equal(fresh.book.rate("EUR", "USD")?.source, "currency-api");
  });
});

Deno.test("RateBook.load() logs which rates are in use once per state", async () => {
  await withDatabase(async (sql) => {
    const lines: string[] = [];
    const write = (line: string) => void lines.push(JSON.parse(line).message);
    const log = createLog({ format: "json", level: "info", now: () => NOON, write });
    const book = new RateBook({ sql, clock: fakeClock(), log }, { allowOldSeed: true });
    await book.load();
    await book.load();
    await upsertRates(sql, aRateSet("currency-api", "2026-09-29", { USD: "1.136" }), NOON);
    await book.load();
    await book.load();
    await upsertRates(sql, ECB_TODAY, NOON);
    await book.load();
    assert.deepEqual(lines, [
      "no usable exchange rate: prices in other currencies match no price bound",
      "prices convert with old shipped rates, as development allows",
      "exchange rates in use",
    ]);
  });
});

Deno.test("upsertRates() takes a corrected rate, and keeps the text of one exactly", async () => {
  await withDatabase(async (sql) => {
    await upsertRates(sql, aRateSet("ecb", "2026-11-23", { USD: "1.10", GBP: "0.85670" }), NOON);
    await upsertRates(sql, aRateSet("ecb", "2026-11-23", { USD: "1.1699" }), NOON);
    const [set] = await findRateSets(sql, "2026-11-23");
    assert.deepEqual(Object.fromEntries(set!.rates), { USD: "1.1699", GBP: "0.85670" });
  });
});

Deno.test("an amount converted there and back differs by at most one minor unit of the coarser currency", async () => {
  await withDatabase(async (sql) => {
    const { book } = await bookOf(sql, [
      aRateSet("ecb", "2026-11-23", {
        USD: "1.1699",
        JPY: "185.66",
        GBP: "0.85670",
        KWD: "0.35802",
        IDR: "20659.38",
      }),
    ]);
    const random = seeded(11);
    const codes = ["EUR", "USD", "JPY", "GBP", "KWD", "IDR"];
    for (let round = 0; round < 20_000; round++) {
      const from = codes[Math.floor(random() * codes.length)]!;
      const to = codes[Math.floor(random() * codes.length)]!;
      if (from === to) continue;
      const minor = Math.floor(random() ** 4 * 100_000_000);
      const there = book.rate(from, to)!.rate;
      const back = book.rate(to, from)!.rate;
      const returned = convertMinor(convertMinor(minor, { rate: there, from, to }), {
        rate: back,
        from: to,
        to: from,
      });
      const coarser = Math.max(1, back * 10 ** (exponentOf(from) - exponentOf(to)));
      assert.ok(Math.abs(returned - minor) <= coarser, `${minor} ${from} to ${to} and back is ${returned}`);
    }
  });
});
