/** Semantics §4 as two walks: the price of one offer and the floor of one release, and what each step tells to whom. */
import assert from "node:assert/strict";
import type { Sql } from "../../src/platform/sql.ts";
import { inboxOf, ingest, saveRule } from "../support/calls.ts";
import { aListing, aRule, type NewListing } from "../support/factories.ts";
import { setRates } from "../support/fixed_rates.ts";
import { type Client, type TestService, withService } from "../support/service.ts";

/** One observation and the events it makes, as "TYPE reason", for each person in order of the walk's people. */
interface Step {
  what: string;
  /** What differs from the step before. */
  seen: Partial<NewListing>;
  /** US dollars for one euro from this step on. */
  euro?: number;
  events: string[][];
}

const QUIET: string[][] = [[], []];

/** Ada: anything; Bob: at most 40 US dollars. */
const OFFER_WALK: Step[] = [
  {
    what: "first seen out of Bob's range",
    seen: { price: 45 },
    events: [["LISTING_FIRST_SEEN", "NEW_MATCH new_listing"], []],
  },
  {
    what: "down into Bob's range, 11 % for Ada",
    seen: { price: 40 },
    events: [["LISTING_PRICE_DROP price_drop"], ["NEW_MATCH into_range"]],
  },
  { what: "a little down, a cent short of 5 %", seen: { price: 38.01 }, events: QUIET },
  {
    what: "exactly 5 % below the price told",
    seen: { price: 38 },
    events: [["LISTING_PRICE_DROP price_drop"], ["LISTING_PRICE_DROP price_drop"]],
  },
  {
    what: "a little up",
    seen: { price: 39 },
    events: [["LISTING_PRICE_RISE price_rise"], ["LISTING_PRICE_RISE price_rise"]],
  },
  { what: "back, which it was not far from", seen: { price: 38 }, events: QUIET },
  {
    what: "up by 10 %, and out of Bob's range: his match stays, as history",
    seen: { price: 41.8 },
    events: [["LISTING_PRICE_RISE price_rise"], ["LISTING_PRICE_RISE price_rise"]],
  },
  {
    what: "down into Bob's range, still above what Ada knows",
    seen: { price: 39.5 },
    events: [[], ["LISTING_PRICE_DROP fell_again"]],
  },
  {
    what: "down to what Ada knows, 3.8 % below what Bob knows",
    seen: { price: 38 },
    events: [["LISTING_PRICE_DROP fell_again"], []],
  },
  { what: "in euros, at the same worth", seen: { price: 34.54, currency: "EUR" }, events: QUIET },
  { what: "in euros, cheaper only because the euro fell", seen: { price: 34.53 }, euro: 1, events: QUIET },
  {
    what: "in euros, cheaper by more than the euro fell",
    seen: { price: 30 },
    events: [["LISTING_PRICE_DROP price_drop"], ["LISTING_PRICE_DROP price_drop"]],
  },
  {
    what: "a price that is not stated for a while",
    seen: { price: null, currency: null },
    events: QUIET,
  },
  { what: "the same price again", seen: { price: 30, currency: "EUR" }, events: QUIET },
  {
    what: "ended",
    seen: { status: "ended" },
    events: [["LISTING_ENDED ended"], ["LISTING_ENDED ended"]],
  },
  { what: "relisted under its id at the same price", seen: { status: "active" }, events: QUIET },
  {
    what: "5 % less than what was told before it ended",
    seen: { price: 28.5 },
    events: [["LISTING_PRICE_DROP price_drop"], ["LISTING_PRICE_DROP price_drop"]],
  },
  {
    what: "ended again",
    seen: { status: "ended" },
    events: [["LISTING_ENDED ended"], ["LISTING_ENDED ended"]],
  },
  {
    what: "relisted 5 % cheaper",
    seen: { status: "active", price: 27.07 },
    events: [["LISTING_PRICE_DROP price_drop"], ["LISTING_PRICE_DROP price_drop"]],
  },
];

