/**
 * `deno task bench:match`: what one listing costs to match at 1,000, 10,000 and 100,000 rules: candidates in SQL, rules
 * from the cache, verdicts. Needs DATABASE_URL of a server on which it may create databases.
 */
import { findCandidates } from "../src/alerts/candidate_store.ts";
import { RuleCache } from "../src/alerts/rule_cache.ts";
import { pairKeys } from "../src/matching/anchors.ts";
import { listingKeys, tokens } from "../src/matching/tokens.ts";
import { type ListingFacts, NO_RATES } from "../src/matching/verdict.ts";
import { judge } from "../src/matching/watch.ts";
import { monotonicMs } from "../src/platform/clock.ts";
import type { Pool } from "../src/platform/sql.ts";
import { pick, seeded } from "../tests/matching/support.ts";
import {
  addRules,
  addUsers,
  quantile,
  readWorks,
  say,
  titleOf,
  withBenchDatabase,
  type Work,
} from "./world.ts";

const SIZES = [1_000, 10_000, 100_000] as const;
const RULES_PER_USER = 10;
/** Listings of one page. */
const BATCH = 100;
const BATCHES = 40;

interface Cost {
  /** Microseconds for one listing, one number per batch. */
  sql: number[];
  verdicts: number[];
  candidates: number;
  matches: number;
}

const works = await readWorks();
say(`${works.length} works; batches of ${BATCH} listings; times in µs for one listing`);
say(
  "| rules | candidates p50 | p99 | rules and verdicts p50 | p99 | all p50 | candidates each | matches each |",
);
say("|---|---|---|---|---|---|---|---|");
const medians: number[] = [];
for (const rules of SIZES) {
  await withBenchDatabase(async (sql) => {
    const users = await addUsers(sql, rules / RULES_PER_USER);
    await addRules(sql, { count: rules, users, works, seed: 3 });
    medians.push(report(rules, await measure(sql, works)));
  });
}
say(`100,000 rules cost ${(medians.at(-1)! / medians[0]!).toFixed(1)} times what 1,000 do`);

async function measure(sql: Pool, from: readonly Work[]): Promise<Cost> {
  const random = seeded(9);
  const cache = new RuleCache();
  const cost: Cost = { sql: [], verdicts: [], candidates: 0, matches: 0 };
  const batches = Array.from(
    { length: BATCHES },
    () => Array.from({ length: BATCH }, () => factsOf(from, random)),
  );
  // Once unmeasured: connections, plans, compiled rules.
  for (const isMeasured of [false, true]) {
    for (const batch of batches) await matchBatch(sql, cache, batch, isMeasured ? cost : null);
  }
  return cost;
}

async function matchBatch(sql: Pool, cache: RuleCache, batch: readonly ListingFacts[], cost: Cost | null) {
  const started = monotonicMs();
  const candidates = await findCandidates(
    sql,
    batch.map(({ provider, tokens }, ord) => {
      const keys = listingKeys(tokens);
      return { ord, provider, keys, pairs: pairKeys(keys) };
    }),
  );
  const found = monotonicMs();
  const ready = await cache.load(sql, [...new Set(candidates.map((one) => one.compiled_rule_id))]);
  let matches = 0;
  for (const { ord, compiled_rule_id } of candidates) {
    const rule = ready.get(compiled_rule_id);
    if (!rule) continue;
    const { compiled } = rule;
    const verdict = judge({ compiled, active: true }, batch[ord]!, NO_RATES, { untilFailure: true });
    if (verdict.kind === "match") matches++;
  }
  const ended = monotonicMs();
  if (!cost) return;
  cost.sql.push((found - started) * 1_000 / batch.length);
  cost.verdicts.push((ended - found) * 1_000 / batch.length);
  cost.candidates += candidates.length;
  cost.matches += matches;
}

function factsOf(from: readonly Work[], random: () => number): ListingFacts {
  return {
    provider: "mock",
    tokens: tokens(titleOf(pick(random, from), random)),
    price_minor: 300 + Math.floor(random() * 6_000),
    currency: "USD",
    grade: pick(random, [null, "VG", "VG+", "NM"]),
    formats: [],
  };
}

function report(rules: number, { sql, verdicts, candidates, matches }: Cost): number {
  const all = sql.map((micros, index) => micros + verdicts[index]!);
  const cells = [
    rules.toLocaleString("en"),
    ...[sql, verdicts].flatMap((list) => [0.5, 0.99].map((share) => quantile(list, share).toFixed(0))),
    quantile(all, 0.5).toFixed(0),
    (candidates / BATCH / BATCHES).toFixed(2),
    (matches / BATCH / BATCHES).toFixed(2),
  ];
  say(`| ${cells.join(" | ")} |`);
  return quantile(all, 0.5);
}
