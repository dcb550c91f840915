/** What must have happened, worked out from the offers and the rules alone, compared with what did. */
import assert from "node:assert/strict";
import type { Pool } from "../../src/platform/sql.ts";
import { insist, until } from "./tools.ts";
import { makePollsDue } from "./load.ts";
import type { World } from "./world.ts";

/** The last offers are read, matched and streamed by then on any machine, leases of dead workers included. */
const SETTLE_MS = 60_000;

interface Rule {
  id: string;
  user_id: string;
  active_since: Date;
  keywords: string[];
  any_keywords: string[];
}

interface Offer {
  id: string;
  external_id: string;
  title: string;
  listed_at: Date;
}

/** How much there was to get right. */
export interface TruthFigures {
  rules: number;
  offers: number;
  matches: number;
  alerts: number;
}

/**
 * Waits until everything that must alert has, then compares: every (user, listing) that should alert has one event, one
 * inbox row and one alert state, nothing else has, sequence numbers have no gap, and every stream saw each once in order.
 * The load must have ended. @throws {AssertionError} naming what differs
 */
export async function assertTruth(world: World, stored: ReadonlySet<string>): Promise<TruthFigures> {
  const { sql, market } = world;
  const wanted = market.items.length + stored.size;
  const missing = async () => {
    await makePollsDue(world);
    const truth = await expected(sql);
    const alerted = new Set(await alertedPairs(sql));
    return truth.offers.length < wanted || truth.alerts.some((pair) => !alerted.has(pair));
  };
  await until("every offer read and every alert there", () => insist(async () => !await missing()), {
    withinMs: SETTLE_MS,
    everyMs: 200,
  });
  const { rules, offers, matches, alerts: dated } = await expected(sql);
  assertStored(world, stored, offers);
  const alerts = [...dated, ...await fallenPairs(sql)].sort();
  assert.deepEqual(await alertedPairs(sql), alerts, "one event for each (user, listing) that should alert");
  assert.deepEqual(await matchedPairs(sql), matches, "one match for each rule and listing that fit");
  await assertLog(sql);
  await assertStates(sql, alerts);
  await assertStreams(world);
  return { rules: rules.length, offers: offers.length, matches: matches.length, alerts: alerts.length };
}

async function expected(sql: Pool) {
  const rules = await sql<Rule>`
    select id, user_id, active_since, coalesce(query -> 'keywords', '[]') as keywords,
      coalesce(query -> 'any_keywords', '[]') as any_keywords
    from compiled_rules`;
  const offers = await sql<Offer>`select id, external_id, title, listed_at from listings`;
  const matches: string[] = [];
  const alerts = new Set<string>();
  for (const offer of offers) {
    const words = new Set(offer.title.split(" "));
    for (const rule of rules) {
      if (!rule.keywords.every((word) => words.has(word))) continue;
      if (rule.any_keywords.length > 0 && !rule.any_keywords.some((word) => words.has(word))) continue;
      matches.push(`${rule.id} ${offer.id}`);
      if (offer.listed_at >= rule.active_since) alerts.add(`${rule.user_id} ${offer.id}`);
    }
  }
  return { rules, offers, matches: matches.sort(), alerts: [...alerts].sort() };
}

function assertStored({ market }: World, stored: ReadonlySet<string>, offers: readonly Offer[]): void {
  const ids = new Set(offers.map((offer) => offer.external_id));
  assert.equal(ids.size, offers.length, "each offer stored once");
  const lost = [...market.items.map((item) => item.itemId), ...stored].filter((id) => !ids.has(id));
  assert.deepEqual(lost, [], "every offer stored");
}

async function alertedPairs(sql: Pool): Promise<string[]> {
  const rows = await sql<{ pair: string }>`
    select user_id || ' ' || listing_id as pair from events where type = 'NEW_MATCH'`;
  return rows.map((row) => row.pair).sort();
}

async function matchedPairs(sql: Pool): Promise<string[]> {
  const rows = await sql<{ pair: string }>`select compiled_rule_id || ' ' || listing_id as pair from matches`;
  return rows.map((row) => row.pair).sort();
}

/**
 * Offers older than the rule, so recorded only, that fell by the 5 % that alert: told once, as come into range. When the
 * service saw which price is not known to the test, so its own observations say that the fall was one.
 */
async function fallenPairs(sql: Pool): Promise<string[]> {
  const rows = await sql<{ pair: string }>`
    select e.user_id || ' ' || e.listing_id as pair
    from events e join event_content c on c.event_id = e.id
    where e.type = 'NEW_MATCH' and e.payload ->> 'reason' = 'into_range' and exists (
      select from price_observations o
      where o.listing_id = e.listing_id and o.observed_at < e.created_at and c.price_minor * 100 <= o.price_minor * 95)`;
  return rows.map((row) => row.pair);
}

/** Numbers from 1 without a gap, and an inbox row of the same number for each alert. */
async function assertLog(sql: Pool): Promise<void> {
  const broken = await sql`
    select h.user_id, h.last_seq, count(e.id)::int as events, min(e.seq) as first, max(e.seq) as last,
      count(e.id) filter (where a.is_alert)::int as alerts, count(n.id) filter (where a.is_alert)::int as inbox
    from event_heads h
    left join events e on e.user_id = h.user_id
    cross join lateral (select e.type in ('NEW_MATCH', 'LISTING_PRICE_DROP') as is_alert) a
    left join notifications n on n.event_id = e.id and n.user_id = e.user_id and n.seq = e.seq
    group by h.user_id, h.last_seq
    having count(e.id) <> h.last_seq or min(e.seq) <> 1 or max(e.seq) <> h.last_seq
      or count(n.id) filter (where a.is_alert) <> count(e.id) filter (where a.is_alert)`;
  assert.deepEqual(broken, [], "numbers without a gap, one inbox row for each alert");
}

async function assertStates(sql: Pool, alerts: readonly string[]): Promise<void> {
  const states = await sql<{ pair: string; alerted: boolean }>`
    select user_id || ' ' || listing_id as pair, alerted_at is not null as alerted from alert_states`;
  const told = states.filter((state) => state.alerted).map((state) => state.pair).sort();
  assert.deepEqual(told, alerts, "alert states say whom we told of what");
  const matched = await sql<
    { pair: string }
  >`select distinct user_id || ' ' || listing_id as pair from matches`;
  assert.deepEqual(
    states.map((state) => state.pair).sort(),
    matched.map((row) => row.pair).sort(),
    "an alert state for each user and listing that ever matched",
  );
}

async function assertStreams({ people, sql }: World): Promise<void> {
  for (const person of people) {
    const rows = await sql<{ seq: number }>`
      select seq from notifications where user_id = ${person.userId} order by seq`;
    const seqs = rows.map((row) => row.seq);
    await until("the stream has caught up", () => person.stream.lastSeq >= (seqs.at(-1) ?? 0), {
      withinMs: SETTLE_MS,
    });
    assert.deepEqual(person.stream.arrivals.map((one) => one.seq), seqs, "every message once and in order");
  }
}