/** Ada: whenever one is for sale; Bob: at most 20 US dollars. */
const FLOOR_WALK: Step[] = [
  { what: "none for sale", seen: { price: null, for_sale_count: 0 }, events: QUIET },
  { what: "blocked", seen: { is_blocked: true, for_sale_count: null }, events: QUIET },
  { what: "unknown, which is neither", seen: { is_blocked: false }, events: QUIET },
  { what: "none for sale again", seen: { for_sale_count: 0 }, events: QUIET },
  {
    what: "the first copies, above Bob's target",
    seen: { price: 30, for_sale_count: 2 },
    events: [["NEW_MATCH first_available"], []],
  },
  { what: "one copy more", seen: { for_sale_count: 3 }, events: [["LISTING_SUPPLY_UP supply_up"], []] },
  { what: "3 % down", seen: { price: 29 }, events: QUIET },
  { what: "5 % under the floor told", seen: { price: 28.5 }, events: [["LISTING_PRICE_DROP new_low"], []] },
  {
    what: "at Bob's target",
    seen: { price: 20 },
    events: [["LISTING_PRICE_DROP new_low"], ["NEW_MATCH at_or_below_target"]],
  },
  {
    what: "up by less than 10 %, over the target",
    seen: { price: 21.99 },
    events: [["LISTING_PRICE_RISE price_rise"], ["LISTING_PRICE_RISE price_rise"]],
  },
  { what: "under the target again, which is jitter", seen: { price: 19.99 }, events: QUIET },
  {
    what: "up by 10 %",
    seen: { price: 22 },
    events: [["LISTING_PRICE_RISE price_rise"], ["LISTING_PRICE_RISE price_rise"]],
  },
  {
    what: "at the target again",
    seen: { price: 20 },
    events: [["LISTING_PRICE_DROP fell_again"], ["LISTING_PRICE_DROP at_or_below_target"]],
  },
  { what: "6 % down while the euro fell by 7 %", seen: { price: 18.8 }, euro: 1.023, events: QUIET },
  {
    what: "10 % down while the euro fell by 7 %",
    seen: { price: 18 },
    events: [["LISTING_PRICE_DROP new_low"], ["LISTING_PRICE_DROP new_low"]],
  },
  {
    what: "blocked, which is no ending",
    seen: { price: null, for_sale_count: null, is_blocked: true },
    events: QUIET,
  },
  {
    what: "unblocked at the same floor",
    seen: { price: 18, for_sale_count: 1, is_blocked: false },
    events: QUIET,
  },
  { what: "sold out", seen: { price: null, for_sale_count: 0 }, events: QUIET },
  {
    what: "for sale again at the floor told",
    seen: { price: 18, for_sale_count: 1 },
    events: [["LISTING_PRICE_DROP fell_again"], ["LISTING_PRICE_DROP at_or_below_target"]],
  },
  { what: "sold out again", seen: { price: null, for_sale_count: 0 }, events: QUIET },
  {
    what: "for sale again, dearer than told but at Bob's target",
    seen: { price: 19, for_sale_count: 1 },
    events: [["LISTING_SUPPLY_UP supply_up"], ["LISTING_PRICE_DROP at_or_below_target"]],
  },
  {
    what: "the release ended",
    seen: { status: "ended" },
    events: [["LISTING_ENDED ended"], ["LISTING_ENDED ended"]],
  },
  { what: "relisted above the target", seen: { status: "active", price: 20.5 }, events: QUIET },
];

async function walk(
  { deps, clock, drain }: TestService,
  input: { people: Client[]; listing: NewListing; steps: Step[] },
): Promise<void> {
  const [ada] = input.people;
  let listing = input.listing;
  setRates(deps, { EUR: 1.1, GBP: 1.3 });
  for (const { what, seen, euro, events } of input.steps) {
    if (euro !== undefined) setRates(deps, { EUR: euro, GBP: 1.3 });
    listing = { ...listing, ...seen };
    const before = await lastSeqs(deps.sql, input.people);
    clock.advance(600_000);
    await ingest(ada!, listing);
    const told = await eventsAfter(deps.sql, input.people, before);
    assert.deepEqual(told, events, what);
    // The same observation again, and whatever work is due, change nothing.
    clock.advance(1_000);
    await ingest(ada!, listing);
    await drain();
    assert.deepEqual(await eventsAfter(deps.sql, input.people, before), events, `${what}, seen twice`);
  }
}

function lastSeqs(sql: Sql, people: Client[]): Promise<number[]> {
  return Promise.all(people.map(async ({ userId }) => {
    const [head] = await sql<
      { last_seq: number }
    >`select last_seq from event_heads where user_id = ${userId}`;
    return head?.last_seq ?? 0;
  }));
}

function eventsAfter(sql: Sql, people: Client[], seqs: number[]): Promise<string[][]> {
  return Promise.all(people.map(async ({ userId }, at) => {
    const rows = await sql<{ text: string }>`
      select concat_ws(' ', type, payload ->> 'reason') as text
      from events where user_id = ${userId} and seq > ${seqs[at]!} order by seq`;
    return rows.map((row) => row.text);
  }));
}

/** Bodies of the inbox, oldest first, without what every one ends with. */
async function bodies(person: Client): Promise<string[]> {
  const inbox = await inboxOf(person, { limit: 200 });
  return inbox.map((one) => one.body.replace(/ · matches .*$/, "")).reverse();
}

Deno.test("the price of an offer walks, and exactly the alerts of semantics §4 come", async () => {
  await withService(async (service) => {
    const people = [await service.client("ada"), await service.client("bob")];
    await saveRule(people[0]!, aRule());
    await saveRule(people[1]!, aRule({}, { max_price: 40 }));
    await service.drain();
    const listing = aListing({ listed_at: "2026-11-23T12:00:00Z", external_id: "walk", condition: null });
    await walk(service, { people, listing, steps: OFFER_WALK });
    assert.deepEqual(await bodies(people[1]!), [
      "40.00 USD, was 45.00 USD · Simulated market · now in your range",
      "38.00 USD, was 40.00 USD · Simulated market · price drop",
      "39.50 USD, was 38.00 USD · Simulated market · down again",
      "30.00 EUR, was 39.50 USD · Simulated market · price drop",
      "28.50 EUR, was 30.00 EUR · Simulated market · price drop",
      "27.07 EUR, was 28.50 EUR · Simulated market · price drop",
    ]);
  });
});

Deno.test("the floor of a release walks, and exactly the alerts of semantics §4 come", async () => {
  await withService(async (service) => {
    const people = [await service.client("ada"), await service.client("bob")];
    await saveRule(people[0]!, aRule());
    await saveRule(people[1]!, aRule({}, { max_price: 20 }));
    await service.drain();
    const listing = aListing({ kind: "floor", external_id: "release-1", condition: null });
    await walk(service, { people, listing, steps: FLOOR_WALK });
    const texts = await bodies(people[0]!);
    assert.equal(texts[0], "from 30.00 USD, 2 for sale worldwide · Simulated market · now available");
    assert.equal(
      texts[1],
      "from 28.50 USD, was 30.00 USD, 3 for sale worldwide · Simulated market · new low",
    );
    assert.ok((await bodies(people[1]!))[0]?.endsWith("at or below your target"));
    assert.ok(texts.every((text) => !/new (listing|offer)/i.test(text)));
  });
});

Deno.test("what a first run recorded counts as told: a later fall is its first alert", async () => {
  await withService(async ({ client, drain, clock, deps }) => {
    const ada = await client("ada");
    const offer = aListing({ listed_at: "2026-11-01T00:00:00Z", external_id: "old", price: 40 });
    await ingest(ada, offer);
    clock.advance(1_000);
    await saveRule(ada, aRule({ alerts: { first_run: "none" } }));
    await drain();
    const before = await lastSeqs(deps.sql, [ada]);
    for (const price of [38.01, 38, 36.11, 36.1]) {
      clock.advance(1_000);
      await ingest(ada, { ...offer, price });
    }
    assert.deepEqual(await eventsAfter(deps.sql, [ada], before), [
      ["NEW_MATCH into_range", "LISTING_PRICE_DROP price_drop"],
    ]);
  });
});

Deno.test("of several rules the smallest drop decides, and only of those that match at the new price", async () => {
  await withService(async ({ client, clock, deps }) => {
    const ada = await client("ada");
    const sensitive = aRule({ alerts: { drop_percent: 2 } }, { min_price: 38.5 });
    await saveRule(ada, sensitive);
    await saveRule(ada, aRule({ name: "coarse", alerts: { drop_percent: 20 } }));
    const offer = aListing({ listed_at: "2026-11-23T12:00:00Z", external_id: "two", price: 40 });
    await ingest(ada, offer);
    const before = await lastSeqs(deps.sql, [ada]);
    for (const price of [39.21, 39.2, 38.41, 31.37, 31.36]) {
      clock.advance(1_000);
      await ingest(ada, { ...offer, price });
    }
    const rows = await deps.sql<{ price_minor: number }>`
      select c.price_minor from events e join event_content c on c.event_id = e.id
      where e.type = 'LISTING_PRICE_DROP' and e.seq > ${before[0]!} order by e.seq`;
    assert.deepEqual(rows.map((row) => row.price_minor), [3920, 3136]);
  });
});
